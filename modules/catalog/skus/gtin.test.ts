import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { projectFolder } from '#platform/config.ts';
import { checkDigitFits, inHouseGtin, isInHouse, readGtin } from './gtin.ts';

const read: [text: string, gtin: string | null][] = [
  ['6901234567892', '06901234567892'],
  ['06901234567892', '06901234567892'],
  ['96385074', '00000096385074'],
  ['036000291452', '00036000291452'],
  ['6901234567893', null],
  ['690123456789', null],
  ['69012345678923', null],
  ['6901234567a92', null],
  ['', null],
  ['１２３４５６７０', null],
];
for (const [text, gtin] of read) test(`「${text}」 is ${gtin ?? 'no GTIN'}`, () => assert.equal(readGtin(text), gtin));

test('an in-house number says its county, passes its own check and lies where anybody may number', () => {
  assert.equal(inHouseGtin(621221, 1), '02621221000013');
  for (const n of [1, 2, 99, 12_345, 99_999]) {
    const gtin = inHouseGtin(450181, n);
    assert.equal(readGtin(gtin), gtin);
    assert.equal(gtin.slice(2, 8), '450181');
    assert.ok(isInHouse(gtin));
  }
  assert.ok(!isInHouse('06901234567892'));
  assert.throws(() => inHouseGtin(450181, 100_000), RangeError);
});

const vectors = `${projectFolder}../shared/data/gs1-digital-link/linters.json`;
test("check digits agree with GS1's own vectors", {
  skip: !existsSync(vectors) && 'the vectors of gs1-syntax-engine are not beside the project',
}, () => {
  const all = JSON.parse(readFileSync(vectors, 'utf8')) as { linter: string; valid: boolean; in: string }[];
  const ours = all.filter((one) => one.linter === 'csum');
  assert.ok(ours.length >= 8);
  for (const one of ours) assert.equal(checkDigitFits(one.in), one.valid, one.in);
});
