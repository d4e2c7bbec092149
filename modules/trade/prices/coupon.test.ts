import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#platform/errors.ts';
import { tell, testDraft } from '../../../test/fixtures-prices.ts';
import { applyCoupons } from './coupon.ts';
import { type Coupon, quotaKey } from './price-facts.ts';

const now = new Date('2026-09-17T02:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const all = { org: null, category: null, products: null };
const coupon = (id: string, over: Partial<Coupon> = {}): Coupon => ({
  id,
  name: `券 ${id}`,
  bearer: 'county',
  person: 'lin',
  scope: all,
  onReduced: true,
  offFen: 500,
  fromFen: 3000,
  validUntil: later(10),
  ...over,
});
const use = (coupons: Coupon[], wanted: string[] | 'best', packs = { walnut: 3 }, used: [string, number][] = []) => {
  const draft = testDraft(packs);
  const facts = { now, coupons, used: new Map(used.map(([id, n]) => [quotaKey(id, ''), n])) };
  const offers = applyCoupons(draft, facts, 'lin', wanted);
  return { draft, offers };
};

test('what is refused', () => {
  const sellers = { bearer: 'merchant', scope: { ...all, org: 'cooperative' } } as const;
  const cases: [name: string, coupons: Coupon[], code: string, used?: [string, number][]][] = [
    ['somebody else’s', [coupon('a', { person: 'wang' })], 'coupon-not-found'],
    ['one that is over', [coupon('a', { validUntil: now })], 'coupon-over'],
    ['a used one', [coupon('a')], 'coupon-used', [['a', 1]]],
    ['below its threshold', [coupon('a', { fromFen: 3001 })], 'coupon-below-threshold'],
    ['for other goods', [coupon('a', { scope: { ...all, org: 'bee-keepers' } })], 'coupon-below-threshold'],
    [
      'for other goods, without a threshold',
      [coupon('a', { fromFen: 0, scope: { ...all, category: 'honey' } })],
      'coupon-below-threshold',
    ],
    ['two of the county', [coupon('a'), coupon('b')], 'coupons-not-together'],
    ['two of a seller', [coupon('a', sellers), coupon('b', sellers)], 'coupons-not-together'],
  ];
  for (const [name, coupons, code, used] of cases) {
    assert.throws(
      () =>
        use(
          coupons,
          coupons.map((c) => c.id),
          undefined,
          used,
        ),
      (error) => error instanceof Refusal && error.code === code,
      name,
    );
  }
});

test('what they take off', () => {
  const cases: [name: string, coupons: Coupon[], wanted: string[] | 'best', told: string[]][] = [
    ['none wanted', [coupon('a')], [], ['walnut 3000:']],
    ['one', [coupon('a')], ['a'], ['walnut 2500: coupon -500']],
    ['one of another county', [coupon('a')], ['elsewhere'], ['walnut 3000:']],
    [
      'thresholds are measured before any coupon',
      [coupon('a'), coupon('b', { bearer: 'platform' })],
      ['b', 'a'],
      ['walnut 2000: coupon -500 coupon -500'],
    ],
    ['not below one fen', [coupon('a', { offFen: 5000, fromFen: 0 })], ['a'], ['walnut 1: coupon -2999']],
    [
      'the best of each issuer',
      [coupon('a'), coupon('b', { offFen: 600 }), coupon('c', { bearer: 'platform', offFen: 100 })],
      'best',
      ['walnut 2300: coupon -600 coupon -100'],
    ],
    [
      'the best that may be used',
      [coupon('a'), coupon('b', { offFen: 600, fromFen: 9000 })],
      'best',
      ['walnut 2500: coupon -500'],
    ],
  ];
  for (const [name, coupons, wanted, told] of cases) assert.deepEqual(tell(use(coupons, wanted).draft), told, name);
});

test('of equal coupons the one that ends first is used, and each becomes a claim', () => {
  const { draft, offers } = use(
    [coupon('a'), coupon('b', { validUntil: later(2) }), coupon('c', { validUntil: later(5) })],
    'best',
  );
  assert.deepEqual(
    offers.map(({ coupon: { id }, chosen, why }) => [id, chosen, why]),
    [
      ['b', true, null],
      ['c', false, null],
      ['a', false, null],
    ],
  );
  assert.deepEqual(draft.claims, [{ subject: 'b', holder: '', most: 1, n: 1, refusal: 'coupon-used', name: '券 b' }]);
});
