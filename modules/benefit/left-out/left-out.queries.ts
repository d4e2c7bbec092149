import { sql } from 'kysely';
import { addDays } from '#platform/clock.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { EvidenceKind } from '../entries/entry-kinds.ts';
import type { WhyLeftOut } from './left-out-kinds.ts';

export interface LeftOut {
  evidenceKind: Extract<EvidenceKind, 'floor' | 'agreed_line' | 'sale' | 'project'>;
  /** the note, order line or project */
  evidence: string;
  household: string;
  village: string;
  agreement: string;
  why: WhyLeftOut;
  /** when the fact was */
  at: Date;
}

/** Writes down what did not post; what was left out before keeps its row with the newest reason. */
export async function leaveOut(tx: Tx, county: County, rows: readonly LeftOut[]): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insertInto('benefit.left_out')
    .values(
      rows.map(({ evidenceKind, evidence, household, village, agreement, why, at }) => ({
        ...{ county, evidence_kind: evidenceKind, evidence, household, village, agreement, why, at },
      })),
    )
    .onConflict((c) =>
      c
        .columns(['county', 'evidence_kind', 'evidence', 'household'])
        .doUpdateSet((e) => ({ why: e.ref('excluded.why'), agreement: e.ref('excluded.agreement') })),
    )
    .execute();
}

/** Takes a fact off the list: it posts now, or never was. */
export async function strikeLeftOut(
  tx: Tx,
  county: County,
  { evidenceKind, evidence, household }: Pick<LeftOut, 'evidenceKind' | 'evidence' | 'household'>,
): Promise<void> {
  await tx
    .deleteFrom('benefit.left_out')
    .where('county', '=', county)
    .where('evidence_kind', '=', evidenceKind)
    .where('evidence', '=', evidence)
    .where('household', '=', household)
    .execute();
}

/** What waits for one reason to go away, the oldest first. */
export async function waitingFor(
  tx: Db,
  county: County,
  of: { why: WhyLeftOut; agreement?: string; households?: readonly string[] },
): Promise<LeftOut[]> {
  const { why, agreement = null, households = null } = of;
  const { rows } = await sql<LeftOut>`
    select evidence_kind as "evidenceKind", evidence, household, village, agreement, why, at
      from benefit.left_out
     where county = ${county} and why = ${why} and (${agreement}::uuid is null or agreement = ${agreement})
       and (${households === null} or household = any(${(households ?? []) as string[]}::uuid[]))
     order by at, evidence`.execute(tx);
  return rows;
}

/**
 * Whether somebody may wonder why a fact did not post: near the agreement's term. An agreement of long ago says nothing
 * any more.
 */
export const isNear = (term: { startsOn: string; endsOn: string }, day: string): boolean =>
  addDays(term.startsOn, -NEAR_DAYS) <= day && day <= addDays(term.endsOn, NEAR_DAYS);

const NEAR_DAYS = 30;
