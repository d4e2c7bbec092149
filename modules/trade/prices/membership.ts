import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { regionNames, requireCounty } from '#registry';

/**
 * Joins a county's membership, whose sellers may have lower prices for members. Who is in it already stays.
 *
 * @throws Refusal `county-not-open`
 */
export async function joinMembership(at: Context, by: Actor, county: County): Promise<void> {
  await requireCounty(at.db, county);
  const row = { joined_at: at.clock.now(), left_at: null };
  await at.db
    .insertInto('trade.member')
    .values({ county, person: by.person, ...row })
    .onConflict((c) => c.columns(['county', 'person']).doUpdateSet(row).where('trade.member.left_at', 'is not', null))
    .execute();
}

export async function leaveMembership(at: Context, by: Actor, county: County): Promise<void> {
  await at.db
    .updateTable('trade.member')
    .set({ left_at: at.clock.now() })
    .where('county', '=', county)
    .where('person', '=', by.person)
    .where('left_at', 'is', null)
    .execute();
}

/** The counties whose membership somebody has joined, the latest first. */
export async function memberships(db: Db, by: Actor) {
  const rows = await db
    .selectFrom('trade.member')
    .select(['county', 'joined_at as joinedAt'])
    .where('person', '=', by.person)
    .where('left_at', 'is', null)
    .orderBy('joined_at', 'desc')
    .execute();
  const names = await regionNames(
    db,
    rows.map((row) => String(row.county)),
  );
  return rows.map((row) => ({ ...row, countyName: names.get(String(row.county))?.name ?? String(row.county) }));
}
