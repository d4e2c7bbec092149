import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newId } from '#platform/ids.ts';
import { longId, partName, partOfName, refundName, refundOfName, shortId, uuidOfName } from './provider-names.ts';
import { chinaTime, fenOfYuan, plainText } from './provider-texts.ts';

const uuid = fc.uuid();
const providersTake = /^[\w-]{1,32}$/;

test('names lead back to what they name, and are such as providers take', () => {
  fc.assert(
    fc.property(uuid, fc.nat(49), fc.nat(20), (id, index, tries) => {
      assert.equal(longId(shortId(id)), id);
      const part = partName(id, index);
      assert.match(part, providersTake);
      assert.match(shortId(id), providersTake);
      assert.deepEqual(partOfName(part), { payment: id, index });
      assert.equal(uuidOfName(part), id);
      assert.equal(uuidOfName(shortId(id)), id);
      assert.deepEqual(refundOfName(refundName(id, tries)), { id, tries });
      assert.deepEqual(refundOfName(`${refundName(id, 0)}_${index}`), { id, tries: 0 });
      assert.ok(refundName(id, tries).length <= 64);
    }),
  );
});

test('names that are none of ours name nothing', () => {
  for (const name of ['', 'x', newId(), 'z'.repeat(25), `${'z'.repeat(25)}_0`, `${'0'.repeat(32)}--1`]) {
    assert.deepEqual([uuidOfName(name), refundOfName(name)], [null, null], name);
  }
});

const signs = fc
  .array(fc.constantFrom('核', 'a', ' ', '🌰', '\n', '\u0000', '❤️', 'é', '\ud800', '👨‍👩‍👧'), { maxLength: 80 })
  .map((all) => all.join(''));

test('texts: nothing that a provider refuses, never longer than it takes, never empty', () => {
  const rows: [string, number, string][] = [
    ['山货订单 260917-0001', 127, '山货订单 260917-0001'],
    ['核桃🌰一斤👨‍👩‍👧装❤️', 127, '核桃一斤装❤'],
    ['第一行\n第二行\u0000', 127, '第一行第二行'],
    ['山里红核桃', 7, '山里'],
    ['🍎🍐', 127, '山货'],
    ['', 127, '山货'],
  ];
  for (const [text, most, wanted] of rows) assert.equal(plainText(text, most), wanted);
  fc.assert(
    fc.property(signs, fc.integer({ min: 6, max: 200 }), (text, most) => {
      const plain = plainText(text, most);
      assert.ok(plain.length > 0 && Buffer.byteLength(plain) <= most);
      assert.doesNotMatch(plain, /[\u{10000}-\u{10FFFF}]|\p{Cc}/u);
      assert.equal(plainText(plain, most), plain);
    }),
  );
});

test('amounts in yuan become whole fen, and nothing else is an amount', () => {
  const rows: [string, number][] = [
    ['0.00', 0],
    ['39.80', 3980],
    ['1', 100],
    ['-0.29000', -29],
    ['0.00500', 1],
    ['0.00499', 0],
    ['-0.00', 0],
    ['-0.005', -1],
    ['999999999.99', 99_999_999_999],
  ];
  for (const [text, fen] of rows) assert.ok(Object.is(fenOfYuan(text), fen), text);
  for (const text of ['', 'all', '1,000.00', '1e3', '--1', '.5', '1.', 'NaN'])
    assert.throws(() => fenOfYuan(text), RangeError);
  fc.assert(
    fc.property(fc.integer({ min: -1e11, max: 1e11 }), (fen) => {
      const sign = fen < 0 ? '-' : '';
      const abs = Math.abs(fen);
      const text = `${sign}${Math.floor(abs / 100)}.${String(abs % 100).padStart(2, '0')}`;
      assert.equal(fenOfYuan(text), fen);
    }),
  );
});

test('times are those of China', () => {
  assert.equal(chinaTime(new Date('2026-09-17T16:00:00.999Z')), '2026-09-18T00:00:00+08:00');
});
