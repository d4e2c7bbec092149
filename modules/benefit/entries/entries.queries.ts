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
  // What is written waits to be committed to the public log, a few seconds later and all counties' together.
  await sql`
    with written as (
      insert into benefit.entry (county, id, household, village, mechanism, fen, evidence_kind, evidence, transfer, org,
        crop, agreement, income, month, at)
      select ${county}::int, n.id, n.household, n.village, ${what.mechanism}::text, n.fen, ${what.evidenceKind}::text,
             n.evidence, n.transfer, n.org, n.crop, n.agreement, ${what.income ?? 'market'}::text, ${what.month}::text,
             ${what.at}::timestamptz
        from unnest(${plainArray(rows.map(() => newId()))}::uuid[], ${plain('household')}::uuid[],
          ${plain('village')}::text[], ${plain('fen')}::bigint[], ${plain('evidence')}::uuid[],
          ${plain('transfer')}::uuid[], ${plain('org')}::uuid[], ${textArray(rows.map((row) => row.crop))}::text[],
          ${plain('agreement')}::uuid[])
          n (id, household, village, fen, evidence, transfer, org, crop, agreement)
      returning county, id)
    insert into benefit.log_waiting (county, entry) select county, id from written`.execute(tx);
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
    .select(['e.id', 'e.household', 'e.village', 'e.mechanism', 'e.fen', 'e.evidence', 'e.transfer', 'e.month', 'e.at'])
    .select([
      'e.evidence_kind as evidenceKind',
      'e.income',
      'e.agreement',
      'e.org',
      'e.crop',
      'h.code as householdCode',
    ])
    .select(evidenceNumber.as('evidenceNumber'))
    .orderBy('e.at', 'desc')
    .orderBy('e.id', 'desc');
}

/**
 * The number of what an entry rests on. Each kind is looked for by itself, where an entry is of it: as a row of joins, one
 * for each kind, planning took ten times as long as reading a household's entries.
 */
const evidenceNumber = sql<string>`coalesce(
  case
    when e.evidence_kind in ('purchase', 'floor') then
      (select p.number from trace.purchase_facts p where p.county = e.county and p.purchase = e.evidence)
    when e.evidence_kind in ('order_line', 'agreed_line') then
      (select l.order_number from trade.line_facts l where l.county = e.county and l.line = e.evidence)
    when e.evidence_kind = 'sale' then
      (select l.order_number from benefit.net_sale s join trade.line_facts l on l.county = s.county and l.line = s.line
        where s.county = e.county and s.id = e.evidence)
    when e.evidence_kind = 'wage' then
      (select p.number from benefit.payslip w join benefit.payroll p on p.county = w.county and p.id = w.payroll
        where w.county = e.county and w.id = e.evidence)
    when e.evidence_kind = 'dividend' then coalesce(
      (select d.number from benefit.dividend_line l join benefit.dividend d on d.county = l.county and d.id = l.dividend
        where l.county = e.county and l.id = e.evidence),
      (select d.number from benefit.distribution_line l
         join benefit.distribution d on d.county = l.county and d.id = l.distribution
        where l.county = e.county and l.id = e.evidence))
    when e.evidence_kind = 'project' then
      (select j.number from presale.project_facts j where j.county = e.county and j.project = e.evidence)
    when e.evidence_kind = 'help' then
      (select h.number from benefit.help h where h.county = e.county and h.id = e.evidence)
    when e.evidence_kind = 'subsidy' then
      (select s.number from benefit.subsidy_line l join benefit.subsidy s on s.county = l.county and s.id = l.subsidy
        where l.county = e.county and l.id = e.evidence)
  end, '')`;

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
