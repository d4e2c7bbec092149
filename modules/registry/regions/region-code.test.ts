import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countyCode, isInside, padRegionPrefix, parseRegionCode, regionPrefix } from './region-code.ts';

test('a broken region code says why', () => {
  const table: [string, string][] = [
    ['', 'not-12-digits'],
    ['621221', 'not-12-digits'],
    ['62122110700', 'not-12-digits'],
    ['6212211072060', 'not-12-digits'],
    ['62122110720a', 'not-12-digits'],
    ['６２１２２１１０７２０６', 'not-12-digits'],
    [' 62122110720', 'not-12-digits'],
    ["621221' or 1", 'not-12-digits'],
    ['000000000000', 'no-province'],
    ['991221107206', 'no-province'],
    ['620021107206', 'gap-in-levels'],
    ['621200107206', 'gap-in-levels'],
    ['621221000206', 'gap-in-levels'],
  ];
  for (const [code, why] of table) assert.deepEqual(parseRegionCode(code), { ok: false, why }, code);
});

test('a region code knows its level, prefix, parent and county', () => {
  const table: [string, number, string, string | null, number | null][] = [
    ['620000000000', 1, '62', null, null],
    ['621200000000', 2, '6212', '620000000000', null],
    ['621221000000', 3, '621221', '621200000000', 621221],
    ['621221107000', 4, '621221107', '621221000000', 621221],
    ['621221107206', 5, '621221107206', '621221107000', 621221],
    // cities without counties: city and county are one code, and the province is above it
    ['441900000000', 3, '441900', '440000000000', 441900],
    ['441900003000', 4, '441900003', '441900000000', 441900],
    ['441900003001', 5, '441900003001', '441900003000', 441900],
  ];
  for (const [code, level, prefix, parent, county] of table) {
    assert.deepEqual(parseRegionCode(code), { ok: true, region: { code, level, prefix, parent, county } });
    assert.equal(padRegionPrefix(prefix), code);
  }
  assert.equal(countyCode(420922), '420922000000');
});

test('inside is a prefix', () => {
  const village = '621221107206';
  for (const outer of ['', '62', '6212', '621221', '621221107', village]) assert.ok(isInside(village, outer), outer);
  for (const outer of ['620000000000', '621221000000', '621221107000', village]) assert.ok(isInside(village, outer));
  for (const outer of ['63', '621222', '621221108000', '621221107207']) assert.ok(!isInside(village, outer), outer);
  // nothing lies inside a broken code, and a township does not lie inside its village
  assert.ok(!isInside(village, '621221000206'));
  assert.ok(!isInside('621221107000', village));
  assert.equal(regionPrefix('441900000000'), '441900');
});
