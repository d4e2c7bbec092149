import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PledgeMoney, pledgeMoneyOf } from './money-states.ts';

test('where the money of a pledge is', () => {
  const now = new Date('2026-04-01T00:00:00Z');
  const paidAt = '2026-03-30T00:00:00Z';
  const cases: [of: Partial<Parameters<typeof pledgeMoneyOf>[0]>, money: PledgeMoney][] = [
    [{ orderState: 'placed', expiresAt: '2026-04-01T00:01:00Z' }, 'due'],
    [{ orderState: 'placed', expiresAt: '2026-04-01T00:00:00Z' }, 'lapsed'],
    [{ orderState: 'cancelled' }, 'lapsed'],
    [{ orderState: 'cancelled', paidAt }, 'returned'],
    [{ orderState: 'refunded', paidAt, projectState: 'open' }, 'returned'],
    [{ orderState: 'paid', paidAt, projectState: 'open' }, 'held'],
    [{ orderState: 'paid', paidAt, projectState: 'failed' }, 'returning'],
    [{ orderState: 'paid', paidAt, projectState: 'cancelled' }, 'returning'],
    [{ orderState: 'paid', paidAt, projectState: 'funded' }, 'posted'],
    [{ orderState: 'closed', paidAt, projectState: 'delivered' }, 'posted'],
  ];
  for (const [of, money] of cases) {
    const pledge = { orderState: 'paid', paidAt: null, projectState: 'open', expiresAt: paidAt, ...of } as const;
    assert.equal(pledgeMoneyOf(pledge, now), money, JSON.stringify(of));
  }
});
