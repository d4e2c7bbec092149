import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openShelf } from './shelf.ts';

const lots = [
  { sku: 'a', lot: 'old', available: 3 },
  { sku: 'a', lot: 'new', available: 5 },
  { sku: 'b', lot: 'only', available: 1 },
];
const line = (line: string, sku: string, packs: number) => ({ line, sku, packs });

test('oldest first, over several lots', () => {
  assert.deepEqual(openShelf(lots).take([line('1', 'a', 4)]), {
    chosen: [
      { line: '1', sku: 'a', lot: 'old', packs: 3 },
      { line: '1', sku: 'a', lot: 'new', packs: 1 },
    ],
    short: [],
  });
});

test('two lines sharing one item do not pass the check separately', () => {
  const shelf = openShelf(lots);
  const { chosen, short } = shelf.take([line('1', 'a', 5), line('2', 'a', 5), line('3', 'b', 1)]);
  assert.deepEqual(short, [{ sku: 'a', wanted: 10, available: 8 }]);
  assert.deepEqual(chosen, []);
  assert.deepEqual(shelf.take([line('1', 'a', 8), line('2', 'b', 1)]).short, [], 'what was refused took nothing');
});

test('each short SKU is named once, with what is left', () => {
  const { short } = openShelf(lots).take([line('1', 'b', 2), line('2', 'c', 1)]);
  assert.deepEqual(short, [
    { sku: 'b', wanted: 2, available: 1 },
    { sku: 'c', wanted: 1, available: 0 },
  ]);
});

test('what one takes the next does not find, until it is put back', () => {
  const shelf = openShelf(lots);
  const { chosen } = shelf.take([line('1', 'a', 7)]);
  assert.deepEqual(shelf.take([line('2', 'a', 2)]).short, [{ sku: 'a', wanted: 2, available: 1 }]);
  shelf.putBack(chosen);
  assert.deepEqual(shelf.take([line('2', 'a', 8)]).short, []);
  assert.throws(() => shelf.putBack([{ line: '1', sku: 'a', lot: 'unknown', packs: 1 }]), /does not lie on this shelf/);
});

test('whatever carts come in whatever order: never more is given than there is, and no cart in part', () => {
  const cart = fc.array(fc.record({ sku: fc.constantFrom('a', 'b', 'c'), packs: fc.integer({ min: 1, max: 6 }) }), {
    minLength: 1,
    maxLength: 4,
  });
  const stock = fc.array(
    fc.record({ sku: fc.constantFrom('a', 'b', 'c'), available: fc.integer({ min: -2, max: 9 }) }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(stock, fc.array(cart, { maxLength: 12 }), (rows, carts) => {
      const shelfLots = rows.map((row, i) => ({ ...row, lot: `lot ${i}` }));
      const shelf = openShelf(shelfLots);
      const left = new Map(shelfLots.map((lot) => [lot.lot, Math.max(0, lot.available)]));
      for (const wanted of carts) {
        const lines = wanted.map((w, i) => line(String(i), w.sku, w.packs));
        const before = (sku: string) =>
          shelfLots.filter((lot) => lot.sku === sku).reduce((sum, lot) => sum + (left.get(lot.lot) ?? 0), 0);
        const packsOf = (sku: string) => lines.filter((l) => l.sku === sku).reduce((sum, l) => sum + l.packs, 0);
        const fits = lines.every((l) => packsOf(l.sku) <= before(l.sku));
        const { chosen, short } = shelf.take(lines);
        assert.equal(short.length === 0, fits);
        for (const c of chosen) left.set(c.lot, (left.get(c.lot) as number) - c.packs);
        if (!fits) continue;
        for (const l of lines) {
          const packs = chosen.filter((c) => c.line === l.line).reduce((sum, c) => sum + c.packs, 0);
          assert.equal(packs, l.packs);
        }
      }
      for (const packs of left.values()) assert.ok(packs >= 0);
    }),
  );
});
