import { sql } from 'kysely';
import { plainArray } from '#platform/database/arrays.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import type { OrderState } from '../orders/order-states.ts';
import type { Owed } from '../settlement/parts-of.ts';

/** The parts of an order's price that a promise can name, in fen. */
export interface PromiseParts {
  /** what the organiser spends */
  merchantFen: Fen;
  fundFen: Fen;
  householdFen: Fen;
}

/** From now on orders can be placed as a promise for `id`, and their money counts until `until`. */
export async function openPromise(tx: Tx, of: { county: County; id: string; until: Date }): Promise<void> {
  await tx
    .insertInto('trade.promise')
    .values({ ...of, over_at: null })
    .execute();
}

/**
 * Whether money still counts for a promise; it stays so to the end of the transaction, since whoever ends the promise
 * waits for us, or was before us and we see it.
 */
export async function promiseOpen(tx: Tx, county: County, id: string, now: Date): Promise<{ until: Date } | null> {
  const found = await tx
    .selectFrom('trade.promise')
    .select(['until', 'over_at'])
    .where('county', '=', county)
    .where('id', '=', id)
    .forShare()
    .executeTakeFirst();
  return found && found.over_at === null && now < found.until ? { until: found.until } : null;
}

/** No money that comes from now on counts; what was paid before does. */
export async function stopPromise(tx: Tx, now: Date, { county, id }: { county: County; id: string }): Promise<void> {
  await tx
    .updateTable('trade.promise')
    .set({ until: now })
    .where('county', '=', county)
    .where('id', '=', id)
    .where('until', '>', now)
    .execute();
}

/** Promises that are over and of which orders still hold money. */
export async function promisesHolding(db: Db): Promise<{ county: County; id: string }[]> {
  const { rows } = await sql<{ county: County; id: string }>`
    select p.county, p.id
      from trade.promise p
     where p.over_at is not null
       and exists (select from trade."order" o where o.county = p.county and o.promise = p.id and o.state = 'paid')
     order by p.county, p.id`.execute(db);
  return rows;
}

/** What was posted of a promise's money, in fen; what refunds took back afterwards is not taken off. */
export async function postedFor(db: Db, county: County, id: string): Promise<PromiseParts> {
  const { rows } = await sql<PromiseParts>`
    select coalesce(sum(p.fen) filter (where p.part = 'merchant'), 0)::bigint as "merchantFen",
           coalesce(sum(p.fen) filter (where p.part = 'fund'), 0)::bigint as "fundFen",
           coalesce(sum(p.fen) filter (where p.part = 'household'), 0)::bigint as "householdFen"
      from trade."order" o
      join trade.settlement_part p on p.county = o.county and p."order" = o.id and p.state = 'posted'
     where o.county = ${county} and o.promise = ${id}`.execute(db);
  return rows[0] as PromiseParts;
}

/** An order that is a promise, as the floor above shows it. */
export interface PromisedOrder {
  id: string;
  number: string;
  state: OrderState;
  checkout: string;
  expiresAt: Date;
  paidAt: Date | null;
  /** null where nothing is ever sent, as the contact */
  shipRegion: string | null;
  note: string | null;
  /** opened with openContact */
  contact: Buffer | null;
}

/** Promised orders by their id. */
export async function promisedOrders(
  db: Db,
  county: County,
  ids: readonly string[],
): Promise<Map<string, PromisedOrder>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('trade.order as o')
    .innerJoin('trade.checkout as c', 'c.id', 'o.checkout')
    .select(['o.id', 'o.number', 'o.state', 'o.checkout', 'c.expires_at as expiresAt', 'o.paid_at as paidAt'])
    .select(['o.ship_region as shipRegion', 'o.buyer_note as note', 'o.contact_sealed as contact'])
    .where('o.county', '=', county)
    .where('o.id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** What became of a promise's money. */
export interface PromiseMoney {
  /** paid and not given back */
  paidFen: Fen;
  backers: number;
  /** orders that may still be paid */
  unpaid: number;
}

/** What stands for some promises, by their id; those nobody has pledged for are missing. */
export async function promiseMoney(db: Db, county: County, ids: readonly string[]): Promise<Map<string, PromiseMoney>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<PromiseMoney & { id: string }>`
    select promise as id,
           coalesce(sum(total_fen) filter (where state not in ('placed', 'cancelled', 'refunded')), 0)::bigint as "paidFen",
           count(distinct person) filter (where state not in ('placed', 'cancelled', 'refunded'))::int as backers,
           count(*) filter (where state = 'placed')::int as unpaid
      from trade."order" where county = ${county} and promise = any(${plainArray(ids)}::uuid[])
     group by promise`.execute(db);
  return new Map(rows.map(({ id, ...money }) => [id, money]));
}

/** Whom the money of such orders is owed to, as it was promised; for orders that are no promise nothing. */
export async function partsPromised(
  db: Db,
  county: County,
  orders: readonly string[],
): Promise<(Owed & { order: string })[]> {
  if (orders.length === 0) return [];
  const { rows } = await sql<{
    order: string;
    line: string;
    org: string;
    part: 'merchant' | 'fund' | 'household';
    fen: Fen;
  }>`
    select l."order", l.id as line, l.org, p.part, p.fen
      from trade.order_line l
      join trade.promise_part p on p.county = l.county and p.line = l.id
     where l.county = ${county} and l."order" = any(${plainArray(orders)}::uuid[])
     order by l."order", p.part desc`.execute(db);
  return rows.map(({ order, line, org, part, fen }) => ({
    ...{ order, line, part, fen, rule: null, org: part === 'merchant' ? org : null },
    account: {
      kind: part === 'household' ? ('shop_share' as const) : part,
      owner: part === 'merchant' ? org : 'county',
    },
  }));
}

/** How many of some limited things are taken, of all or by one holder; things nobody has taken are missing. */
export async function takenOf(
  db: Db,
  county: County,
  subjects: readonly string[],
  holder = '',
): Promise<Map<string, number>> {
  if (subjects.length === 0) return new Map();
  const rows = await db
    .selectFrom('trade.quota')
    .select(['subject', 'used'])
    .where('county', '=', county)
    .where('subject', 'in', subjects)
    .where('holder', '=', holder)
    .execute();
  return new Map(rows.map((row) => [row.subject, row.used]));
}
