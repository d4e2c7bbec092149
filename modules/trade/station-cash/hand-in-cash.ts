import { transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { refuse } from '../refuse.ts';
import { lockTill, requireStation, tillAccounts } from './till.ts';

/**
 * A keeper hands cash of the till in to the county. It is held until somebody there has counted it.
 *
 * @throws Refusal `not-allowed` | `station-unknown` | `till-short`
 */
export async function handInCash(
  at: Context,
  by: Actor,
  input: { county: County; station: string; fen: Fen; note?: string | null },
  key: OnceKey | null,
): Promise<{ id: string; number: string }> {
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const { county, fen } = input;
    const station = await requireStation(tx, by, county, input.station);
    const there = await lockTill(tx, county, station.id);
    if (there < fen) throw refuse('till-short', { have: (there / 100).toFixed(2) });
    const [id, hold] = [newId(), newId()];
    const number = `J${String(await nextNumber(tx, county, 'cash-deposit')).padStart(6, '0')}`;
    await tx
      .insertInto('trade.cash_deposit')
      .values({
        county,
        id,
        number,
        station: station.id,
        fen,
        note: input.note?.trim() || null,
        state: 'handed',
        hold,
        by_person: by.person,
        at: now,
      })
      .execute();
    const { till, clearing } = await tillAccounts(tx, county, station.id);
    const evidence = { reason: 'cash-handed-in', evidenceKind: 'cash_deposit', evidence: id, by: by.person };
    await transfer(
      tx,
      county,
      [{ ...evidence, id: hold, kind: 'pending', debit: clearing, credit: till, amountFen: fen }],
      now,
    );
    return { id, number };
  });
}

/**
 * The county's side has counted what was handed in, or refuses it because it is not what was said; then it is in the
 * till again and the keeper hands in anew. Never the person who handed it in.
 *
 * @param input.reason why it is refused; null receives it
 * @throws Refusal `deposit-not-found` | `deposit-over` | `second-look-needed`
 */
export async function endDeposit(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string | null },
  key: OnceKey | null,
): Promise<void> {
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const { county } = input;
    const found = await tx
      .selectFrom('trade.cash_deposit')
      .selectAll()
      .where('county', '=', county)
      .where('id', '=', input.id)
      .forUpdate()
      .executeTakeFirst();
    if (!found) throw refuse('deposit-not-found');
    if (found.state !== 'handed') throw refuse('deposit-over');
    if (found.by_person === by.person) throw refuse('second-look-needed');
    const received = input.reason === null;
    await tx
      .updateTable('trade.cash_deposit')
      .set({
        state: received ? 'received' : 'refused',
        reason: input.reason?.trim() ?? null,
        ended_by: by.person,
        ended_at: now,
      })
      .where('county', '=', county)
      .where('id', '=', found.id)
      .execute();
    const evidence = { reason: 'cash-handed-in', evidenceKind: 'cash_deposit', evidence: found.id, by: by.person };
    await transfer(
      tx,
      county,
      [{ ...evidence, id: newId(), kind: received ? 'post' : 'void', pending: found.hold }],
      now,
    );
  });
}
