import { type Actor, type Role, scopeIn } from '#platform/actor.ts';
import type { Db } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { regionNames } from '#registry';
import type { Mechanism } from './entries.queries.ts';
import type { EvidenceKind, Income } from './entry-kinds.ts';

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
  transfer: string;
  month: string;
  at: Date;
}

/** Entries with the names of their villages. */
export async function named(db: Db, rows: readonly EntryAnswer[]) {
  const names = await regionNames(
    db,
    rows.map((row) => row.village),
  );
  return rows.map((row) => ({ ...row, villageName: names.get(row.village)?.name ?? row.village }));
}
