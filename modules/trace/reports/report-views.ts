import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { personNames } from '#registry';
import { lotReading } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import type { ReportKind } from './report-kinds.ts';
import type { PublicReport, TestReport } from './reports.contract.ts';
import {
  findReport,
  itemsOf,
  listReports,
  lotAndOrigins,
  type ReportFilter,
  type ReportRow,
} from './reports.queries.ts';

/** A page of reports of the lots somebody may see. */
export async function reportPage(db: Db, by: Actor, county: County, filter: ReportFilter) {
  const { rows, total } = await listReports(db, county, lotReading(by, county), filter);
  return { rows: await views(db, county, rows), total, page: filter.page, size: filter.size };
}

/** @throws Refusal `report-not-found`, also for a lot of somebody else */
export async function reportView(db: Db, by: Actor, county: County, id: string): Promise<Static<typeof TestReport>> {
  const row = await findReport(db, county, id, lotReading(by, county));
  const [view] = row ? await views(db, county, [row]) : [];
  if (!view) throw refuse('report-not-found');
  return view;
}

const MOST_TOLD = 6;

/** What a buyer of a lot reads of tests: those of the lot and of all it was made of, the newest first, six at most. */
export async function publicReports(db: Db, county: County, lot: string): Promise<Static<typeof PublicReport>[]> {
  const lots = await lotAndOrigins(db, county, lot);
  const { rows } = await listReports(db, county, 'all', { lots, page: 1, size: MOST_TOLD });
  const standing = rows.filter((row) => row.withdrawn === null);
  const items = await itemsOf(
    db,
    county,
    standing.map((row) => row.id),
  );
  return standing.map((row) => facts(row, items.get(row.id) ?? []));
}

async function views(db: Db, county: County, rows: readonly ReportRow[]): Promise<Static<typeof TestReport>[]> {
  const items = await itemsOf(
    db,
    county,
    rows.map((row) => row.id),
  );
  const people = await personNames(
    db,
    rows.map((row) => row.by_person),
  );
  return rows.map((row) => ({
    ...facts(row, items.get(row.id) ?? []),
    hasFile: row.file !== null,
    recall: row.recall,
    withdrawn: row.withdrawn,
    byName: people.get(row.by_person) ?? '',
    at: row.at,
  }));
}

const facts = (row: ReportRow, items: Static<typeof PublicReport>['items']): Static<typeof PublicReport> => ({
  id: row.id,
  kind: row.kind as ReportKind,
  number: row.number,
  lab: row.lab,
  cma: row.cma,
  lot: row.lot,
  lotNumber: row.lot_number,
  sampledOn: row.sampled_on,
  issuedOn: row.issued_on,
  passed: row.passed,
  items,
});
