import { transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { readPayCode } from '../bank/pay-code.ts';
import { takeInMatched } from '../bank/take-in-matched.ts';
import { refuse } from '../refuse.ts';
import { requireStation, tillAccounts } from './till.ts';

/**
 * A keeper has taken the cash of a code. The till has it from now on, and its payment succeeds on the way of every
 * notice. A code is taken once, for the very amount.
 *
 * @param input.fen what was counted
 * @throws Refusal `not-allowed` | `station-unknown` | `pay-code-unknown` | `pay-code-taken` | `pay-code-over` |
 *   `cash-differs`
 */
export async function takeCash(
  at: Context,
  by: Actor,
  input: { county: County; station: string; code: string; fen: Fen },
  key: OnceKey | null,
): Promise<{ id: string; number: string; payment: string }> {
  const taken = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const { county } = input;
    const station = await requireStation(tx, by, county, input.station);
    const code = await lockCashCode(tx, county, input.code);
    if (code.state === 'taken') throw refuse('pay-code-taken');
    // The buyer stands at the counter: better to say no than to take money that has to be given back.
    const checkout = await tx
      .selectFrom('trade.checkout')
      .select(['state', 'expires_at'])
      .where('id', '=', code.checkout)
      .executeTakeFirstOrThrow();
    if (checkout.state !== 'open' || checkout.expires_at <= now) throw refuse('pay-code-over');
    if (input.fen !== code.fen) throw refuse('cash-differs', { due: (code.fen / 100).toFixed(2) });
    const id = newId();
    const number = `C${String(await nextNumber(tx, county, 'cash-receipt')).padStart(6, '0')}`;
    await tx
      .updateTable('trade.pay_code')
      .set({ state: 'taken' })
      .where('county', '=', county)
      .where('code', '=', code.code)
      .execute();
    await tx
      .insertInto('trade.cash_receipt')
      .values({
        county,
        id,
        number,
        station: station.id,
        code: code.code,
        payment: code.payment,
        fen: code.fen,
        by_person: by.person,
        at: now,
      })
      .execute();
    // Should we stop before the payment is applied, the asking job finds the receipt.
    await tx.updateTable('trade.payment').set({ ask_at: now }).where('id', '=', code.payment).execute();
    const { till, clearing } = await tillAccounts(tx, county, station.id);
    const evidence = { reason: 'cash-taken', evidenceKind: 'cash_receipt', evidence: id, by: by.person };
    await transfer(
      tx,
      county,
      [{ ...evidence, id: newId(), kind: 'single', debit: till, credit: clearing, amountFen: code.fen }],
      now,
    );
    return { id, number, payment: code.payment };
  });
  await takeInMatched(at, 'station', [taken.payment]);
  return taken;
}

/**
 * The code of a cash payment, locked: it is taken, and given back on, once.
 *
 * @throws Refusal `pay-code-unknown`
 */
export async function lockCashCode(tx: Tx, county: County, typed: string) {
  const code = readPayCode(typed);
  const found = code
    ? await tx
        .selectFrom('trade.pay_code')
        .selectAll()
        .where('county', '=', county)
        .where('code', '=', code)
        .where('kind', '=', 'cash')
        .forUpdate()
        .executeTakeFirst()
    : undefined;
  if (!found) throw refuse('pay-code-unknown');
  return found;
}
