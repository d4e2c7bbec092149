import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { refusePlatform } from '#platform/errors.ts';

const MINUTE = 60_000;

/** How many tries of a kind are allowed for one subject within a time, whoever makes them from wherever. */
const limits = {
  'phone-code': { most: 10, within: 10 * MINUTE },
  password: { most: 10, within: 15 * MINUTE },
  totp: { most: 5, within: 15 * MINUTE },
} as const;
export type AttemptKind = keyof typeof limits;

/**
 * Counts a try before it is made, so that tries sent at the same moment are all counted. Counted outside of any
 * transaction: a refusal must not undo it.
 *
 * @param subject what the limit is for; only its keyed hash is kept
 * @throws Refusal `too-many-requests`
 */
export async function countAttempt(at: Context, kind: AttemptKind, subject: string): Promise<void> {
  const { most, within } = limits[kind];
  const now = at.clock.now();
  const stale = new Date(now.getTime() - within);
  const { rows } = await sql<{ count: number }>`
    insert into auth.attempts as a (kind, subject, count, since) values (${kind}, ${at.sealer.hash(subject)}, 1, ${now})
    on conflict (kind, subject) do update set
      count = case when a.since < ${stale} then 1 else a.count + 1 end,
      since = case when a.since < ${stale} then excluded.since else a.since end
    returning count`.execute(at.db);
  if ((rows[0]?.count ?? 0) > most) throw refusePlatform('too-many-requests');
}

/** Forgets the tries of a subject: it has shown who it is. */
export async function clearAttempts(at: Context, kind: AttemptKind, subject: string): Promise<void> {
  await at.db
    .deleteFrom('auth.attempts')
    .where('kind', '=', kind)
    .where('subject', '=', at.sealer.hash(subject))
    .execute();
}
