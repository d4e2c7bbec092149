import { transfer } from '#ledger';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { everyOpenCounty } from '#registry';
import type { PayoutAnswer, PayoutNotice } from '../payment/payment-port.ts';
import { providerNamed } from '../payment/providers.ts';
import { openMatter } from './matters.ts';
import { notePayout } from './note-payout.ts';
import { owedTo } from './payables.ts';
import { endBatch, holdsFor, type LineRow, linesOfBatch, lockBatch, lockLine } from './payout-rows.ts';
import type { LineState } from './payout-states.ts';
import { nextTry, RAISED_AFTER, whyOf } from './retries.ts';

const AT_ONCE = 200;
/** However often a provider was asked, it is asked again within the hour: a receiver may have confirmed. */
const SOON_MS = 60 * 60_000;

/**
 * Sends what is approved and asks after what is under way. A line's money is held in the ledger before its provider
 * hears of it, and its id is its number there for ever: after a crash or an unclear answer the same payment is asked
 * for again, never another one.
 *
 * @returns how many lines came to an end
 */
export async function sendPayouts(at: Context, signal?: AbortSignal): Promise<number> {
  let ended = 0;
  for (const county of await everyOpenCounty(at.db)) {
    const approved = await at.db
      .selectFrom('trade.payout_batch')
      .select('id')
      .where('county', '=', county)
      .where('state', '=', 'approved')
      .orderBy('approved_at')
      .execute();
    for (const { id } of approved) while (!signal?.aborted && (await beginSome(at, county, id)) === AT_ONCE);
    for (const line of await dueLines(at, county)) {
      if (signal?.aborted) return ended;
      if (await askProvider(at, county, line)) ended++;
    }
  }
  return ended;
}

/** Holds the money of some lines and lets them go; those that cannot be paid any more end here. */
async function beginSome(at: Context, county: County, batch: string): Promise<number> {
  return scoped(at.db, String(county), async (tx) => {
    const now = at.clock.now();
    // Locked first: a batch that is being cancelled is not sent any more.
    if ((await lockBatch(tx, county, batch))?.state !== 'approved') return 0;
    const lines = (await linesOfBatch(tx, county, batch)).filter((line) => line.state === 'waiting').slice(0, AT_ONCE);
    if (lines.length === 0) return 0;
    const owed = await owedTo(
      tx,
      county,
      lines.map((line) => line.owner),
    );
    const open = await openAccounts(tx, county, lines);
    const [go, stay]: [LineRow[], { id: string; why: string }[]] = [[], []];
    for (const line of lines) {
      const left = owed.get(`${line.account_kind} ${line.owner}`) ?? 0;
      if (line.payee !== null && !open.has(line.payee)) stay.push({ id: line.id, why: '收款账户已停用' });
      else if (line.fen > left) stay.push({ id: line.id, why: '现在欠的比这一笔少' });
      else go.push(line);
    }
    const update = (id: string) =>
      tx.updateTable('trade.payout_line').where('county', '=', county).where('id', '=', id);
    for (const { id, why } of stay) {
      await update(id).set({ state: 'failed', why, ended_at: now, ended_by: 'system' }).execute();
    }
    const holds = await holdsFor(tx, county, go, 'system');
    for (const [i, line] of go.entries()) {
      const byHand = line.channel === 'bank' || line.channel === 'station';
      await update(line.id)
        .set({
          ...{ state: line.channel === 'station' ? 'handing' : 'under_way', hold: holds[i]?.id as string },
          ...{ sent_at: now, next_at: byHand ? null : now },
        })
        .execute();
    }
    await endBatch(tx, now, 'system', county, batch);
    if (holds.length > 0) await transfer(tx, county, holds, now);
    return lines.length;
  });
}

async function openAccounts(tx: Tx, county: County, lines: readonly LineRow[]): Promise<Set<string>> {
  const ids = lines.flatMap((line) => line.payee ?? []);
  if (ids.length === 0) return new Set();
  const rows = await tx
    .selectFrom('trade.payee')
    .select('id')
    .where('county', '=', county)
    .where('id', 'in', ids)
    .where('state', '=', 'active')
    .execute();
  return new Set(rows.map((row) => row.id));
}

interface DueLine {
  id: string;
  channel: string;
  fen: number;
  state: LineState;
  attempts: number;
  account: string;
  holder: string;
}

async function dueLines(at: Context, county: County): Promise<DueLine[]> {
  const rows = await scoped(at.db, String(county), (tx) =>
    tx
      .selectFrom('trade.payout_line as l')
      .innerJoin('trade.payee as p', (join) => join.onRef('p.county', '=', 'l.county').onRef('p.id', '=', 'l.payee'))
      .select(['l.id', 'l.channel', 'l.fen', 'l.state', 'l.attempts', 'p.account_sealed', 'p.holder_sealed'])
      .where('l.county', '=', county)
      .where('l.next_at', '<=', at.clock.now())
      .orderBy('l.next_at')
      .limit(500)
      .execute(),
  );
  return rows.map(({ account_sealed, holder_sealed, ...line }) => ({
    ...line,
    account: at.sealer.open(account_sealed),
    holder: at.sealer.open(holder_sealed),
  }));
}

const isUnderWay = (state: LineState) => state === 'under_way' || state === 'confirming';

/** @returns whether the line came to an end */
async function askProvider(at: Context, county: County, line: DueLine): Promise<boolean> {
  let answer: PayoutAnswer | { outcome: 'unclear'; why: string };
  try {
    const { payouts } = providerNamed(at, line.channel);
    if (!payouts) throw new Error(`${line.channel} pays nobody`);
    const pay = () =>
      payouts.pay({ payout: line.id, openid: line.account, name: line.holder, fen: line.fen, remark: '山货货款' });
    const live = isUnderWay(line.state);
    answer = live && line.attempts === 0 ? await pay() : await payouts.query(line.id);
    // It never heard of it: the question before got lost, so the same payment is asked for again. What has ended is
    // only asked after: its money is owed anew and goes out under another number.
    if (live && answer.outcome === 'unknown') answer = await pay();
  } catch (error) {
    answer = { outcome: 'unclear', why: whyOf(error) };
  }
  return scoped(at.db, String(county), (tx) => noteAnswer(tx, at.clock.now(), county, line.id, answer));
}

/**
 * What a provider says of a payment, asked or by itself.
 *
 * @param tx with the county's scope
 * @returns whether the line came to an end
 */
export async function noteAnswer(
  tx: Tx,
  now: Date,
  county: County,
  id: string,
  answer: PayoutAnswer | { outcome: 'unclear'; why: string },
): Promise<boolean> {
  const line = await lockLine(tx, county, id);
  if (!line) return false;
  const live = isUnderWay(line.state);
  // What has ended is asked after only as long as an answer is missing.
  if (!live && answer.outcome !== 'unclear') {
    await tx
      .updateTable('trade.payout_line')
      .set({ next_at: null })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
  }
  if (answer.outcome === 'paid' || answer.outcome === 'failed') {
    const ended =
      answer.outcome === 'paid' ? { outcome: 'paid' as const, reference: answer.providerNumber } : { ...answer };
    await notePayout(tx, now, 'system', county, line, ended);
    return true;
  }
  if (!live && answer.outcome !== 'unclear') return false;
  const attempts = line.attempts + 1;
  const clear = answer.outcome === 'accepted' || answer.outcome === 'waiting-confirm';
  const at = nextTry(now, attempts);
  const confirming = answer.outcome === 'waiting-confirm';
  await tx
    .updateTable('trade.payout_line')
    .set({
      attempts,
      next_at: clear && at.getTime() > now.getTime() + SOON_MS ? new Date(now.getTime() + SOON_MS) : at,
      ...(live && { why: answer.outcome === 'unclear' ? answer.why : null }),
      ...(confirming && { state: 'confirming' as const, confirm: answer.confirm }),
    })
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
  if (!clear && attempts >= RAISED_AFTER) {
    const why = answer.outcome === 'unclear' ? answer.why : '渠道一直查不到这一笔';
    await openMatter(tx, now, {
      county,
      kind: 'payout-unclear',
      subject: id,
      village: line.village,
      fen: line.fen,
      why,
    });
  }
  return false;
}

/**
 * A provider has told something of a payment: it is asked at once, so that its word and its answer agree. So it is where
 * it says something else of a payment that has ended: that a failed one was paid, or a paid one failed.
 *
 * @returns whether there is such a payment of this provider's to be asked after
 */
export async function askAgain(
  tx: Tx,
  now: Date,
  provider: string,
  { payout, outcome }: Pick<PayoutNotice, 'payout' | 'outcome'>,
): Promise<boolean> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(payout)) return false;
  // The notice names no county, and it is the product itself that reads it.
  await withScope(tx, 'all');
  const { numUpdatedRows } = await tx
    .updateTable('trade.payout_line')
    .set({ next_at: now })
    .where('id', '=', payout)
    .where('channel', '=', provider)
    .where('state', 'in', ['under_way', 'confirming', outcome === 'paid' ? 'failed' : 'paid'])
    .where('hold', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
