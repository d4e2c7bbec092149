import { transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { openRefundsByHand } from '../bank/open-refunds.ts';
import { noteRefund } from '../payment/note-refund.ts';
import { refuse } from '../refuse.ts';
import { lockCashCode } from './take-cash.ts';
import { lockTill, requireStation, tillAccounts } from './till.ts';

/**
 * A keeper gives the cash of a refund back, against a receipt that its taker signs. Any station with enough in its
 * till may do it; a refund is given once, and whole.
 *
 * @param input.taker who took it and signed
 * @throws Refusal `not-allowed` | `station-unknown` | `pay-code-unknown` | `refund-not-waiting` | `till-short`
 */
export async function payBackCash(
  at: Context,
  by: Actor,
  input: { county: County; station: string; code: string; refund: string; taker: string },
  key: OnceKey | null,
): Promise<{ id: string; number: string; fen: Fen }> {
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const { county } = input;
    const station = await requireStation(tx, by, county, input.station);
    const code = await lockCashCode(tx, county, input.code);
    const [refund] = await openRefundsByHand(tx, county, 'station', { code: code.code, refund: input.refund });
    if (!refund) throw refuse('refund-not-waiting');
    const fen = await lockTill(tx, county, station.id);
    if (fen < refund.fen) throw refuse('till-short', { have: (fen / 100).toFixed(2) });
    const id = newId();
    const number = `T${String(await nextNumber(tx, county, 'cash-payback')).padStart(6, '0')}`;
    await tx
      .insertInto('trade.cash_payback')
      .values({
        county,
        id,
        number,
        station: station.id,
        code: code.code,
        refund: refund.id,
        fen: refund.fen,
        taker: input.taker.trim(),
        by_person: by.person,
        at: now,
      })
      .execute();
    await noteRefund(tx, now, refund, { outcome: 'done' });
    const { till, clearing } = await tillAccounts(tx, county, station.id);
    const evidence = { reason: 'cash-paid-back', evidenceKind: 'cash_payback', evidence: id, by: by.person };
    await transfer(
      tx,
      county,
      [{ ...evidence, id: newId(), kind: 'single', debit: clearing, credit: till, amountFen: refund.fen }],
      now,
    );
    return { id, number, fen: refund.fen };
  });
}
