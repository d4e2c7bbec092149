import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { ledgerModule } from '#ledger';
import { scoped } from '#platform/db.ts';
import { registryModule } from '#registry';
import { addTestHousehold, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { breachesOf } from '../../../test/fixtures-goods.ts';
import { addTestDevice, type SaidNote, type TestDevice } from '../../../test/fixtures-offline.ts';
import { setReferencePrice } from '../../catalog/prices/set-reference-price.ts';
import { mergeHouseholds } from '../../registry/households/merge-households.ts';
import { issueCertificate } from '../certificates/issue-certificate.ts';
import { traceModule } from '../index.ts';

const HOUR = 3_600_000;
const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county, village, operator } = of;
const start = Date.parse('2026-09-17T00:00:00Z');
let runs = 0;

/** What can happen in a day of two devices without a signal. */
type Step =
  | { do: 'buy'; device: number; household: number; grams: number; fenPerKg: number; hour: number }
  | { do: 'reverse'; device: number; note: number; hour: number }
  /** some of what waits, in any order, as often as it likes; `lost`: the answer never arrives */
  | { do: 'send'; device: number; order: number; lost: boolean }
  | { do: 'merge'; from: number; into: number }
  | { do: 'price'; fenPerKg: number }
  | { do: 'certify' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ do: fc.constant('buy' as const), device: fc.nat(1), household: fc.nat(2) },
      ...{ grams: fc.integer({ min: 1_000, max: 30_000 }), fenPerKg: fc.integer({ min: 90, max: 1500 }) },
      hour: fc.nat(11),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('reverse' as const), device: fc.nat(1), note: fc.nat(9), hour: fc.nat(11) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ do: fc.constant('send' as const), device: fc.nat(1), order: fc.nat(1_000) },
      lost: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), from: fc.nat(2), into: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('price' as const), fenPerKg: fc.integer({ min: 800, max: 1400 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'certify' as const }) },
);

test('devices that come and go end as if they had been online, or in a written conflict', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 24 }),
      fc.array(fc.integer({ min: -2 * HOUR, max: 2 * HOUR }), { minLength: 2, maxLength: 2 }),
      async (steps, offsets) => {
        const run = ++runs;
        setTime(start + 12 * HOUR);
        // 40 kg each: soon full.
        const households = await Promise.all(
          ['甲', '乙', '丙'].map((name) =>
            addTestHousehold(at, {
              ...{ county, village, name: `许${name}` },
              yields: [{ crop: 'walnut', areaCentimu: 0, trees: 1 }],
            }),
          ),
        );
        const devices = [
          await addTestDevice(at, of, { offsetMs: offsets[0] }),
          await addTestDevice(at, of, { offsetMs: offsets[1] }),
        ] as [TestDevice, TestDevice];
        const written: SaidNote[][] = [[], []];
        const answered = new Map<string, string>();
        const grade = `第${run}批`;

        const send = async (device: number, notes: readonly SaidNote[], lost: boolean) => {
          if (notes.length === 0) return;
          const answer = await (devices[device] as TestDevice).sends(notes);
          if (lost) return;
          for (const one of answer.notes) answered.set(one.id, one.state);
        };

        for (const one of steps) {
          if (one.do === 'buy') {
            const { device, grams, fenPerKg } = one;
            const when = new Date(start + one.hour * HOUR);
            const household = households[one.household];
            written[device]?.push((devices[device] as TestDevice).buys(when, { grade, grams, fenPerKg, household }));
          } else if (one.do === 'reverse') {
            const mine = written[one.device] as SaidNote[];
            const wrong = mine.filter((note) => note.kind === 'purchase')[one.note];
            const already = mine.some((note) => note.kind === 'reversal' && note.reverses === wrong?.id);
            // A screen offers it once.
            if (wrong && !already) {
              mine.push((devices[one.device] as TestDevice).reverses(new Date(start + one.hour * HOUR), wrong));
            }
          } else if (one.do === 'send') {
            const waiting = shuffled(written[one.device] as SaidNote[], one.order);
            await send(one.device, waiting.slice(0, 1 + (one.order % 5)), one.lost);
          } else if (one.do === 'merge') {
            const [id, into] = [households[one.from] as string, households[one.into] as string];
            // Refused where it makes no sense; nothing of it may remain then.
            await mergeHouseholds(at, operator, { county, id, into, reason: '登记了两次' }, null).catch(() => {});
          } else if (one.do === 'price') {
            const { fenPerKg } = one;
            const price = { county, crop: 'walnut', grade, day: '2026-09-17', source: '县农业农村局' };
            await setReferencePrice(at, operator, { ...price, fenPerKg, floorFenPerKg: fenPerKg - 100 });
          } else {
            const lot = await at.db
              .selectFrom('trace.lot')
              .select('id')
              .where('state', '=', 'open')
              .where('grade', '=', grade)
              .executeTakeFirst();
            const basis = ['quality_control'] as const;
            if (lot)
              await issueCertificate(at, operator, { county, id: lot.id, basis: [...basis] }, null).catch(() => {});
          }
        }
        // The evening: everything is sent until everything is answered.
        for (const [device, notes] of written.entries()) {
          await send(device, notes, true);
          await send(device, notes, false);
        }

        const said = written.flat();
        const found = await seen(said.map((note) => note.id));
        for (const note of said) {
          const state = answered.get(note.id);
          if (note.kind === 'purchase') {
            const row = found.notes.get(note.id);
            assert.equal(state, 'accepted');
            assert.ok(row, 'each note exactly once, under its own id');
            assert.deepEqual([row.grams, row.amount_fen], [note.grams, note.amountFen], 'the paper’s grams and money');
            assert.equal(row.owed, row.reversed ? 0 : note.amountFen, 'money in the ledger equals the notes');
            // As online: within the bounds, or a written conflict says which it breaks.
            if (note.fenPerKg * 10 <= row.reference)
              assert.ok(found.conflicts.has(`${note.id} price-far-from-reference`));
          } else {
            const taken = found.notes.get(note.reverses);
            assert.ok(
              state === 'accepted' && (taken?.reversed || found.conflicts.has(`${note.reverses} reversal-too-late`)),
            );
          }
        }
        // What no conflict speaks of stays within what the household can yield, over all its files.
        for (const { grams, above } of found.households) {
          assert.ok(grams <= 48_000 || above > 0, `${grams} g without a conflict`);
        }
        assert.deepEqual(await breachesOf(at, traceModule, ledgerModule, registryModule), []);
      },
    ),
    { numRuns: 40 },
  );
});

/** What stands in the books about some notes, and of the households they are about. */
function seen(ids: readonly string[]) {
  return scoped(at.db, 'all', async (tx) => {
    const { rows } = await sql<{
      id: string;
      grams: number;
      amount_fen: number;
      reference: number;
      reversed: boolean;
      owed: number;
    }>`select p.id, p.grams, p.amount_fen, coalesce(p.reference_fen_per_kg, 0) as reference, r.id is not null as reversed,
              (select coalesce(sum(case t.reason when 'purchase' then t.amount_fen when 'purchase-reversed' then -t.amount_fen
                 else 0 end), 0)::bigint
                 from ledger.transfer t join ledger.account a on a.county = t.county
                  and a.id = case t.reason when 'purchase' then t.credit else t.debit end and a.kind = 'household'
                where t.evidence in (p.id, r.id)) as owed
         from trace.purchase p left join trace.purchase r on r.county = p.county and r.reverses = p.id
        where p.id = any(${ids as string[]}::uuid[])`.execute(tx);
    const conflicts = await tx.selectFrom('trace.note_conflict').select(['purchase', 'kind']).execute();
    const { rows: households } = await sql<{ grams: number; above: number }>`
      select coalesce(sum(p.grams), 0)::bigint as grams, count(c.id)::bigint as above
        from trace.purchase p
        join registry.household h on h.county = p.county and h.id = p.household
        left join trace.note_conflict c on c.county = p.county and c.purchase = p.id and c.kind = 'grams-above-yield'
       where p.id = any(${ids as string[]}::uuid[])
         and not exists (select from trace.purchase r where r.county = p.county and r.reverses = p.id)
         and h.merged_into is null
       group by p.household`.execute(tx);
    return {
      notes: new Map(rows.map((row) => [row.id, row])),
      conflicts: new Set(conflicts.map((one) => `${one.purchase} ${one.kind}`)),
      households,
    };
  });
}

function shuffled<T>(list: readonly T[], seed: number): T[] {
  return list
    .map((one, i) => ({ one, key: ((i + 1) * 7919 * (seed + 1)) % 1009 }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);
}
