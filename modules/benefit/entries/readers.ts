import { type Actor, type Role, scopeIn } from '#platform/actor.ts';
import type { Db } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById, regionNames } from '#registry';
import type { EvidenceKind, Income, Mechanism } from './entry-kinds.ts';

const readers: readonly Role[] = ['operator', 'platform', 'auditor', 'cadre', 'keeper'];

/** The region prefix whose households `by` may read. Serving the route has already refused those who have none. */
export function readerScope(by: Actor, county: County): string {
  const scope = scopeIn(by, county, readers);
  if (!scope) throw refusePlatform('not-allowed');
  return scope;
}

/** An entry as it is read; the columns that come from views have no types of their own. */
export interface EntryAnswer {
  id: string;
  household: string;
  householdCode: string;
  village: string;
  mechanism: Mechanism;
  fen: number;
  evidenceKind: EvidenceKind;
  evidence: string;
  evidenceNumber: string;
  income: Income;
  agreement: string | null;
  org: string;
  crop: string | null;
  transfer: string;
  month: string;
  at: Date;
}

/** Entries with the names of their villages and of whose help they are. */
export async function named(db: Db, county: County, rows: readonly EntryAnswer[]) {
  const [villages, orgs] = await Promise.all([
    regionNames(
      db,
      rows.map((row) => row.village),
    ),
    organisationsById(
      db,
      county,
      rows.map((row) => row.org),
    ),
  ]);
  return rows.map((row) => ({
    ...row,
    villageName: villages.get(row.village)?.name ?? row.village,
    orgName: orgs.get(row.org)?.name ?? '',
  }));
}
