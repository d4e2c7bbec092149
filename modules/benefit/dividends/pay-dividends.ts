import { ensureAccounts, type TransferInput, transfer } from '#ledger';
import { system } from '#platform/actor.ts';
import { monthOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { insertEntries } from '../entries/entries.queries.ts';
import { moveDividend } from './dividends.queries.ts';

/**
 * Books approved dividends, and what collectives share out of theirs, each in one transaction: what a killed server left
 * approved is found again, and what it has booked is not. One that cannot be booked does not hinder the others.
 *
 * @returns how many were booked
 * @throws AggregateError with what went wrong, after all were tried
 */
export async function payDividends(at: Context, signal?: AbortSignal): Promise<number> {
  const failed: unknown[] = [];
  let paid = 0;
  for (const [table, pay] of [
    ['benefit.dividend', payDividend],
    ['benefit.distribution', payDistribution],
  ] as const) {
    const waiting = await at.db
      .selectFrom(table)
      .select(['county', 'id'])
      .where('state', '=', 'approved')
      .orderBy('county')
      .orderBy('id')
      .limit(1000)
      .execute();
    for (const { county, id } of waiting) {
      if (signal?.aborted) break;
      await transact(at.db, (tx) => pay(tx, at.clock.now(), county, id)).then(
        (booked) => {
          paid += booked ? 1 : 0;
        },
        (error) => failed.push(error),
      );
    }
  }
  if (failed.length > 0) throw new AggregateError(failed, `${failed.length} dividends could not be booked`);
  return paid;
}

/** A household's dividend is its income; a collective's stands on the village's account and is nobody's yet. */
async function payDividend(tx: Tx, now: Date, county: County, id: string): Promise<boolean> {
  await withScope(tx, String(county));
  const row = await tx
    .selectFrom('benefit.dividend')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (row.state !== 'approved') return false;
  const lines = (
    await tx
      .selectFrom('benefit.dividend_line')
      .selectAll()
      .where('county', '=', county)
      .where('dividend', '=', id)
      .orderBy('id')
      .execute()
  ).map((line) => ({ ...line, moved: newId() }));
  const [cost, cash, ...holders] = (await ensureAccounts(tx, county, [
    { kind: 'dividend_cost', owner: row.org },
    { kind: 'buyer_cash', owner: row.org },
    ...lines.map((line) =>
      line.household
        ? ({ kind: 'household', owner: line.household } as const)
        : ({ kind: 'collective', owner: line.village } as const),
    ),
  ])) as [string, string, ...string[]];
  await transfer(
    tx,
    county,
    lines.flatMap((line, i): TransferInput[] => {
      const holder = holders[i] as string;
      const said = { kind: 'single' as const, amountFen: line.fen, by: row.approved_by };
      const of = { ...said, evidenceKind: 'dividend', evidence: line.id };
      return [
        { ...of, id: line.moved, debit: cost, credit: holder, reason: 'dividend' },
        // What a collective got stays on its account until it is shared out.
        ...(row.paid === 'later' || !line.household
          ? []
          : [{ ...of, id: newId(), debit: holder, credit: cash, reason: 'dividend-paid' }]),
      ];
    }),
    now,
  );
  await insertEntries(
    tx,
    county,
    { mechanism: 'shareholding', evidenceKind: 'dividend', month: monthOf(now), at: now },
    lines.flatMap(({ household, village, fen, id: evidence, moved, agreement }) =>
      household ? [{ household, village, fen, evidence, transfer: moved, org: row.org, crop: null, agreement }] : [],
    ),
  );
  await moveDividend(tx, row, 'paid', { words: '', by: system.person, at: now });
  return true;
}

async function payDistribution(tx: Tx, now: Date, county: County, id: string): Promise<boolean> {
  await withScope(tx, String(county));
  const row = await tx
    .selectFrom('benefit.distribution')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (row.state !== 'approved') return false;
  const of = await tx
    .selectFrom('benefit.dividend_line as l')
    .innerJoin('benefit.dividend as d', (join) =>
      join.onRef('d.county', '=', 'l.county').onRef('d.id', '=', 'l.dividend'),
    )
    .select(['d.org', 'l.agreement'])
    .where('l.county', '=', county)
    .where('l.id', '=', row.line)
    .executeTakeFirstOrThrow();
  const lines = (
    await tx
      .selectFrom('benefit.distribution_line')
      .selectAll()
      .where('county', '=', county)
      .where('distribution', '=', id)
      .orderBy('id')
      .execute()
  ).map((line) => ({ ...line, moved: newId() }));
  const [collective, ...households] = (await ensureAccounts(tx, county, [
    { kind: 'collective', owner: row.village },
    ...lines.map((line) => ({ kind: 'household' as const, owner: line.household })),
  ])) as [string, ...string[]];
  await transfer(
    tx,
    county,
    lines.map((line, i) => ({
      ...{ id: line.moved, kind: 'single' as const, debit: collective, credit: households[i] as string },
      ...{ amountFen: line.fen, reason: 'collective-shared', evidenceKind: 'dividend', evidence: line.id },
      by: row.approved_by,
    })),
    now,
  );
  await insertEntries(
    tx,
    county,
    { mechanism: 'shareholding', evidenceKind: 'dividend', month: monthOf(now), at: now },
    lines.map(({ household, village, fen, id: evidence, moved }) => ({
      ...{ household, village, fen, evidence, transfer: moved, org: of.org, crop: null, agreement: of.agreement },
    })),
  );
  await tx
    .updateTable('benefit.distribution')
    .set({ state: 'paid' })
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
  return true;
}
