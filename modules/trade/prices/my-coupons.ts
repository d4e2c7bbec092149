import { sql } from 'kysely';
import type { Actor, Caller } from '#platform/actor.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById, regionNames } from '#registry';
import { refuse } from '../refuse.ts';

const held = (db: Db, person: string) =>
  db
    .selectFrom('trade.coupon as c')
    .innerJoin('trade.coupon_template as t', (join) =>
      join.onRef('t.county', '=', 'c.county').onRef('t.id', '=', 'c.template'),
    )
    .leftJoin('trade.quota as q', (join) =>
      join.onRef('q.county', '=', 'c.county').onRef('q.subject', '=', 'c.id').on('q.holder', '=', ''),
    )
    .select([
      'c.county',
      'c.id',
      't.name',
      't.name_en as nameEn',
      't.org',
      't.bearer',
      't.off_fen as offFen',
      't.from_fen as fromFen',
    ])
    .select(['c.taken_at as takenAt', 'c.valid_until as validUntil'])
    .select(sql<boolean>`coalesce(q.used, 0) > 0`.as('used'))
    .where('c.person', '=', person);

/** A person's coupons: those that can still be used first, the one that ends soonest on top. */
export async function myCoupons(db: Db, now: Date, by: Actor) {
  const rows = await held(db, by.person).orderBy('c.valid_until').orderBy('c.id').limit(200).execute();
  const views = await named(
    db,
    rows.map((row) => withState(row, now)),
  );
  const order = { open: 0, used: 1, over: 2 } as const;
  return views.sort((a, b) => order[a.state] - order[b.state]);
}

/** One of a person's coupons. @throws Refusal `coupon-not-found` */
export async function myCoupon(db: Db, now: Date, person: string, county: County, id: string) {
  const rows = await held(db, person).where('c.county', '=', county).where('c.id', '=', id).execute();
  const [view] = await named(
    db,
    rows.map((row) => withState(row, now)),
  );
  if (!view) throw refuse('coupon-not-found');
  return view;
}

/** Coupons that whoever likes may take now, those that take most off first; one county's, or of all counties. */
export async function couponsToTake(db: Db, now: Date, by: Caller, county?: County) {
  const rows = await db
    .selectFrom('trade.coupon_template as t')
    .select([
      't.county',
      't.id',
      't.name',
      't.name_en as nameEn',
      't.org',
      't.bearer',
      't.off_fen as offFen',
      't.from_fen as fromFen',
    ])
    .select(['t.per_person as perPerson', 't.take_until as takeUntil', 't.category', 't.products'])
    .select(sql<number>`t.total - t.taken`.as('left'))
    .select(
      sql<number>`(select count(*)::int from trade.coupon c
                    where c.county = t.county and c.template = t.id and c.person = ${by.person ?? ''})`.as('mine'),
    )
    .where('t.open', '=', true)
    .where('t.ended_at', 'is', null)
    .where('t.take_from', '<=', now)
    .where('t.take_until', '>', now)
    .$if(county !== undefined, (q) => q.where('t.county', '=', county as County))
    .orderBy('t.off_fen', 'desc')
    .orderBy('t.id')
    .limit(100)
    .execute();
  return named(db, rows);
}

const withState = <R extends { used: boolean; validUntil: Date }>({ used, ...row }: R, now: Date) => ({
  ...row,
  state: used ? ('used' as const) : row.validUntil <= now ? ('over' as const) : ('open' as const),
});

async function named<R extends { county: County; org: string | null }>(db: Db, rows: readonly R[]) {
  const counties = [...new Set(rows.map((row) => row.county))];
  const names = await regionNames(db, counties.map(String));
  const orgs = new Map<string, string>();
  for (const county of counties) {
    const own = rows.flatMap((row) => (row.county === county && row.org ? row.org : []));
    for (const [id, org] of await organisationsById(db, county, own)) orgs.set(id, org.name);
  }
  return rows.map((row) => ({
    ...row,
    countyName: names.get(String(row.county))?.name ?? String(row.county),
    orgName: row.org ? (orgs.get(row.org) ?? null) : null,
  }));
}
