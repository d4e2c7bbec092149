import { type TransferInput, transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { noteRefund } from '../payment/note-refund.ts';
import { lockPayTerms } from '../payment/pay-terms.ts';
import { refuse } from '../refuse.ts';
import { bankAccounts } from './import-remittances.ts';
import { openRefund } from './open-refunds.ts';
import { noteLeft, openRemittances } from './remittances.queries.ts';

interface Asked {
  county: County;
  /** money that belongs to nothing; all that is left when no amount is given */
  remittance?: string;
  fen?: Fen;
  /** or the refund of an order that was paid by transfer: always whole */
  refund?: string;
  payeeName: string;
  payeeAccount: string;
  reason: string;
}

/**
 * Asks for money to be sent by the bank. It is held from now on, so that it cannot be matched with anything; another
 * person sends it and writes the bank's number down.
 *
 * @throws Refusal `pay-terms-missing` | `remittance-not-found` | `remittance-short` | `refund-not-waiting` |
 *   `return-asked-already` | `return-of-one-thing`
 */
export async function askReturn(
  at: Context,
  by: Actor,
  input: Asked,
  key: OnceKey | null,
): Promise<{ id: string; fen: Fen }> {
  if ((input.remittance === undefined) === (input.refund === undefined)) throw refuse('return-of-one-thing');
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const { county } = input;
    await lockPayTerms(tx, county);
    const id = newId();
    const { fen, hold, transfers } =
      input.refund === undefined
        ? await holdRemittance(tx, by, { ...input, id, remittance: input.remittance as string })
        : await wholeRefund(tx, county, input.refund);
    await tx
      .insertInto('trade.bank_return')
      .values({
        county,
        id,
        remittance: input.remittance ?? null,
        refund: input.refund ?? null,
        fen,
        payee_name: input.payeeName.trim(),
        payee_account_sealed: at.sealer.seal(input.payeeAccount.replace(/\s/g, '')),
        reason: input.reason.trim(),
        state: 'asked',
        hold,
        asked_by: by.person,
        asked_at: now,
      })
      .execute();
    await transfer(tx, county, transfers, now);
    return { id, fen };
  });
}

async function holdRemittance(
  tx: Tx,
  by: Actor,
  input: { county: County; id: string; remittance: string; fen?: Fen },
): Promise<{ fen: Fen; hold: string; transfers: TransferInput[] }> {
  const { county } = input;
  const [found] = await openRemittances(tx, county, [input.remittance]);
  if (!found) throw refuse('remittance-not-found');
  const fen = input.fen ?? found.leftFen;
  if (fen > found.leftFen) throw refuse('remittance-short', { due: (fen / 100).toFixed(2) });
  await tx
    .updateTable('trade.remittance')
    .set((e) => ({ returning_fen: e('returning_fen', '+', fen) }))
    .where('county', '=', county)
    .where('id', '=', found.id)
    .execute();
  const { clearing, remittance } = await bankAccounts(tx, county);
  const hold = newId();
  const evidence = { reason: 'remittance-returned', evidenceKind: 'bank_return', evidence: input.id, by: by.person };
  return {
    fen,
    hold,
    transfers: [{ ...evidence, id: hold, kind: 'pending', debit: remittance, credit: clearing, amountFen: fen }],
  };
}

async function wholeRefund(tx: Tx, county: County, refund: string) {
  const found = await openRefund(tx, county, 'bank', refund);
  if (!found) throw refuse('refund-not-waiting');
  const asked = await tx
    .selectFrom('trade.bank_return')
    .select('id')
    .where('county', '=', county)
    .where('refund', '=', refund)
    .where('state', '<>', 'withdrawn')
    .executeTakeFirst();
  if (asked) throw refuse('return-asked-already');
  // Its money was booked out when the refund was asked for; the bank only follows.
  return { fen: found.fen, hold: null, transfers: [] };
}

/**
 * Sends what was asked for, or takes it back. Sending is never the work of the person who asked; taking back may be.
 *
 * @param input.bankNumber the bank's number of the transfer that went out; null takes it back
 * @throws Refusal `return-not-found` | `return-over` | `second-look-needed`
 */
export async function endReturn(
  at: Context,
  by: Actor,
  input: { county: County; id: string; bankNumber: string | null },
  key: OnceKey | null,
): Promise<void> {
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const { county } = input;
    await lockPayTerms(tx, county);
    const found = await tx
      .selectFrom('trade.bank_return')
      .selectAll()
      .where('county', '=', county)
      .where('id', '=', input.id)
      .forUpdate()
      .executeTakeFirst();
    if (!found) throw refuse('return-not-found');
    if (found.state !== 'asked') throw refuse('return-over');
    const sent = input.bankNumber !== null;
    if (sent && found.asked_by === by.person) throw refuse('second-look-needed');
    await tx
      .updateTable('trade.bank_return')
      .set({
        state: sent ? 'sent' : 'withdrawn',
        bank_number: input.bankNumber?.trim() ?? null,
        ended_by: by.person,
        ended_at: now,
      })
      .where('county', '=', county)
      .where('id', '=', found.id)
      .execute();
    if (found.remittance) {
      const { fen } = found;
      await tx
        .updateTable('trade.remittance')
        .set((e) => ({
          returning_fen: e('returning_fen', '-', fen),
          returned_fen: e('returned_fen', '+', sent ? fen : 0),
        }))
        .where('county', '=', county)
        .where('id', '=', found.remittance)
        .execute();
      await noteLeft(tx, now, county, [found.remittance]);
    }
    if (found.refund && sent) {
      const refund = await openRefund(tx, county, 'bank', found.refund);
      if (refund) await noteRefund(tx, now, refund, { outcome: 'done' });
    }
    if (found.hold) {
      const evidence = { reason: 'remittance-returned', evidenceKind: 'bank_return', evidence: found.id };
      await transfer(
        tx,
        county,
        [{ ...evidence, id: newId(), kind: sent ? 'post' : 'void', pending: found.hold, by: by.person }],
        now,
      );
    }
  });
}
