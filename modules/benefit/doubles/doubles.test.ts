import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoped } from '#platform/db.ts';
import type { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { addTestHousehold, openTestCounty, stranger, testContext, testVillage } from '../../../test/fixtures.ts';
import { addTestPurchase } from '../../../test/fixtures-benefit.ts';
import { breachesOf } from '../../../test/fixtures-goods.ts';
import { insertEntries } from '../entries/entries.queries.ts';
import { benefitModule } from '../index.ts';
import { decideDouble } from './decide-double.ts';
import { doublePage } from './double-views.ts';
import { doubleInvariants } from './doubles.invariants.ts';
import { findDoubles } from './find-doubles.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, operator, auditor, household, cooperative, merchantOrg } = of;

/** An entry of a purchase note's transfer, as if it had been made; the note gives it a transfer that exists. */
async function entry(over: {
  household?: string;
  fen?: number;
  org?: string;
  mechanism?: 'industry' | 'shop';
  evidence?: string;
  at?: string;
}) {
  const { fen = 20_000, org = cooperative, mechanism = 'industry' } = over;
  const whose = over.household ?? household;
  const note = await addTestPurchase(at, of, { household: whose, grams: 10_000, fenPerKg: fen / 10 });
  const when = new Date(over.at ?? '2026-09-17T06:00:00Z');
  await scoped(at.db, String(county), (tx) =>
    insertEntries(
      tx,
      county,
      {
        mechanism,
        evidenceKind: mechanism === 'shop' ? 'order_line' : 'purchase',
        month: when.toISOString().slice(0, 7),
        at: when,
      },
      [
        {
          ...{ household: whose, village: testVillage, fen, evidence: over.evidence ?? note.purchase },
          ...{ transfer: note.event.payload.transfer, org, crop: 'walnut', agreement: null },
        },
      ],
    ),
  );
}
const find = (since = new Date(0)) =>
  scoped(at.db, String(county), (tx) => findDoubles(tx, county, since, at.clock.now()));
const page = (query: Parameters<typeof doublePage>[3] = {}) => doublePage(at, operator, county, query);

test('found by evidence, by likeness, by the year before; each pair once, and chance is left alone', async (t) => {
  const other = () => addTestHousehold(at, { county, village: testVillage, name: '李四' });
  const table: [string, () => Promise<void>, string[]][] = [
    [
      'one fact under two programmes',
      async () => {
        const [whose, evidence] = [await other(), newId()];
        await entry({ household: whose, evidence, fen: 21_000 });
        await entry({ household: whose, evidence, fen: 22_000, mechanism: 'shop' });
      },
      ['evidence 21000'],
    ],
    [
      'the same household, amount and day from two organisations',
      async () => {
        const whose = await other();
        await entry({ household: whose, fen: 23_000 });
        await entry({ household: whose, fen: 23_000, org: merchantOrg, at: '2026-09-18T01:00:00Z' });
      },
      ['likeness 23000'],
    ],
    [
      'copied from the year before',
      async () => {
        const whose = await other();
        await entry({ household: whose, fen: 24_000, at: '2025-09-17T06:00:00Z' });
        await entry({ household: whose, fen: 24_000 });
      },
      ['year 24000'],
    ],
    [
      'small sums, other days, other households, the same buyer twice a day',
      async () => {
        const [a, b] = [await other(), await other()];
        await entry({ household: a, fen: 4_000 });
        await entry({ household: a, fen: 4_000, org: merchantOrg });
        await entry({ household: a, fen: 25_000 });
        await entry({ household: a, fen: 25_000, org: merchantOrg, at: '2026-09-20T06:00:00Z' });
        await entry({ household: a, fen: 25_000 });
        await entry({ household: b, fen: 25_000, org: merchantOrg });
      },
      [],
    ],
  ];
  for (const [name, make, found] of table) {
    await t.test(name, async () => {
      const before = new Set((await page({ size: 100 })).rows.map((row) => row.id));
      await make();
      assert.equal(await find(), found.length);
      assert.equal(await find(), 0, 'a pair is found once');
      const now = (await page({ size: 100 })).rows.filter((row) => !before.has(row.id));
      assert.deepEqual(
        now.map((row) => `${row.how} ${row.fen}`),
        found,
      );
    });
  }
  assert.deepEqual(await breachesOf(at, { ...benefitModule, invariants: doubleInvariants }), []);
});

test('a decision is refused to others, changes no figure, and the later one counts', async () => {
  const decide = (id: string, decision: 'same' | 'different', by = operator) =>
    decideDouble(at, by, { county, id, decision, reason: '问过农户' }, null);
  const refuses = (work: () => Promise<unknown>, code: string) =>
    assert.rejects(work(), (error) => (error as Refusal).code === code);
  const [first] = (await page()).rows;
  assert.ok(first);
  await refuses(() => decide(first.id, 'same', stranger), 'not-allowed');
  await refuses(() => decide(first.id, 'same', auditor), 'not-allowed');
  await refuses(() => decide(newId(), 'same'), 'double-not-found');
  const sum = async () =>
    (
      await scoped(at.db, 'all', (tx) =>
        tx
          .selectFrom('benefit.entry')
          .select((e) => e.fn.sum('fen').as('fen'))
          .executeTakeFirst(),
      )
    )?.fen;
  const before = await sum();
  await decide(first.id, 'different');
  await decide(first.id, 'same');
  assert.equal(await sum(), before);
  const seen = (await page({ state: 'same' })).rows;
  assert.deepEqual([seen.length, seen[0]?.reason, seen[0]?.standing], [1, '问过农户', true]);
  const all = await page();
  assert.deepEqual([all.same, all.sameFen, all.open], [1, first.fen, 2]);
  assert.deepEqual((await page({ how: 'year' })).total, 1);
});
