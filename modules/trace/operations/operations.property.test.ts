import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { ledgerModule } from '#ledger';
import { scoped } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { addTestHousehold, addTestOrganisation, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { addTestGoods, breachesOf, weighInTest } from '../../../test/fixtures-goods.ts';
import { issueCertificate } from '../certificates/issue-certificate.ts';
import { traceModule } from '../index.ts';
import { pack } from '../lots/pack.ts';
import { grade } from './grade.ts';
import { lose } from './lose.ts';
import { mix } from './mix.ts';
import { move } from './move.ts';
import { process } from './process.ts';
import { receive } from './receive.ts';
import { split } from './split.ts';
import { undo } from './undo.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, operator } = of;
const goods = await addTestGoods(at, of);
const plenty = [{ crop: 'walnut', areaCentimu: 1_000_000, trees: 0 }];
const households = await Promise.all(
  ['马兰英', '陈冬梅', '赵来喜'].map((name) =>
    addTestHousehold(at, { county, village: of.village, name, yields: plenty }),
  ),
);
const elsewhere = await addTestOrganisation(at, {
  ...{ county, kind: 'station', name: '黄渚镇服务站', buysFor: of.cooperative },
});

const kinds = ['grade', 'mix', 'split', 'process', 'move', 'receive', 'lose', 'pack', 'certify', 'undo'] as const;
const step = fc.record({
  kind: fc.constantFrom(...kinds),
  which: fc.nat({ max: 1_000 }),
  other: fc.nat({ max: 1_000 }),
  part: fc.double({ min: 0.01, max: 1, noNaN: true }),
  lost: fc.double({ min: 0, max: 0.3, noNaN: true }),
  /** done by two people at once */
  twice: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

test('any sequence of operations, also two at once on one lot, keeps grams and households’ shares exact', async () => {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), async (steps) => {
      for (const [i, household] of households.entries()) {
        const fenPerKg = 500 + 137 * i;
        await weighInTest(at, of, { household, grams: 3_001 + 977 * i, fenPerKg, grade: i === 2 ? '二级' : '一级' });
      }
      for (const one of steps) {
        const work = await workOf(one);
        if (!work) continue;
        const all = await Promise.allSettled(one.twice ? [work(), work()] : [work()]);
        for (const each of all) {
          if (each.status === 'fulfilled') done++;
          else assert.ok(each.reason instanceof Refusal, String(each.reason?.stack ?? each.reason));
        }
      }
    }),
    { numRuns: 25, endOnFailure: true },
  );
  assert.ok(done > 100, `only ${done} operations were done`);
  assert.deepEqual(await breachesOf(at, traceModule, ledgerModule), []);
  const left = await at.db
    .selectFrom('trace.lot')
    .select((e) => [e.fn.sum<number>('grams_on_hand').as('grams')])
    .executeTakeFirstOrThrow();
  const brought = 25 * households.reduce((sum, _, i) => sum + 3_001 + 977 * i, 0);
  const lost = await at.db
    .selectFrom('trace.operation')
    .select((e) => e.fn.sum<number>('loss_grams').as('grams'))
    .executeTakeFirstOrThrow();
  assert.equal(Number(left.grams) + Number(lost.grams), brought, 'what was bought is there or declared lost');
  await sharesAreExact();
});

/**
 * Reckoned anew from the notes and not by the invariants: what each household was paid lies, to the fen, in the lots that
 * its produce is in now or was lost with it; nobody has more grams or fen in the lots than they brought.
 */
async function sharesAreExact() {
  const { rows } = await scoped(at.db, String(county), (tx) =>
    sql<{ household: string; grams: number; fen: number; left_grams: number; left_fen: number }>`
      select p.household, sum(p.grams)::bigint as grams, sum(p.amount_fen)::bigint as fen,
             sum(s.grams)::bigint as left_grams, sum(s.fen)::bigint as left_fen
        from trace.purchase p
        join lateral (select coalesce(sum(x.grams - x.taken_grams), 0) as grams, coalesce(sum(x.fen - x.taken_fen), 0) as fen,
                             coalesce(min(least(x.grams - x.taken_grams, x.fen - x.taken_fen)), 0) as least
          from trace.lot_source x where x.county = p.county and x.purchase = p.id) s on s.least >= 0
       group by p.household order by p.household`.execute(tx),
  );
  assert.deepEqual(
    rows.map((row) => row.household),
    households.toSorted(),
  );
  const { fen: lostFen } = await at.db
    .selectFrom('trace.operation')
    .select((e) => e.fn.coalesce(e.fn.sum<number>('loss_fen'), e.lit(0)).as('fen'))
    .executeTakeFirstOrThrow();
  const total = (of: (row: (typeof rows)[number]) => number) => rows.reduce((sum, row) => sum + Number(of(row)), 0);
  for (const row of rows) {
    const i = households.indexOf(row.household);
    assert.equal(Number(row.grams), 25 * (3_001 + 977 * i), 'every note counts, and none of its lots is below nothing');
    assert.ok(Number(row.left_grams) <= Number(row.grams) && Number(row.left_fen) <= Number(row.fen));
  }
  assert.equal(
    total((row) => row.left_fen) + Number(lostFen),
    total((row) => row.fen),
    'each fen is in a lot or was lost',
  );
}

/** What a step means for the lots there are; undefined where there is nothing to do it with. */
async function workOf(one: Step): Promise<(() => Promise<unknown>) | undefined> {
  const lots = await at.db
    .selectFrom('trace.lot')
    .selectAll()
    .where('grams_on_hand', '>', 0)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(12)
    .execute();
  const lot = lots[one.which % lots.length];
  if (!lot) return undefined;
  const grams = Math.max(1, Math.floor(lot.grams_on_hand * one.part));
  const lossGrams = Math.floor(grams * one.lost);
  const kept = grams - lossGrams;
  const half = Math.floor(kept / 2);
  switch (one.kind) {
    case 'grade': {
      const outputs = [
        { grade: '特级', grams: kept - half },
        { grade: '等外', grams: half },
      ].filter((each) => each.grams > 0);
      return outputs.length === 0
        ? undefined
        : () => grade(at, operator, { county, lot: lot.id, outputs, lossGrams, basis: ['quality_control'] }, null);
    }
    case 'mix': {
      const other = lots.filter((each) => each.id !== lot.id)[one.other % Math.max(1, lots.length - 1)];
      if (!other) return undefined;
      const inputs = [
        { lot: lot.id, grams },
        { lot: other.id, grams: Math.max(1, Math.floor(other.grams_on_hand * one.part)) },
      ];
      return () => mix(at, operator, { county, inputs, lossGrams, grade: '统货', basis: ['quality_control'] }, null);
    }
    case 'split':
      return () => split(at, operator, { county, lot: lot.id, grams: half > 0 ? [half, kept - half] : [kept] }, null);
    case 'process': {
      const out = Math.max(1, Math.round(grams * 0.25));
      const inputs = [{ lot: lot.id, grams }];
      return () => process(at, operator, { county, process: 'press_walnut', inputs, grams: out, grade: '一级' }, null);
    }
    case 'move':
      return () => move(at, operator, { county, lot: lot.id, grams, to: elsewhere }, null);
    case 'receive':
      return () => receive(at, operator, { county, lot: lot.id, grams }, null);
    case 'lose': {
      const whole = lot.pack_grams ? Math.ceil(grams / lot.pack_grams) * lot.pack_grams : lossGrams || 1;
      return () => lose(at, operator, { county, lot: lot.id, grams: whole, reason: '受潮发霉' }, null);
    }
    case 'certify':
      return () => issueCertificate(at, operator, { county, id: lot.id, basis: ['quality_control'] }, null);
    case 'pack': {
      const packs = Math.floor(grams / goods.netGrams);
      const inputs = [{ lot: lot.id, grams }];
      const rest = {
        packs,
        lossGrams: grams - packs * goods.netGrams,
        place: '站里',
        basis: ['quality_control'] as const,
      };
      return packs === 0 ? undefined : () => pack(at, operator, { county, sku: goods.sku, inputs, ...rest }, null);
    }
    case 'undo': {
      const last = await at.db
        .selectFrom('trace.operation')
        .select('id')
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(6)
        .execute();
      const id = last[one.other % Math.max(1, last.length)]?.id ?? newId();
      return () => undo(at, operator, { county, id, reason: '点错了' }, null);
    }
  }
}
