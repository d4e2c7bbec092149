import { ensureAccounts, transfer } from '#ledger';
import { system } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { bookApproved } from '../entries/book-approved.ts';
import { asOf, type Posting, postEntries } from '../entries/post-entries.ts';
import { type DividendRow, lockDistribution, lockDividend, moveDividend } from './dividends.queries.ts';

/**
 * Books approved dividends, and what collectives share out of theirs.
 *
 * @returns how many were booked
 * @throws AggregateError as `bookApproved`
 */
export async function payDividends(at: Context, signal?: AbortSignal): Promise<number> {
  const dividends = await bookApproved(at, 'benefit.dividend', payDividend, signal);
  return dividends + (await bookApproved(at, 'benefit.distribution', payDistribution, signal));
}

/** A household's dividend is its income; a collective's stands on the village's account and is nobody's yet. */
async function payDividend(tx: Tx, now: Date, county: County, id: string): Promise<boolean> {
  await withScope(tx, String(county));
  const row = await lockDividend(tx, county, id);
  if (row.state !== 'approved') return false;
  const lines = await tx
    .selectFrom('benefit.dividend_line')
    .selectAll()
    .where('county', '=', county)
    .where('dividend', '=', id)
    .orderBy('id')
    .execute();
  await postEntries(
    tx,
    county,
    asOf(now),
    lines.flatMap(({ id: evidence, household, village, fen, agreement }): Posting[] =>
      household
        ? [
            {
              ...{ household, village, fen, evidenceKind: 'dividend', evidence, org: row.org, crop: null, agreement },
              ...{ from: { kind: 'dividend_cost', owner: row.org }, reason: 'dividend' },
              ...{ fact: { kind: 'dividend', id: evidence }, by: row.approved_by ?? undefined },
              ...(row.paid !== 'later' && {
                paid: { by: { kind: 'buyer_cash', owner: row.org }, reason: 'dividend-paid' },
              }),
            },
          ]
        : [],
    ),
  );
  await payCollectives(
    tx,
    now,
    row,
    lines.filter((line) => !line.household),
  );
  await moveDividend(tx, row, 'paid', { words: '', by: system.person, at: now });
  return true;
}

/** What a collective got stays on its account until it is shared out. */
async function payCollectives(
  tx: Tx,
  now: Date,
  { county, org, approved_by }: DividendRow,
  lines: readonly { id: string; village: string; fen: number }[],
): Promise<void> {
  if (lines.length === 0) return;
  const [cost, ...collectives] = (await ensureAccounts(tx, county, [
    { kind: 'dividend_cost', owner: org },
    ...lines.map((line) => ({ kind: 'collective' as const, owner: line.village })),
  ])) as [string, ...string[]];
  await transfer(
    tx,
    county,
    lines.map(({ id, fen }, i) => ({
      ...{ id: newId(), kind: 'single' as const, debit: cost, credit: collectives[i] as string, amountFen: fen },
      ...{ reason: 'dividend', evidenceKind: 'dividend', evidence: id, by: approved_by },
    })),
    now,
  );
}

async function payDistribution(tx: Tx, now: Date, county: County, id: string): Promise<boolean> {
  await withScope(tx, String(county));
  const row = await lockDistribution(tx, county, id);
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
  const lines = await tx
    .selectFrom('benefit.distribution_line')
    .selectAll()
    .where('county', '=', county)
    .where('distribution', '=', id)
    .orderBy('id')
    .execute();
  await postEntries(
    tx,
    county,
    asOf(now),
    lines.map(
      ({ id: evidence, household, village, fen }): Posting => ({
        ...{ household, village, fen, evidenceKind: 'dividend', evidence, org: of.org, crop: null },
        ...{ agreement: of.agreement, from: { kind: 'collective', owner: row.village }, reason: 'collective-shared' },
        ...{ fact: { kind: 'dividend', id: evidence }, by: row.approved_by ?? undefined },
      }),
    ),
  );
  await tx
    .updateTable('benefit.distribution')
    .set({ state: 'paid' })
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
  return true;
}
