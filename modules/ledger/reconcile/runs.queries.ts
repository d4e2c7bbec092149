import type { Db } from '#platform/db.ts';

/** What a run keeps of an invariant. */
export interface KeptFinding {
  name: string;
  ms: number;
  count: number;
  breaches: string[];
}

/** Runs, newest first. */
export async function reconcileRuns(db: Db, page: number, size: number) {
  const { total } = await db
    .selectFrom('ledger.reconcile_run')
    .select((e) => e.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom('ledger.reconcile_run')
    .select(['id', 'begun_at as begunAt', 'ended_at as endedAt', 'asked', 'broken'])
    .orderBy('begun_at', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows, total, page, size };
}

export async function reconcileRunById(db: Db, id: string) {
  const found = await db
    .selectFrom('ledger.reconcile_run')
    .select(['id', 'begun_at as begunAt', 'ended_at as endedAt', 'asked', 'broken', 'findings'])
    .where('id', '=', id)
    .executeTakeFirst();
  return found && { ...found, findings: found.findings as unknown as KeptFinding[] };
}

/** When the last run ended and how many invariants did not hold then; null before the first. */
export async function lastReconcile(db: Db): Promise<{ endedAt: Date; broken: number } | null> {
  const { rows } = await reconcileRuns(db, 1, 1);
  return rows[0] ?? null;
}
