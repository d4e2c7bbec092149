import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

/** Instants from the beginning of one day to before another. */
export interface Span {
  from: Date;
  before: Date;
}

const within = (column: string, span: Span): RawBuilder<unknown> =>
  sql`${sql.ref(column)} >= ${span.from} and ${sql.ref(column)} < ${span.before}`;
const dayOf = (column: string): RawBuilder<unknown> => sql`(${sql.ref(column)} at time zone 'Asia/Shanghai')::date`;

/** One row of an aggregate without groups. */
async function oneRow<T>(db: Db, query: RawBuilder<T>): Promise<T> {
  return (await query.execute(db)).rows[0] as T;
}

/** Paid orders of a span: how many, whose, from where, for how much. */
export const ordersIn = (db: Db, county: County, span: Span) =>
  oneRow(
    db,
    sql<{ orders: number; buyers: number; provinces: number; paidFen: number }>`
      select count(*)::int as orders, count(distinct person)::int as buyers,
             count(distinct left(ship_region, 2))::int as provinces, coalesce(sum(total_fen), 0)::bigint as "paidFen"
        from trade.order_facts where county = ${county} and ${within('paid_at', span)}`,
  );

export const refundedIn = (db: Db, county: County, span: Span) =>
  oneRow(
    db,
    sql<{ refundedFen: number }>`
      select coalesce(sum(fen), 0)::bigint as "refundedFen"
        from trade.refund_facts where county = ${county} and state = 'done' and ${within('done_at', span)}`,
  );

/** What waits for somebody now. */
export const waiting = (db: Db, county: County) =>
  oneRow(
    db,
    sql<{ toPack: number; toSend: number; toReview: number }>`
      select (select count(*) from trade.order_facts where county = ${county} and state = 'paid' and promise is null)::int as "toPack",
             (select count(*) from trade.order_facts where county = ${county} and state = 'packed')::int as "toSend",
             (select count(*) from catalog.product_facts where county = ${county} and state = 'review')::int as "toReview"`,
  );

/** Notes of a span of days; a reversed one and its reversal count as none. */
export const purchasesIn = (tx: Tx, county: County, days: { from: string; to: string }) =>
  oneRow(
    tx,
    sql<{ purchases: number; boughtGrams: number }>`
      select (count(*) filter (where reverses is null) - count(*) filter (where reverses is not null))::int as purchases,
             coalesce(sum(grams), 0)::bigint as "boughtGrams"
        from trace.purchase_facts where county = ${county} and day between ${days.from}::date and ${days.to}::date`,
  );

/** What reached households in a span, and how many of which kind: those it left with more than nothing. */
export const helpedIn = (tx: Tx, county: County, span: Span) =>
  oneRow(
    tx,
    sql<{ householdFen: number; households: number; monitoredHouseholds: number; liftedHouseholds: number }>`
      select coalesce(sum(e.fen), 0)::bigint as "householdFen",
             count(*) filter (where e.fen > 0)::int as households,
             count(*) filter (where e.fen > 0 and h.category = 'monitored')::int as "monitoredHouseholds",
             count(*) filter (where e.fen > 0 and h.category = 'lifted')::int as "liftedHouseholds"
        from (select household, sum(fen) as fen from benefit.entry_facts
               where county = ${county} and ${within('at', span)} group by household) e
        join registry.household_facts h on h.county = ${county} and h.household = e.household`,
  );

/** The farm share over lines settled in a span; null when none was. */
export const shareIn = (db: Db, county: County, span: Span) =>
  oneRow(
    db,
    sql<{ shareBp: number | null }>`
      select round(sum(household_fen) * 10000 / nullif(sum(paid_fen), 0))::int as "shareBp"
        from benefit.line_share_facts where county = ${county} and ${within('at', span)}`,
  );

export interface DayRow {
  day: string;
  orders: number;
  paidFen: number;
  householdFen: number;
  shareBp: number | null;
}

/** A row for every day of a span, those on which nothing happened too. */
export async function daysIn(
  tx: Tx,
  county: County,
  days: { from: string; to: string },
  span: Span,
): Promise<DayRow[]> {
  const { rows } = await sql<DayRow>`
    with d as (select generate_series(${days.from}::date, ${days.to}::date, interval '1 day')::date as day),
    o as (select ${dayOf('paid_at')} as day, count(*) as orders, sum(total_fen) as paid
            from trade.order_facts where county = ${county} and ${within('paid_at', span)} group by 1),
    e as (select ${dayOf('at')} as day, sum(fen) as fen
            from benefit.entry_facts where county = ${county} and ${within('at', span)} group by 1),
    s as (select ${dayOf('at')} as day, round(sum(household_fen) * 10000 / nullif(sum(paid_fen), 0)) as bp
            from benefit.line_share_facts where county = ${county} and ${within('at', span)} group by 1)
    select d.day, coalesce(o.orders, 0)::int as orders, coalesce(o.paid, 0)::bigint as "paidFen",
           coalesce(e.fen, 0)::bigint as "householdFen", s.bp::int as "shareBp"
      from d left join o using (day) left join e using (day) left join s using (day)
     order by d.day`.execute(tx);
  return rows;
}

/** Townships with what their households received and sold in a span, the most first. */
export async function townshipsIn(tx: Tx, county: County, days: { from: string; to: string }, span: Span) {
  const { rows } = await sql<{ code: string; households: number; fen: number; boughtGrams: number }>`
    select code, coalesce(sum(households), 0)::int as households, coalesce(sum(fen), 0)::bigint as fen,
           coalesce(sum(grams), 0)::bigint as "boughtGrams"
      from (
        select left(village, 9) || '000' as code, count(distinct household) as households, sum(fen) as fen, 0 as grams
          from benefit.entry_facts where county = ${county} and ${within('at', span)} group by 1
        union all
        select left(village, 9) || '000', 0, 0, sum(grams)
          from trace.purchase_facts
         where county = ${county} and day between ${days.from}::date and ${days.to}::date group by 1) facts
     group by code order by fen desc, code`.execute(tx);
  return rows;
}

/** Who has sold since a day: villages, households and the last weighing, reversals taken off. */
export const sellersSince = (tx: Tx, county: County, day: string) =>
  oneRow(
    tx,
    sql<{ villages: number; households: number; lastWeighedAt: Date | null }>`
      select count(distinct village)::int as villages, count(*)::int as households, max(last_at) as "lastWeighedAt"
        from (select village, household, max(at) filter (where reverses is null) as last_at
                from trace.purchase_facts where county = ${county} and day >= ${day}::date
               group by village, household having sum(grams) > 0) sellers`,
  );

/** Crops weighed in since a day, the most widely grown first. */
export async function cropsSince(tx: Tx, county: County, day: string) {
  const { rows } = await sql<{ crop: string; villages: number; households: number }>`
    select crop, count(distinct village)::int as villages, count(distinct household)::int as households
      from (select crop, village, household from trace.purchase_facts
             where county = ${county} and day >= ${day}::date
             group by crop, village, household having sum(grams) > 0) sellers
     group by crop order by households desc, crop`.execute(tx);
  return rows;
}

export const productsOnSale = (db: Db, county: County) =>
  oneRow(
    db,
    sql<{ products: number }>`
      select count(*)::int as products from catalog.product_facts where county = ${county} and state = 'on_sale'`,
  );

/** What a village has sold in all and what its households received. */
export const villageTotals = (tx: Tx, county: County, village: string) =>
  oneRow(
    tx,
    sql<{ households: number; boughtGrams: number; householdFen: number }>`
      select (select count(*) from (select household from trace.purchase_facts where county = ${county} and village = ${village}
               group by household having sum(grams) > 0) sellers)::int as households,
             (select coalesce(sum(grams), 0) from trace.purchase_facts where county = ${county} and village = ${village})::bigint as "boughtGrams",
             (select coalesce(sum(fen), 0) from benefit.entry_facts where county = ${county} and village = ${village})::bigint as "householdFen"`,
  );

export async function villageCrops(tx: Tx, county: County, village: string) {
  const { rows } = await sql<{ crop: string; grams: number }>`
    select crop, sum(grams)::bigint as grams from trace.purchase_facts
     where county = ${county} and village = ${village}
     group by crop having sum(grams) > 0 order by grams desc, crop`.execute(tx);
  return rows;
}
