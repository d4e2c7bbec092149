import type { Selectable } from 'kysely';
import type { BenefitDistribution, BenefitDividend } from '#platform/database/tables.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { type DividendState, dividendMoves } from './dividend-states.ts';

export type DividendRow = Selectable<BenefitDividend>;
export type DistributionRow = Selectable<BenefitDistribution>;

interface Said {
  words: string;
  by: string;
  at: Date;
}

/** @throws Refusal `dividend-move-not-allowed` */
export function requireDividendMove({ state }: { state: DividendState }, to: DividendState): void {
  if (!dividendMoves.allows(state, to))
    throw refuse('dividend-move-not-allowed', { state: dividendMoves.states[state].zh });
}

/** One dividend, locked. @throws Refusal `dividend-not-found` */
export async function lockDividend(tx: Tx, county: County, id: string): Promise<DividendRow> {
  const row = await tx
    .selectFrom('benefit.dividend')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw refuse('dividend-not-found');
  return row;
}

/** What a collective shares out, locked; `tx` with the county's scope. @throws Refusal `distribution-not-found` */
export async function lockDistribution(tx: Tx, county: County, id: string): Promise<DistributionRow> {
  const row = await tx
    .selectFrom('benefit.distribution')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw refuse('distribution-not-found');
  return row;
}

/** Moves a dividend and writes down who did it and why. */
export async function moveDividend(tx: Tx, row: DividendRow, to: DividendState, said: Said): Promise<void> {
  dividendMoves.require(row.state, to);
  await tx
    .updateTable('benefit.dividend')
    .set({ state: to, ...(to === 'approved' && { approved_by: said.by, approved_at: said.at }) })
    .where('county', '=', row.county)
    .where('id', '=', row.id)
    .execute();
  await insertDividendMove(tx, row, row.state, to, said);
}

export async function insertDividendMove(
  tx: Tx,
  of: { county: County; id: string },
  from: DividendState | null,
  to: DividendState,
  said: Said,
): Promise<void> {
  await tx
    .insertInto('benefit.dividend_move')
    .values({
      ...{ county: of.county, id: newId(), dividend: of.id, from_state: from, to_state: to },
      ...{ words: said.words.trim(), by_person: said.by, at: said.at },
    })
    .execute();
}
