import { sql } from 'kysely';
import { addDays, dayOf, startOfDay } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type Fen, splitByWeight } from '#platform/money.ts';
import type { BillRow } from '../payment/payment-port.ts';
import { longId, refundOfName } from '../payment/provider-names.ts';
import { providerNamed, providersOf } from '../payment/providers.ts';
import { refuse } from '../refuse.ts';
import { correctCases, type Difference, openCases } from './cases.ts';
import { compareBill, type Found, type OurRow, type TheirRow } from './compare-bill.ts';
import { postFees } from './post-fees.ts';

/** Providers that have a bill of their own; a bank's statement is what remittances are made of, and a till has none. */
export const billed = (provider: string): boolean => provider !== 'bank' && provider !== 'station';

/** Bills are ready at ten in the morning in China. */
const READY_HOUR = 10;

export interface BillCompared {
  provider: string;
  day: string;
  rows: number;
  paymentsFen: Fen;
  refundsFen: Fen;
  feeFen: Fen;
  differences: number;
}

/**
 * Fetches a provider's bill of a day, keeps its lines, compares them with our payments and refunds and books its fees.
 * Each difference is a case, once however often the day is compared; what agrees by now is corrected by itself.
 *
 * @param day YYYY-MM-DD in China
 * @throws Refusal `provider-unknown` | `bill-not-ready`
 */
export async function reconcileBill(at: Context, input: { provider: string; day: string }): Promise<BillCompared> {
  const { provider, day } = input;
  const source = providerNamed(at, provider);
  const ready = new Date(startOfDay(addDays(day, 1)).getTime() + READY_HOUR * 3_600_000);
  if (!billed(provider) || at.clock.now() < ready) throw refuse('bill-not-ready', { day });
  const bill = await source.bill(day);
  const compared = await transact(at.db, async (tx) => {
    const now = at.clock.now();
    await keepRows(tx, now, provider, day, bill);
    const theirs = bill.map(readRow);
    const ours = await ourRows(tx, provider, day, theirs);
    const found = compareBill(theirs, ours);
    await keepFees(tx, provider, day, bill, theirs);
    const sum = (kind: BillRow['kind'], rows: readonly { kind: BillRow['kind']; fen: Fen }[]) =>
      rows.filter((row) => row.kind === kind).reduce((all, row) => all + row.fen, 0);
    const ofDay = ours.filter((row) => row.ofDay);
    const totals = {
      rows: bill.length,
      payments_fen: sum('payment', bill),
      refunds_fen: sum('refund', bill),
      fee_fen: bill.reduce((all, row) => all + row.feeFen, 0),
      our_payments_fen: sum('payment', ofDay),
      our_refunds_fen: sum('refund', ofDay),
      differences: found.length,
      compared_at: now,
      fees_at: null,
    };
    await tx.updateTable('trade.bill').set(totals).where('provider', '=', provider).where('day', '=', day).execute();
    const counties = await countiesOf(tx, found);
    const differences = found.map((one) => differenceOf(one, provider, day, counties));
    await openCases(tx, now, differences);
    await correctSettled(tx, now, provider, day, theirs, differences);
    return {
      provider,
      day,
      rows: bill.length,
      paymentsFen: totals.payments_fen,
      refundsFen: totals.refunds_fen,
      feeFen: totals.fee_fen,
      differences: found.length,
    };
  });
  // After it, county by county: the accounts that all money passes through are never locked for a whole day's bill.
  await postFees(at);
  return compared;
}

/**
 * Compares every day of the last week whose bill is ready and has not been compared, for each provider that payments
 * were made with.
 *
 * @returns how many bills were compared
 * @throws Error after all were tried, when one could not be had; it is asked for again in an hour
 */
export async function reconcileDueBills(at: Context, signal?: AbortSignal): Promise<number> {
  const now = at.clock.now();
  const failures: unknown[] = [];
  let done = 0;
  for (const { name } of providersOf(at)) {
    if (!billed(name)) continue;
    for (const day of await dueDays(at.db, now, name)) {
      if (signal?.aborted) return done;
      try {
        await reconcileBill(at, { provider: name, day });
        done++;
      } catch (error) {
        failures.push(error);
      }
    }
  }
  // What a crash kept from being booked.
  await postFees(at, signal);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} bills could not be compared`);
  return done;
}

async function dueDays(db: Db, now: Date, provider: string): Promise<string[]> {
  // Yesterday's bill is ready from ten o'clock on; before, the newest is that of the day before.
  const last = addDays(dayOf(new Date(now.getTime() - READY_HOUR * 3_600_000)), -1);
  const first = await db
    .selectFrom('trade.payment')
    .select((e) => e.fn.min('created_at').as('at'))
    .where('provider', '=', provider)
    .executeTakeFirstOrThrow();
  if (!first.at) return [];
  const days = [6, 5, 4, 3, 2, 1, 0].map((n) => addDays(last, -n)).filter((day) => day >= dayOf(first.at as Date));
  if (days.length === 0) return [];
  const have = await db
    .selectFrom('trade.bill')
    .select('day')
    .where('provider', '=', provider)
    .where('day', 'in', days)
    .execute();
  const known = new Set(have.map((row) => String(row.day)));
  return days.filter((day) => !known.has(day));
}

/** Names as providers write them: a UUID with or without dashes, maybe with what tells one order from another. */
function paymentIn(text: string): string | null {
  const plain = text.replaceAll('-', '').toLowerCase();
  const found = /^[0-9a-f]{32}/.exec(plain);
  return found ? longId(found[0]) : null;
}

function readRow(row: BillRow): TheirRow {
  const plain = /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(row.ours) ? row.ours.replaceAll('-', '') : row.ours;
  return {
    kind: row.kind,
    number: row.number,
    payment: paymentIn(row.payment),
    refund: row.kind === 'refund' ? (refundOfName(plain)?.id ?? null) : null,
    fen: row.fen,
    feeFen: row.feeFen,
  };
}

async function keepRows(tx: Tx, now: Date, provider: string, day: string, rows: readonly BillRow[]): Promise<void> {
  await tx
    .insertInto('trade.bill')
    .values({
      provider,
      day,
      ...{ rows: 0, payments_fen: 0, refunds_fen: 0, fee_fen: 0, our_payments_fen: 0, our_refunds_fen: 0 },
      differences: 0,
      compared_at: now,
    })
    .onConflict((c) =>
      c.columns(['provider', 'day']).doUpdateSet((e) => ({ compared_at: e.ref('excluded.compared_at') })),
    )
    .execute();
  await tx.deleteFrom('trade.bill_row').where('provider', '=', provider).where('day', '=', day).execute();
  for (let i = 0; i < rows.length; i += 1000) {
    const part = rows.slice(i, i + 1000);
    await tx
      .insertInto('trade.bill_row')
      .values(
        part.map((row) => ({
          provider,
          day,
          kind: row.kind,
          number: row.number,
          ours: row.ours,
          payment: paymentIn(row.payment) ?? row.payment,
          fen: row.fen,
          fee_fen: row.feeFen,
          at: row.at,
        })),
      )
      .execute();
  }
}

/** Our payments and refunds of the day, and those that the bill names; each found by an index, never among all. */
async function ourRows(tx: Tx, provider: string, day: string, theirs: readonly TheirRow[]): Promise<OurRow[]> {
  const from = startOfDay(day);
  const to = startOfDay(addDays(day, 1));
  const payments = [...new Set(theirs.flatMap((row) => (row.kind === 'payment' ? (row.payment ?? []) : [])))];
  const refunds = [...new Set(theirs.flatMap((row) => row.refund ?? []))];
  const { rows } = await sql<{
    kind: 'payment' | 'refund';
    id: string;
    payment: string;
    fen: Fen;
    ofDay: boolean;
    billedElsewhere: boolean;
  }>`
    with days as (
      select id from trade.payment where provider = ${provider} and paid_at >= ${from} and paid_at < ${to}
      union
      select id from trade.payment where id = any(${payments}::uuid[]) and provider = ${provider} and paid_at is not null
    ), back as (
      select county, id from trade.refund where done_at >= ${from} and done_at < ${to}
      union
      select county, id from trade.refund where id = any(${refunds}::uuid[])
    )
    select 'payment' as kind, p.id, p.id as payment, p.amount_fen as fen,
           p.paid_at >= ${from} and p.paid_at < ${to} as "ofDay",
           exists (select from trade.bill_row b where b.provider = p.provider and b.kind = 'payment'
                      and b.payment = p.id::text and b.day <> ${day}) as "billedElsewhere"
      from days
      join trade.payment p on p.id = days.id
    union all
    select 'refund', r.id, r.payment, r.fen,
           coalesce(r.state = 'done' and r.done_at >= ${from} and r.done_at < ${to}, false),
           exists (select from trade.bill_row b where b.provider = p.provider and b.kind = 'refund'
                      and left(replace(b.ours, '-', ''), 32) = replace(r.id::text, '-', '') and b.day <> ${day})
      from back
      join trade.refund r on r.county = back.county and r.id = back.id
      join trade.payment p on p.id = r.payment
     where p.provider = ${provider} and r.state <> 'failed'
    union all
    select 'refund', p.id, p.id, p.amount_fen, false, false
      from trade.payment p
     where p.provider = ${provider} and p.state in ('refunding', 'refunded') and p.id = any(${refunds}::uuid[])
       and not exists (select from trade.refund r where r.payment = p.id)`.execute(tx);
  return rows.map((row) => ({ ...row, fen: Number(row.fen) }));
}

/** What a payment brings to a county, and by which order. */
interface Share {
  county: County;
  order: string | null;
  fen: Fen;
}

/** The counties that each payment covers, with what it brings to each. */
async function sharesOf(tx: Tx, payments: readonly string[]): Promise<Map<string, Share[]>> {
  const shares = new Map<string, Share[]>();
  if (payments.length === 0) return shares;
  const { rows } = await sql<Share & { payment: string }>`
    select p.id as payment, o.county, o.id as "order", o.total_fen as fen
      from trade.payment p
      join trade."order" o on o.checkout = p.checkout
     where p.id = any(${[...new Set(payments)]}::uuid[])
     order by p.id, o.county`.execute(tx);
  for (const { payment, ...share } of rows) shares.set(payment, [...(shares.get(payment) ?? []), share]);
  return shares;
}

/** Splits each fee over the counties that its payment brings money to, so that they sum to the bill's to the fen. */
async function keepFees(
  tx: Tx,
  provider: string,
  day: string,
  bill: readonly BillRow[],
  theirs: readonly TheirRow[],
): Promise<void> {
  await tx.deleteFrom('trade.bill_fee').where('provider', '=', provider).where('day', '=', day).execute();
  const payments = await sharesOf(
    tx,
    theirs.flatMap((row) => row.payment ?? []),
  );
  const ofRefund = new Map<string, Share>();
  const refunds = theirs.flatMap((row) => row.refund ?? []);
  if (refunds.length > 0) {
    const rows = await tx
      .selectFrom('trade.refund')
      .select(['id', 'county', 'order'])
      .where('id', 'in', refunds)
      .execute();
    for (const { id, ...row } of rows) ofRefund.set(id, { ...row, fen: 1 });
  }
  const fees = theirs.flatMap((row, i) => {
    const feeFen = bill[i]?.feeFen ?? 0;
    if (feeFen === 0) return [];
    const own = row.refund === null ? undefined : ofRefund.get(row.refund);
    // What names nothing of ours is nobody's but the platform's until its case is closed.
    const nobody: Share[] = [{ county: 0, order: null, fen: 1 }];
    const ofPayment = row.payment === null ? undefined : payments.get(row.payment);
    const shares = own === undefined ? (ofPayment ?? nobody) : [own];
    const parts = splitByWeight(
      Math.abs(feeFen),
      shares.map((share) => share.fen),
    );
    const refund = own === undefined ? null : row.refund;
    return shares.flatMap(({ county, order }, j) => {
      const fen = Math.sign(feeFen) * (parts[j] ?? 0);
      return fen === 0 ? [] : [{ county, order, refund, provider, day, kind: row.kind, number: row.number, fen }];
    });
  });
  for (let i = 0; i < fees.length; i += 1000) {
    await tx
      .insertInto('trade.bill_fee')
      .values(fees.slice(i, i + 1000))
      .execute();
  }
}

async function countiesOf(tx: Tx, found: readonly Found[]): Promise<Map<string, County[]>> {
  const shares = await sharesOf(
    tx,
    found.flatMap((one) => one.payment ?? []),
  );
  return new Map([...shares].map(([payment, parts]) => [payment, parts.map((part) => part.county)]));
}

const differenceOf = (
  found: Found,
  provider: string,
  day: string,
  counties: ReadonlyMap<string, readonly County[]>,
): Difference => ({
  kind: found.kind,
  subject: `${provider} ${found.row} ${found.id}`,
  counties: found.payment ? (counties.get(found.payment) ?? []) : [],
  provider,
  day,
  payment: found.payment,
  refund: found.refund,
  ourFen: found.ourFen,
  theirFen: found.theirFen,
});

/** Differences of this bill's day, or about what this bill names, that are not there any more. */
async function correctSettled(
  tx: Tx,
  now: Date,
  provider: string,
  day: string,
  theirs: readonly TheirRow[],
  still: readonly Difference[],
): Promise<void> {
  const kinds = ['missing', 'surplus', 'amount', 'fee'] as const;
  const named = theirs.flatMap((row) => [
    `${provider} ${row.kind} ${(row.kind === 'payment' ? row.payment : row.refund) ?? row.number}`,
    `${provider} ${row.kind} ${row.number}`,
  ]);
  const open = await tx
    .selectFrom('trade.reconcile_case')
    .select(['kind', 'subject'])
    .where('provider', '=', provider)
    .where('kind', 'in', kinds)
    .where('state', 'in', ['open', 'explained'])
    .where((e) =>
      e.or([e('day', '=', day), ...(named.length > 0 ? [sql<boolean>`subject = any(${named}::text[])`] : [])]),
    )
    .execute();
  for (const kind of kinds) {
    const gone = open
      .filter((row) => row.kind === kind && !still.some((d) => d.kind === kind && d.subject === row.subject))
      .map((row) => row.subject);
    await correctCases(tx, now, { kinds: [kind], subjects: gone }, `再次对账（${day}）已一致`);
  }
}
