import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardHash, cardLetters, cardText, readCardText, spelledCard } from './card-layout.ts';

const COUNTY = 621221;
const letters = '0H7K2ZQ9XMV4';

test('bytes become twelve letters, five bits each', () => {
  assert.equal(cardLetters(new Uint8Array(8)), '000000000000');
  assert.equal(cardLetters(new Uint8Array(8).fill(255)), 'ZZZZZZZZZZZZ');
  assert.equal(cardLetters(Uint8Array.from([0b00001_000, 0b10_00011_0, 0, 0, 0, 0, 0, 0])).slice(0, 3), '123');
});

const read: [what: string, text: string, found: ReturnType<typeof readCardText>][] = [
  ['as the camera reads it', cardText(COUNTY, letters), { letters }],
  ['with what a scanner adds', ` ${cardText(COUNTY, letters)}\n`, { letters }],
  ['as people read it', spelledCard(letters), { letters }],
  ['in small letters with lines', '0h7k-2zq9-xmv4', { letters }],
  ['an O for a zero', 'oh7k2zq9xmv4', { letters }],
  ['an I or L for a one', 'IL7K2ZQ9XMV4', { letters: '117K2ZQ9XMV4' }],
  ['another county’s card', cardText(500242, letters), { county: 500242 }],
  ['too short', '0H7K2ZQ9XMV', undefined],
  ['a U stands on no card', 'UH7K2ZQ9XMV4', undefined],
  ['a name', '张建明', undefined],
  ['a household’s number', '00002', undefined],
  ['a code from a pack', 'https://shop.example.cn/01/06900000000013/10/P260917-0001/21/ABCDEFGHJKLMNPQ', undefined],
  ['nothing', '', undefined],
];
for (const [what, text, found] of read) {
  test(`read: ${what}`, () => assert.deepEqual(readCardText(text, COUNTY), found));
}

test('what a card is found by says nothing of its letters, and differs by county', async () => {
  const hash = await cardHash(COUNTY, letters);
  assert.match(hash, /^[\w-]{22}$/);
  assert.equal(hash, await cardHash(COUNTY, letters));
  assert.notEqual(hash, await cardHash(500242, letters));
  assert.equal(hash.includes(letters), false);
});
