import { sql } from 'kysely';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import type { EvidenceKind, Income, Mechanism } from './entry-kinds.ts';

export type { EvidenceKind, Income, Mechanism } from './entry-kinds.ts';

export interface NewEntry {
  household: string;
  village: string;
  fen: Fen;
  evidence: string;
  transfer: string;
  /** whose help it is: the buyer-in, the shop, the employer, the firm */
  org: string;
  crop: string | null;
  /** under which it posts; null where nothing was agreed beforehand */
  agreement: string | null;
}

/** Writes entries of one mechanism, which then wait for the public log; a second entry for the same fact and household breaks the table's key. */
export async function insertEntries(
  tx: Tx,
  county: County,
  what: { mechanism: Mechanism; evidenceKind: EvidenceKind; month: string; at: Date; income?: Income },
  rows: readonly NewEntry[],
): Promise<void> {
  if (rows.length === 0) return;
  const plain = (key: Exclude<keyof NewEntry, 'crop'>) => plainArray(rows.map((row) => row[key]));
  const ids = plainArray(rows.map(() => newId()));
  await sql`
    insert into benefit.entry (county, id, household, village, mechanism, fen, evidence_kind, evidence, transfer, org,
      crop, agreement, income, month, at)
    select ${county}::int, n.id, n.household, n.village, ${what.mechanism}::text, n.fen, ${what.evidenceKind}::text,
           n.evidence, n.transfer, n.org, n.crop, n.agreement, ${what.income ?? 'market'}::text, ${what.month}::text,
           ${what.at}::timestamptz
      from unnest(${ids}::uuid[], ${plain('household')}::uuid[], ${plain('village')}::text[], ${plain('fen')}::bigint[],
        ${plain('evidence')}::uuid[], ${plain('transfer')}::uuid[], ${plain('org')}::uuid[],
        ${textArray(rows.map((row) => row.crop))}::text[], ${plain('agreement')}::uuid[])
        n (id, household, village, fen, evidence, transfer, org, crop, agreement)`.execute(tx);
  // And now to be committed to the public log, a few seconds later and all counties' together.
  await sql`
    insert into benefit.log_waiting (county, entry) select ${county}::int, n.id from unnest(${ids}::uuid[]) n (id)`.execute(
    tx,
  );
}

export interface EntryFilter {
  household?: string;
  agreement?: string;
  income?: Income;
  /** files of one household */
  households?: readonly string[];
  mechanism?: Mechanism;
  /** a prefix of region codes */
  village?: string;
  /** YYYY-MM */
  month?: string;
  from?: string;
  to?: string;
  org?: string;
  crop?: string;
}

/** Entries within the transaction's scope. */
export function entriesWhere(tx: Db, county: County, filter: EntryFilter) {
  let found = tx.selectFrom('benefit.entry as e').where('e.county', '=', county);
  if (filter.household) found = found.where('e.household', '=', filter.household);
  if (filter.agreement) found = found.where('e.agreement', '=', filter.agreement);
  if (filter.income) found = found.where('e.income', '=', filter.income);
  if (filter.households) found = found.where('e.household', 'in', filter.households);
  if (filter.mechanism) found = found.where('e.mechanism', '=', filter.mechanism);
  const { village } = filter;
  if (village) found = found.where((e) => e(e.fn<boolean>('starts_with', ['e.village', e.val(village)]), '=', true));
  if (filter.month) found = found.where('e.month', '=', filter.month);
  if (filter.from) found = found.where('e.month', '>=', filter.from);
  if (filter.to) found = found.where('e.month', '<=', filter.to);
  if (filter.org) found = found.where('e.org', '=', filter.org);
  if (filter.crop) found = found.where('e.crop', '=', filter.crop);
  return found;
}

/**
 * Entries as people read them, newest first: with the household's code and the number that finds what each rests on, as
 * of the note, the order, the payroll, the dividend, the project, or the paper of the help.
 */
export function readableEntries(tx: Tx, county: County, filter: EntryFilter) {
  return entriesWhere(tx, county, filter)
    .innerJoin('registry.household_facts as h', (join) =>
      join.onRef('h.county', '=', 'e.county').onRef('h.household', '=', 'e.household'),
    )
    .leftJoin('trace.purchase_facts as p', (join) =>
      join
        .onRef('p.county', '=', 'e.county')
        .onRef('p.purchase', '=', 'e.evidence')
        .on('e.evidence_kind', 'in', ['purchase', 'floor']),
    )
    .leftJoin('benefit.net_sale as s', (join) =>
      join.onRef('s.county', '=', 'e.county').onRef('s.id', '=', 'e.evidence').on('e.evidence_kind', '=', 'sale'),
    )
    .leftJoin('trade.line_facts as l', (join) =>
      join
        .onRef('l.county', '=', 'e.county')
        .on((on) => on('l.line', '=', on.fn.coalesce('s.line', 'e.evidence')))
        .on('e.evidence_kind', 'in', ['order_line', 'agreed_line', 'sale']),
    )
    .leftJoin('presale.project_facts as j', (join) =>
      join
        .onRef('j.county', '=', 'e.county')
        .onRef('j.project', '=', 'e.evidence')
        .on('e.evidence_kind', '=', 'project'),
    )
    .leftJoin('benefit.help as g', (join) =>
      join.onRef('g.county', '=', 'e.county').onRef('g.id', '=', 'e.evidence').on('e.evidence_kind', '=', 'help'),
    )
    .leftJoin('benefit.payslip as w', (join) =>
      join.onRef('w.county', '=', 'e.county').onRef('w.id', '=', 'e.evidence').on('e.evidence_kind', '=', 'wage'),
    )
    .leftJoin('benefit.payroll as wp', (join) =>
      join.onRef('wp.county', '=', 'w.county').onRef('wp.id', '=', 'w.payroll'),
    )
    .leftJoin('benefit.subsidy_line as bl', (join) =>
      join.onRef('bl.county', '=', 'e.county').onRef('bl.id', '=', 'e.evidence').on('e.evidence_kind', '=', 'subsidy'),
    )
    .leftJoin('benefit.subsidy as b', (join) =>
      join.onRef('b.county', '=', 'bl.county').onRef('b.id', '=', 'bl.subsidy'),
    )
    .leftJoin('benefit.distribution_line as fl', (join) =>
      join.onRef('fl.county', '=', 'e.county').onRef('fl.id', '=', 'e.evidence').on('e.evidence_kind', '=', 'dividend'),
    )
    .leftJoin('benefit.distribution as f', (join) =>
      join.onRef('f.county', '=', 'fl.county').onRef('f.id', '=', 'fl.distribution'),
    )
    .leftJoin('benefit.dividend_line as vl', (join) =>
      join.onRef('vl.county', '=', 'e.county').onRef('vl.id', '=', 'e.evidence').on('e.evidence_kind', '=', 'dividend'),
    )
    .leftJoin('benefit.dividend as v', (join) =>
      join.onRef('v.county', '=', 'vl.county').onRef('v.id', '=', 'vl.dividend'),
    )
    .select(['e.id', 'e.household', 'e.village', 'e.mechanism', 'e.fen', 'e.evidence', 'e.transfer', 'e.month', 'e.at'])
    .select([
      'e.evidence_kind as evidenceKind',
      'e.income',
      'e.agreement',
      'e.org',
      'e.crop',
      'h.code as householdCode',
    ])
    .select((e) =>
      e.fn
        .coalesce(
          'p.number',
          'l.order_number',
          'g.number',
          e.fn.coalesce('wp.number', 'v.number', 'f.number', 'j.number', 'b.number'),
          e.val(''),
        )
        .as('evidenceNumber'),
    )
    .orderBy('e.at', 'desc')
    .orderBy('e.id', 'desc');
}

/** A household within the transaction's scope. */
export function householdInScope(tx: Db, county: County, household: string) {
  return tx
    .selectFrom('registry.household_facts')
    .select(['household', 'code', 'village'])
    .where('county', '=', county)
    .where('household', '=', household)
    .executeTakeFirst();
}

/** Kinds of household, by id, within the transaction's scope. */
export async function categoriesOf(
  tx: Db,
  county: County,
  households: readonly string[],
): Promise<Map<string, string>> {
  if (households.length === 0) return new Map();
  const rows = await tx
    .selectFrom('registry.household_facts')
    .select(['household', 'category'])
    .where('county', '=', county)
    .where('household', 'in', households)
    .execute();
  return new Map(rows.map((row) => [row.household as string, row.category as string]));
}
