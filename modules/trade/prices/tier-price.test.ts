import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tell, testDraft } from '../../../test/fixtures-prices.ts';
import type { SkuPrice } from './price-facts.ts';
import { tierPrice } from './tier-price.ts';

const tier = (fromPacks: number, priceFen: number): SkuPrice => ({
  id: `from ${fromPacks}`,
  sku: 'walnut',
  kind: 'tier',
  fromPacks,
  priceFen,
});

test('the highest step that the packs reach', () => {
  const cases: [name: string, packs: number, tiers: SkuPrice[], told: string][] = [
    ['no tiers', 3, [], 'walnut 3000:'],
    ['below the first', 2, [tier(3, 900)], 'walnut 2000:'],
    ['at the first', 3, [tier(3, 900), tier(10, 800)], 'walnut 2700: tier -300'],
    ['between', 9, [tier(10, 800), tier(3, 900)], 'walnut 8100: tier -900'],
    ['at the second', 10, [tier(3, 900), tier(10, 800)], 'walnut 8000: tier -2000'],
    ['a tier above the list price lowers nothing', 3, [tier(3, 1100)], 'walnut 3000:'],
    ['a price for members is no tier', 3, [{ ...tier(1, 500), kind: 'member' }], 'walnut 3000:'],
  ];
  for (const [name, packs, tiers, told] of cases) {
    const draft = testDraft({ walnut: packs });
    for (const line of draft.lines) tierPrice(line, tiers);
    assert.deepEqual(tell(draft), [told], name);
  }
});

test('the discount says which tier, and that the seller bears it', () => {
  const draft = testDraft({ walnut: 3 });
  for (const line of draft.lines) tierPrice(line, [tier(3, 900)]);
  assert.deepEqual(draft.lines[0]?.discounts, [
    { kind: 'tier', rule: 'from 3', name: '满 3 件优惠', fen: 300, bearer: 'merchant' },
  ]);
});
