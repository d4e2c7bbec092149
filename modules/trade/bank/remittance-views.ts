import { sql } from 'kysely';
import { type Actor, overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { personNames } from '#registry';
import { refuse } from '../refuse.ts';
import { plainName } from './match-remittances.ts';
import { openRefundsByHand } from './open-refunds.ts';
import { codesIn } from './pay-code.ts';

export const remittanceStates = ['open', 'part', 'done'] as const;
type State = (typeof remittanceStates)[number];

const left = sql<number>`fen - matched_fen - returning_fen - returned_fen`;
const stateSql = sql<State>`case when matched_fen + returned_fen = fen then 'done'
  when matched_fen + returning_fen + returned_fen > 0 then 'part' else 'open' end`;

/** The last four digits of an account are enough to tell two apart. */
const masked = (account: string) => account.slice(-4).padStart(Math.min(account.length, 8), '*');

/** A page of a county's remittances: those with money left first, the newest first among them. */
export async function remittancesPage(
  at: Context,
  county: County,
  query: { state?: State; q?: string; page?: number; size?: number },
) {
  const { page = 1, size = 20, q } = query;
  const words = `%${(q ?? '').replace(/[\\%_]/g, '\\$&')}%`;
  const found = at.db
    .selectFrom('trade.remittance')
    .where('county', '=', county)
    .$if(query.state !== undefined, (s) => s.where(stateSql, '=', query.state as State))
    .$if(Boolean(q), (s) =>
      s.where((e) =>
        e.or([e('payer_name', 'ilike', words), e('bank_number', 'ilike', words), e('remark', 'ilike', words)]),
      ),
    );
  const rows = await found
    .selectAll()
    .select([left.as('leftFen'), stateSql.as('state')])
    .orderBy(sql`matched_fen + returned_fen = fen`)
    .orderBy('booked_on', 'desc')
    .orderBy('id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  const sums = await at.db
    .selectFrom('trade.remittance')
    .where('county', '=', county)
    .select((e) => [
      e.fn.coalesce(e.fn.sum<number>('fen'), e.lit(0)).as('fen'),
      e.fn.coalesce(e.fn.sum<number>('matched_fen'), e.lit(0)).as('matched'),
      e.fn.coalesce(e.fn.sum<number>('returned_fen'), e.lit(0)).as('returned'),
    ])
    .executeTakeFirstOrThrow();
  const all = await found.select((e) => e.fn.countAll().as('n')).executeTakeFirstOrThrow();
  const [inFen, matchedFen, returnedFen] = [Number(sums.fen), Number(sums.matched), Number(sums.returned)];
  return {
    rows: rows.map((row) => asRow(at, row)),
    total: Number(all.n),
    page,
    size,
    sums: { inFen, matchedFen, returnedFen, unmatchedFen: inFen - matchedFen - returnedFen },
  };
}

function asRow(
  at: Context,
  row: {
    id: string;
    bank_number: string;
    booked_on: string;
    fen: Fen;
    payer_name: string;
    payer_account_sealed: Uint8Array | null;
    remark: string;
    matched_fen: Fen;
    returning_fen: Fen;
    returned_fen: Fen;
    leftFen: Fen | string;
    state: State;
  },
) {
  return {
    id: row.id,
    bankNumber: row.bank_number,
    bookedOn: row.booked_on,
    fen: row.fen,
    payerName: row.payer_name,
    payerAccount: row.payer_account_sealed ? masked(at.sealer.open(row.payer_account_sealed)) : null,
    remark: row.remark,
    matchedFen: row.matched_fen,
    returningFen: row.returning_fen,
    returnedFen: row.returned_fen,
    leftFen: Number(row.leftFen),
    state: row.state,
    codes: codesIn(row.remark),
  };
}

/**
 * One remittance: what of it went where, and which payments it might be for. The payer's account is whole for the
 * county's operators, who have to send money back to it.
 *
 * @throws Refusal `remittance-not-found`
 */
export async function remittanceView(at: Context, by: Actor, county: County, id: string) {
  const row = await at.db
    .selectFrom('trade.remittance')
    .selectAll()
    .select([left.as('leftFen'), stateSql.as('state')])
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw refuse('remittance-not-found');
  const matches = await at.db
    .selectFrom('trade.remittance_match as m')
    .innerJoin('trade.pay_code as c', (j) => j.onRef('c.county', '=', 'm.county').onRef('c.code', '=', 'm.code'))
    .leftJoin('trade.order as o', (j) => j.onRef('o.county', '=', 'c.county').onRef('o.checkout', '=', 'c.checkout'))
    .select(['m.code', 'm.payment', 'm.fen', 'm.how', 'm.by_person', 'm.at', 'o.id as order', 'o.number'])
    .where('m.county', '=', county)
    .where('m.remittance', '=', id)
    .orderBy('m.at')
    .orderBy('m.id')
    .execute();
  const names = await personNames(
    at.db,
    matches.flatMap((m) => m.by_person ?? []),
  );
  const view = asRow(at, row);
  const whole = row.payer_account_sealed && overCounty(by, county, ['operator']);
  return {
    ...view,
    payerAccount: whole ? at.sealer.open(row.payer_account_sealed as Uint8Array) : view.payerAccount,
    matches: matches.map(({ by_person, number, ...m }) => ({
      ...m,
      orderNumber: number,
      by: by_person ? (names.get(by_person) ?? by_person) : null,
    })),
    returns: (await returnsOf(at, county, { remittance: id })).filter((r) => r.remittance === id),
    candidates: view.leftFen > 0 ? await candidatesFor(at.db, at.clock.now(), county, view) : [],
  };
}

/** Payments by transfer that a remittance might be for: same code, same name, same amount; the likeliest first. */
async function candidatesFor(
  db: Db,
  now: Date,
  county: County,
  remittance: { id: string; payerName: string; leftFen: Fen; fen: Fen; codes: readonly string[] },
) {
  const rows = await db
    .selectFrom('trade.pay_code as c')
    .leftJoin('trade.order as o', (j) => j.onRef('o.county', '=', 'c.county').onRef('o.checkout', '=', 'c.checkout'))
    .select(['c.code', 'c.payment', 'c.fen', 'c.payer_name as payerName', 'c.expires_at as expiresAt'])
    .select(['o.id as order', 'o.number as orderNumber'])
    .where('c.county', '=', county)
    .where('c.kind', '=', 'transfer')
    .where('c.state', '=', 'open')
    .orderBy('c.created_at', 'desc')
    .limit(500)
    .execute();
  const scored = rows.map((row) => {
    const code = remittance.codes.includes(row.code);
    const name = row.payerName !== null && plainName(row.payerName) === plainName(remittance.payerName);
    const amount = row.fen === remittance.leftFen;
    return {
      ...row,
      expired: row.expiresAt <= now,
      fits: { code, name, amount },
      score: +code * 4 + +name * 2 + +amount,
    };
  });
  return scored
    .filter((row) => row.score > 0)
    .sort((a, b) => b.score - a.score || (a.code < b.code ? -1 : 1))
    .slice(0, 20)
    .map(({ score: _, expiresAt: __, ...row }) => row);
}

/** What the county sends by bank, the newest first, and the refunds that nobody has asked to be sent yet. */
export async function returnsPage(at: Context, by: Actor, county: County) {
  const rows = await returnsOf(at, county, {}, overCounty(by, county, ['operator']));
  const asked = new Set(rows.filter((row) => row.state !== 'withdrawn').map((row) => row.refund));
  const waiting = (await openRefundsByHand(at.db, county, 'bank')).filter((refund) => !asked.has(refund.id));
  return {
    rows,
    waiting: waiting.map(({ id, payment, order, code, payerName, fen, reason, askedAt }) => ({
      ...{ refund: id, payment, order, code, payerName, fen, reason, askedAt },
    })),
  };
}

async function returnsOf(at: Context, county: County, only: { remittance?: string }, whole = false) {
  const rows = await at.db
    .selectFrom('trade.bank_return')
    .selectAll()
    .where('county', '=', county)
    .$if(only.remittance !== undefined, (q) => q.where('remittance', '=', only.remittance as string))
    .orderBy(sql`state <> 'asked'`)
    .orderBy('asked_at', 'desc')
    .limit(200)
    .execute();
  const names = await personNames(at.db, rows.flatMap((row) => [row.asked_by, row.ended_by ?? '']).filter(Boolean));
  return rows.map((row) => {
    const account = at.sealer.open(row.payee_account_sealed);
    return {
      id: row.id,
      remittance: row.remittance,
      refund: row.refund,
      fen: row.fen,
      payeeName: row.payee_name,
      payeeAccount: whole && row.state === 'asked' ? account : masked(account),
      reason: row.reason,
      state: row.state,
      askedBy: names.get(row.asked_by) ?? row.asked_by,
      askedById: row.asked_by,
      askedAt: row.asked_at,
      bankNumber: row.bank_number,
      endedBy: row.ended_by ? (names.get(row.ended_by) ?? row.ended_by) : null,
      endedAt: row.ended_at,
    };
  });
}
