import { type RawBuilder, sql } from 'kysely';
import { addDays, startOfDay } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { refuse } from '../refuse.ts';
import { takeIn } from './close-at-provider.ts';
import { maskNotice } from './mask-notice.ts';
import { type PaymentAnswer, ProviderUnclear } from './payment-port.ts';
import type { PaymentState } from './payment-states.ts';
import { providerNamed } from './providers.ts';

interface PaymentRow {
  id: string;
  provider: string;
  method: string;
  state: PaymentState;
  amountFen: Fen;
  providerNumber: string | null;
  createdAt: Date;
  paidAt: Date | null;
}

/** A page of the payments that cover orders of a county, the newest first. */
export async function paymentsPage(
  db: Db,
  county: County,
  query: { q?: string; provider?: string; state?: PaymentState; day?: string; page?: number; size?: number },
) {
  const { page = 1, size = 20 } = query;
  const where: RawBuilder<unknown>[] = [sql`k.counties @> array[${county}]::int[]`];
  if (query.provider) where.push(sql`p.provider = ${query.provider}`);
  if (query.state) where.push(sql`p.state = ${query.state}`);
  if (query.day) {
    where.push(sql`p.created_at >= ${startOfDay(query.day)} and p.created_at < ${startOfDay(addDays(query.day, 1))}`);
  }
  const q = query.q?.trim();
  if (q) {
    const plain = q.replace(/\s/g, '');
    where.push(sql`(p.provider_number = ${q} or p.id::text = ${q.toLowerCase()} or replace(p.id::text, '-', '') = ${plain.toLowerCase()}
      or exists (select from trade."order" o where o.county = ${county} and o.checkout = p.checkout and o.number = ${q})
      or exists (select from trade.pay_code c where c.county = ${county} and c.payment = p.id and c.code = ${plain}))`);
  }
  const found = sql`from trade.payment p join trade.checkout k on k.id = p.checkout where ${sql.join(where, sql` and `)}`;
  const { rows } = await sql<PaymentRow & { checkout: string }>`
    select p.id, p.checkout, p.provider, p.method, p.state, p.amount_fen as "amountFen",
           p.provider_number as "providerNumber", p.created_at as "createdAt", p.paid_at as "paidAt"
    ${found} order by p.created_at desc, p.id desc limit ${size} offset ${(page - 1) * size}`.execute(db);
  const { rows: all } = await sql<{ n: number }>`select count(*)::int as n ${found}`.execute(db);
  const orders = await ordersOf(
    db,
    county,
    rows.map((row) => row.checkout),
  );
  return {
    rows: rows.map(({ checkout, ...row }) => ({ ...row, orders: orders.get(checkout) ?? [] })),
    total: all[0]?.n ?? 0,
    page,
    size,
  };
}

async function ordersOf(db: Db, county: County, checkouts: readonly string[]) {
  const found = new Map<string, { id: string; number: string; state: string; fen: Fen }[]>();
  if (checkouts.length === 0) return found;
  const rows = await db
    .selectFrom('trade.order')
    .select(['checkout', 'id', 'number', 'state', 'total_fen as fen'])
    .where('county', '=', county)
    .where('checkout', 'in', checkouts)
    .orderBy('number')
    .execute();
  for (const { checkout, ...row } of rows) found.set(checkout, [...(found.get(checkout) ?? []), row]);
  return found;
}

/**
 * One payment with every notice of it and the county's refunds on it: those of another county that it paid for are not
 * this one's to see.
 *
 * @throws Refusal `payment-not-found`
 */
export async function paymentView(db: Db, county: County, id: string) {
  const row = await db
    .selectFrom('trade.payment as p')
    .innerJoin('trade.checkout as k', 'k.id', 'p.checkout')
    .selectAll('p')
    .select('k.counties')
    .where('p.id', '=', id)
    .where(sql<boolean>`k.counties @> array[${county}]::int[]`)
    .executeTakeFirst();
  if (!row) throw refuse('payment-not-found');
  const notices = await db
    .selectFrom('trade.payment_notice as n')
    .selectAll()
    .where('n.provider', '=', row.provider)
    .where((e) =>
      e.or([
        e('n.about', '=', id),
        e(
          'n.about',
          'in',
          e.selectFrom('trade.refund as r').select('r.id').where('r.payment', '=', id).where('r.county', '=', county),
        ),
      ]),
    )
    .orderBy('n.received_at')
    .orderBy('n.id')
    .execute();
  const refunds = await db
    .selectFrom('trade.refund as r')
    .leftJoin('trade.order as o', (j) => j.onRef('o.county', '=', 'r.county').onRef('o.id', '=', 'r.order'))
    .select(['r.id', 'r.county', 'r.order', 'o.number as orderNumber', 'r.fen', 'r.state', 'r.reason', 'r.why'])
    .select(['r.asked_at as askedAt', 'r.done_at as doneAt'])
    .where('r.payment', '=', id)
    .where('r.county', '=', county)
    .orderBy('r.asked_at')
    .execute();
  return {
    id: row.id,
    provider: row.provider,
    method: row.method,
    state: row.state,
    amountFen: row.amount_fen,
    providerNumber: row.provider_number,
    createdAt: row.created_at,
    paidAt: row.paid_at,
    orders: (await ordersOf(db, county, [row.checkout])).get(row.checkout) ?? [],
    expiresAt: row.expires_at,
    asks: row.asks,
    askAt: row.ask_at,
    why: row.why,
    counties: row.counties,
    notices: notices.map((notice) => ({
      ...noticeRow(notice, id),
      body: maskNotice(notice.body),
      headers: Object.fromEntries(
        Object.entries(notice.headers as Record<string, unknown>).map(([name, value]) => [name, String(value)]),
      ),
    })),
    refunds: refunds.map(({ county: _, ...refund }) => refund),
  };
}

const noticeRow = (
  row: {
    id: string;
    provider: string;
    notice: string;
    asked: boolean;
    outcome: string | null;
    received_at: Date;
    applied_at: Date | null;
  },
  payment: string | null,
) => ({
  id: row.id,
  provider: row.provider,
  notice: row.notice,
  asked: row.asked,
  payment,
  outcome: row.outcome,
  receivedAt: row.received_at,
  appliedAt: row.applied_at,
});

/** What came of notices that somebody has to look into. */
export const troubles = ['wrong-amount', 'payment-unknown', 'returned', 'paid-twice', 'refund-refused'] as const;

/** A page of the notices about a county's payments, the newest first; `waiting` are those not applied yet. */
export async function noticesPage(
  db: Db,
  county: County,
  query: { kind?: 'waiting' | 'trouble' | 'applied'; provider?: string; day?: string; page?: number; size?: number },
) {
  const { page = 1, size = 20 } = query;
  const where: RawBuilder<unknown>[] = [
    sql`k.counties @> array[${county}]::int[]`,
    sql`(r.id is null or r.county = ${county})`,
  ];
  if (query.kind === 'waiting') where.push(sql`n.applied_at is null`);
  if (query.kind === 'applied') where.push(sql`n.applied_at is not null`);
  if (query.kind === 'trouble') where.push(sql`n.outcome = any(${[...troubles]}::text[])`);
  if (query.provider) where.push(sql`n.provider = ${query.provider}`);
  if (query.day) {
    where.push(sql`n.received_at >= ${startOfDay(query.day)} and n.received_at < ${startOfDay(addDays(query.day, 1))}`);
  }
  const found = sql`
      from trade.payment_notice n
      left join trade.refund r on r.id = n.about
      join trade.payment p on p.id = coalesce(r.payment, n.about)
      join trade.checkout k on k.id = p.checkout
     where ${sql.join(where, sql` and `)}`;
  const { rows } = await sql<Parameters<typeof noticeRow>[0] & { payment: string }>`
    select n.id, n.provider, n.notice, n.asked, n.outcome, n.received_at, n.applied_at, p.id as payment
    ${found} order by n.received_at desc, n.id desc limit ${size} offset ${(page - 1) * size}`.execute(db);
  const { rows: all } = await sql<{ n: number }>`select count(*)::int as n ${found}`.execute(db);
  return { rows: rows.map((row) => noticeRow(row, row.payment)), total: all[0]?.n ?? 0, page, size };
}

/**
 * Asks the provider what became of a payment, now; what it says is taken in like a notice.
 *
 * @returns what it said, null when it did not answer
 * @throws Refusal `payment-not-found` | `provider-unknown`
 */
export async function askAgain(
  at: Context,
  county: County,
  id: string,
): Promise<{ said: PaymentAnswer['outcome'] | null }> {
  const { provider } = await paymentView(at.db, county, id);
  return askProvider(at, { payment: id, provider });
}

/** Asks a payment's provider, and takes in what it says. */
export async function askProvider(
  at: Context,
  open: { payment: string; provider: string },
): Promise<{ said: PaymentAnswer['outcome'] | null }> {
  try {
    const answer = await providerNamed(at, open.provider).query(open.payment);
    if (answer.outcome === 'success') await takeIn(at, open, answer);
    return { said: answer.outcome };
  } catch (error) {
    if (error instanceof ProviderUnclear) return { said: null };
    throw error;
  }
}
