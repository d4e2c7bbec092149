import { transfer } from '#ledger';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { SharingAnswer } from '../payment/payment-port.ts';
import { openMatter, settleMatters } from './matters.ts';
import { nextTry, RAISED_AFTER } from './retries.ts';
import { lockSharing, ROUNDS } from './sharing-rows.ts';

/**
 * What a provider says of a request to share: each receiver's money is posted where it arrived and voided where it did
 * not, so that it is owed again. An answer that settles nothing is asked for again, and people are told when it stays so.
 *
 * @param tx with the county's scope
 * @param payeeOf the payee whose account the provider names
 * @returns whether nothing is left to be done for the order
 */
export async function noteSharing(
  tx: Tx,
  now: Date,
  county: County,
  id: string,
  answer: SharingAnswer | { outcome: 'unclear'; why: string },
  payeeOf: (account: string) => string | undefined,
): Promise<boolean> {
  const request = await tx
    .selectFrom('trade.sharing')
    .select(['order', 'kind', 'state'])
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
  const row = request && (await lockSharing(tx, county, request.order));
  // Somebody else heard the answer first.
  if (!row || (await stateOf(tx, county, id)) !== 'under_way') return false;
  const updateOrder = tx.updateTable('trade.order_sharing').where('county', '=', county).where('order', '=', row.order);

  if (answer.outcome === 'pending' || answer.outcome === 'unclear') {
    const attempts = row.attempts + 1;
    const why = answer.outcome === 'unclear' ? answer.why : null;
    await updateOrder.set({ attempts, next_at: nextTry(now, attempts), why }).execute();
    if (attempts >= RAISED_AFTER) {
      const of = { county, kind: 'sharing-unclear' as const, subject: row.order };
      await openMatter(tx, now, { ...of, why: why ?? '渠道一直没有给出结果' });
    }
    return false;
  }

  const refused = answer.outcome === 'refused' ? answer : null;
  const parts = await tx
    .selectFrom('trade.sharing_part')
    .select(['position', 'payee', 'fen', 'hold'])
    .where('county', '=', county)
    .where('sharing', '=', id)
    .where('state', '=', 'under_way')
    .orderBy('position')
    .execute();
  const said = new Map(
    answer.outcome === 'finished' ? answer.parts.map((part) => [`${payeeOf(part.account)} ${part.fen}`, part]) : [],
  );
  const ends = parts.map((part) => {
    const result = said.get(`${part.payee} ${part.fen}`);
    const paid = result?.outcome === 'success';
    return { ...part, paid, why: paid ? null : (result?.why ?? refused?.why ?? '渠道没有付出这一份') };
  });
  for (const end of ends) {
    await tx
      .updateTable('trade.sharing_part')
      .set({ state: end.paid ? 'paid' : 'failed', why: end.why })
      .where('county', '=', county)
      .where('sharing', '=', id)
      .where('position', '=', end.position)
      .execute();
  }
  await tx
    .updateTable('trade.sharing')
    .set({ state: refused ? 'refused' : 'finished', why: refused?.why ?? null, ended_at: now })
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
  await settleMatters(tx, now, { county, kinds: ['sharing-unclear'], subject: row.order });

  const over = request.kind === 'finish' && !refused;
  const failed = ends.find((end) => !end.paid);
  if (over) {
    await updateOrder.set({ state: 'finished', attempts: 0, next_at: null, why: null, ended_at: now }).execute();
    await settleMatters(tx, now, { county, kinds: ['thaw-near'], subject: row.order });
  } else if (failed || refused) {
    // Later, growing; what may never succeed is laid before people at once, and its money goes out by batch.
    const why = failed?.why ?? refused?.why ?? '';
    const hopeless = row.rounds >= ROUNDS || (refused !== null && !refused.again);
    const wait = hopeless && request.kind === 'finish' ? RAISED_AFTER : row.rounds + 2;
    await updateOrder
      .set({ attempts: 0, rounds: hopeless ? ROUNDS : row.rounds, next_at: nextTry(now, wait), why })
      .execute();
    if (hopeless) {
      const fen = ends.reduce((sum, end) => sum + (end.paid ? 0 : end.fen), 0);
      await openMatter(tx, now, { county, kind: 'sharing-failed', subject: row.order, fen: fen || null, why });
    }
  } else {
    await updateOrder.set({ attempts: 0, next_at: now, why: null }).execute();
  }
  if (ends.length > 0) {
    await transfer(
      tx,
      county,
      ends.map((end) => ({
        ...{ id: newId(), kind: end.paid ? ('post' as const) : ('void' as const), pending: end.hold },
        ...{ reason: 'order-shared', evidenceKind: 'order', evidence: row.order },
      })),
      now,
    );
  }
  return over;
}

async function stateOf(tx: Tx, county: County, id: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('trade.sharing')
    .select('state')
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.state;
}
