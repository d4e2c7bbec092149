import { sql } from 'kysely';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

/** So many of a limited thing: of all there are (holder ''), or of what one buyer may have. */
export interface ClaimOn {
  subject: string;
  holder: string;
  most: number;
  n: number;
}

/**
 * Takes of limited things what is free of them, each by one conditional update in one sorted order, so that the last of
 * them is had once.
 *
 * @returns null; or the first of which there is not enough, with what is left, and the caller gives the transaction up
 */
export async function claimFree(
  tx: Tx,
  county: County,
  claims: readonly ClaimOn[],
): Promise<{ claim: ClaimOn; left: number } | null> {
  const key = (one: ClaimOn) => `${one.subject} ${one.holder}`;
  for (const claim of [...claims].sort((a, b) => (key(a) < key(b) ? -1 : 1))) {
    const { subject, holder, most, n } = claim;
    const taken = await sql`
      insert into trade.quota as q (county, subject, holder, most, used)
      select ${county}::int, ${subject}::uuid, ${holder}::text, ${most}::int, ${n}::int where ${n}::int <= ${most}::int
      on conflict (county, subject, holder) do update set used = q.used + excluded.used, most = excluded.most
       where q.used + excluded.used <= excluded.most`.execute(tx);
    if (taken.numAffectedRows === 1n) continue;
    const { rows } = await sql<{ used: number }>`
      select used from trade.quota where county = ${county} and subject = ${subject} and holder = ${holder}`.execute(
      tx,
    );
    return { claim, left: Math.max(0, most - (rows[0]?.used ?? 0)) };
  }
  return null;
}

/** Writes down what an order has taken. */
export async function insertClaims(tx: Tx, county: County, order: string, claims: readonly ClaimOn[]): Promise<void> {
  if (claims.length === 0) return;
  await tx
    .insertInto('trade.claim')
    .values(claims.map(({ subject, holder, n }) => ({ county, order, subject, holder, n, state: 'held' as const })))
    .execute();
}

/**
 * Whether what an order had used of limits, and gave back when its time was over, is still free; it is locked from then
 * on.
 */
export async function claimsStillFree(tx: Tx, county: County, order: string): Promise<boolean> {
  const { rows } = await sql<{ free: boolean }>`
    select q.used + c.n <= q.most as free
      from trade.claim c
      join trade.quota q on q.county = c.county and q.subject = c.subject and q.holder = c.holder
     where c.county = ${county} and c."order" = ${order} and c.state = 'returned'
     order by q.subject, q.holder for update of q`.execute(tx);
  return rows.every((row) => row.free);
}

/** The order has again what it had used of limits; the caller has seen that it is free. */
export async function claimAgain(tx: Tx, county: County, order: string): Promise<void> {
  await sql`
    update trade.quota q set used = q.used + c.n
      from trade.claim c
     where c.county = ${county}::int and c."order" = ${order}::uuid and c.state = 'returned'
       and q.county = c.county and q.subject = c.subject and q.holder = c.holder`.execute(tx);
  await tx
    .updateTable('trade.claim')
    .set({ state: 'held' })
    .where('county', '=', county)
    .where('order', '=', order)
    .where('state', '=', 'returned')
    .execute();
}
