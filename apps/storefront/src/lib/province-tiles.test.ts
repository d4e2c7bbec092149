import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originEn } from '../i18n/origin.en.ts';
import { originZh } from '../i18n/origin.zh.ts';
import { provinceTiles, shadeOf, tileColumns, tileRows } from './province-tiles.ts';

test('every province has one tile of its own, on the map', () => {
  const tiles = Object.values(provinceTiles);
  assert.equal(tiles.length, 34);
  assert.equal(new Set(tiles.map(({ x, y }) => `${x},${y}`)).size, 34);
  for (const { tiles: names } of [originZh, originEn]) {
    assert.deepEqual(Object.keys(names).sort(), Object.keys(provinceTiles).sort());
    assert.equal(new Set(Object.values(names)).size, 34);
  }
  for (const { x, y } of tiles) assert.ok(x >= 0 && x < tileColumns && y >= 0 && y < tileRows);
});

test('the shade says how much of the most it is', () => {
  for (const [looks, most, shade] of [
    [0, 10, 0],
    [0, 0, 0],
    [1, 10, 1],
    [2, 10, 2],
    [5, 10, 3],
    [6, 10, 4],
    [1, 1, 4],
  ] as const)
    assert.equal(shadeOf(looks, most), shade);
});
