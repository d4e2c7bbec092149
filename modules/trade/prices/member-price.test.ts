import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tell, testDraft } from '../../../test/fixtures-prices.ts';
import { memberPrice } from './member-price.ts';
import type { SkuPrice } from './price-facts.ts';
import { tierPrice } from './tier-price.ts';

const price = (kind: SkuPrice['kind'], priceFen: number, fromPacks = 1): SkuPrice => ({
  id: `${kind} ${fromPacks}`,
  sku: 'walnut',
  kind,
  fromPacks,
  priceFen,
});
const nobody = { member: false, purchaser: false };

test('whoever may have a lower price has it', () => {
  const both = [price('member', 950), price('institution', 900, 2)];
  const cases: [name: string, buyer: typeof nobody, packs: number, prices: SkuPrice[], told: string][] = [
    ['nobody in particular', nobody, 2, both, 'walnut 2000:'],
    ['a member', { member: true, purchaser: false }, 2, both, 'walnut 1900: member -100'],
    ['a purchaser', { member: false, purchaser: true }, 2, both, 'walnut 1800: institution -200'],
    [
      'both: the lower one, not one on the other',
      { member: true, purchaser: true },
      2,
      both,
      'walnut 1800: institution -200',
    ],
    ['a purchaser of too few', { member: false, purchaser: true }, 1, both, 'walnut 1000:'],
    ['a member where only institutions have one', { member: true, purchaser: false }, 2, both.slice(1), 'walnut 2000:'],
  ];
  for (const [name, buyer, packs, prices, told] of cases) {
    const draft = testDraft({ walnut: packs });
    for (const line of draft.lines) memberPrice(line, prices, buyer);
    assert.deepEqual(tell(draft), [told], name);
  }
});

test('after a tier, only what it lowers further is its discount', () => {
  const prices = [price('tier', 900, 3), price('member', 850)];
  const member = { member: true, purchaser: false };
  for (const [memberFen, told] of [
    [850, 'walnut 2550: tier -300 member -150'],
    [950, 'walnut 2700: tier -300'],
  ] as const) {
    const draft = testDraft({ walnut: 3 });
    for (const line of draft.lines) {
      tierPrice(line, prices);
      memberPrice(line, [price('member', memberFen)], member);
    }
    assert.deepEqual(tell(draft), [told]);
  }
});
