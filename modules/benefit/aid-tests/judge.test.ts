import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aidRuleOn } from './aid-rules.ts';
import { standingMoves, type Verdict } from './aid-states.ts';
import { comparePrice, judgeBenefit, judgePrice, judgeQuality, median, type StandsAt, standAfter } from './judge.ts';

const rule = aidRuleOn('2026-09-17');
const peers = (...prices: number[]) =>
  prices.map((fenPerKg) => ({ source: 'market' as const, name: '集市', fenPerKg }));
const lot = { number: 'P1', certificate: 'C1', reports: [], failedReports: [], sound: true };

test('quality', async (t) => {
  const table: [string, Parameters<typeof judgeQuality>[0], Verdict][] = [
    ['a lot without a certificate', { lots: [lot, { ...lot, certificate: null }], marks: [], endedMarks: [] }, 'fail'],
    ['a report found it wanting', { lots: [{ ...lot, failedReports: ['R1'] }], marks: [], endedMarks: [] }, 'fail'],
    ['recalled, or over its days', { lots: [{ ...lot, sound: false }], marks: [], endedMarks: [] }, 'fail'],
    ['a mark whose certificate ended', { lots: [lot], marks: ['organic'], endedMarks: ['green_food'] }, 'fail'],
    ['nothing on sale, no mark', { lots: [], marks: [], endedMarks: [] }, 'cannot_say'],
    ['nothing on sale, a valid mark', { lots: [], marks: ['organic'], endedMarks: [] }, 'pass'],
    ['all lots certified', { lots: [lot, lot], marks: [], endedMarks: [] }, 'pass'],
  ];
  for (const [name, grounds, verdict] of table) await t.test(name, () => assert.equal(judgeQuality(grounds), verdict));
});

test('price', async (t) => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([4, 1, 3, 2]), 3, 'two and a half rounds half up');
  assert.throws(() => median([]), RangeError);
  // 500 g: 20 yuan a kilogram of the median is 10 yuan a pack, and its bound 13.
  const of = (priceFen: number, ...others: number[]) =>
    comparePrice(rule, { sku: 's', grade: '一级', priceFen, netGrams: 500 }, peers(...others));
  const table: [string, ReturnType<typeof of>[], Verdict][] = [
    ['a fen above the bound', [of(1301, 1500, 2000, 9000)], 'fail'],
    ['on the bound', [of(1300, 1500, 2000, 9000)], 'pass'],
    ['two peers, however dear', [of(99_999, 2000, 2000)], 'cannot_say'],
    ['no pack on sale', [], 'cannot_say'],
    ['one pack unsaid', [of(1000, 1500, 2000, 9000), of(1000)], 'cannot_say'],
    ['one pack unsaid, one too dear', [of(2000, 1500, 2000, 9000), of(1000)], 'fail'],
  ];
  for (const [name, skus, verdict] of table) await t.test(name, () => assert.equal(judgePrice(skus), verdict));
});

test('benefit: an agreement or purchases, else it fails', () => {
  assert.equal(judgeBenefit({ agreements: [], notes: 0, households: 0 }), 'fail');
  assert.equal(judgeBenefit({ agreements: ['XY1'], notes: 0, households: 0 }), 'pass');
  assert.equal(judgeBenefit({ agreements: [], notes: 1, households: 1 }), 'pass');
});

const clear: StandsAt = { state: 'clear', failed: [], dueOn: null };
const warned: StandsAt = { state: 'warned', failed: ['price'], dueOn: '2026-09-24' };
const hidden: StandsAt = { state: 'hidden', failed: ['price'], dueOn: '2026-10-09' };
const withdrawn: StandsAt = { state: 'withdrawn', failed: ['price'], dueOn: null };
const run = (day: string, price: Verdict) => ({ day, verdicts: { quality: 'pass', price, benefit: 'pass' } as const });
const none = { open: false, excused: [] };

test('what follows from a run, in steps and by deadlines', async (t) => {
  const table: [string, StandsAt, ReturnType<typeof run>, typeof none, StandsAt][] = [
    ['a pass of what is clear', clear, run('2026-09-17', 'pass'), none, clear],
    ['unsaid condemns nobody', clear, run('2026-09-17', 'cannot_say'), none, clear],
    ['a failure warns', clear, run('2026-09-17', 'fail'), none, warned],
    ['within the deadline', warned, run('2026-09-24', 'fail'), none, warned],
    ['after it', warned, run('2026-09-24', 'fail'), { open: true, excused: [] }, warned],
    ['unsaid clears nobody', warned, run('2026-09-20', 'cannot_say'), none, warned],
    ['over the deadline', warned, run('2026-09-25', 'fail'), none, { ...hidden, dueOn: '2026-10-10' }],
    ['appealed: no deadline runs out', warned, run('2026-12-01', 'fail'), { open: true, excused: [] }, warned],
    ['excused', warned, run('2026-09-25', 'fail'), { open: false, excused: ['price'] as never[] }, clear],
    ['put right', hidden, run('2026-09-30', 'pass'), none, clear],
    ['over the second deadline', hidden, run('2026-10-10', 'fail'), none, withdrawn],
    ['on sale again and no better', withdrawn, run('2026-11-01', 'fail'), none, { ...hidden, dueOn: '2026-11-16' }],
    ['on sale again and right', withdrawn, run('2026-11-01', 'pass'), none, clear],
  ];
  for (const [name, before, after, appeal, stands] of table) {
    await t.test(name, () => assert.deepEqual(standAfter(rule, before, after, appeal), stands));
  }
});

test('whatever the runs, a product moves along the graph, and one that passes all is clear', () => {
  const verdict = fc.constantFrom<Verdict>('pass', 'fail', 'cannot_say');
  const step = fc.record({
    days: fc.integer({ min: 0, max: 40 }),
    quality: verdict,
    price: verdict,
    open: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let stands = clear;
      let day = new Date('2026-01-01T00:00:00Z').getTime();
      for (const { days, quality, price, open } of steps) {
        day += days * 24 * 3600_000;
        const verdicts = { quality, price, benefit: 'pass' } as const;
        const next = standAfter(
          rule,
          stands,
          { day: new Date(day).toISOString().slice(0, 10), verdicts },
          { open, excused: [] },
        );
        if (next !== stands) standingMoves.require(stands.state, next.state);
        if (quality === 'pass' && price === 'pass') assert.equal(next.state, 'clear');
        if (next.state === 'clear') assert.ok(quality !== 'fail' && price !== 'fail');
        stands = next;
      }
    }),
  );
});
