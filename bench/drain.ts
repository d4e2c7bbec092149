import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';

/** Waits until every event has been carried and applied. @returns seconds */
export async function drain(db: Db): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const { rows } = await sql<{ n: number }>`
      select (select count(*) from platform.outbox) + (select count(*) from jobs.jobs where run_at <= now()) as n`.execute(
      db,
    );
    if (rows[0]?.n === 0) return (performance.now() - begun) / 1000;
    await sleep(50);
  }
}
