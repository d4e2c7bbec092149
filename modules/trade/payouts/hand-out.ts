import { ensureAccounts, transfer } from '#ledger';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { householdsOfPerson } from '#registry';
import { refuse } from '../refuse.ts';
import { lockTill } from '../station-cash/till.ts';
import { endBatch, endOfHold, lockLine } from './payout-rows.ts';
import { lineMoves } from './payout-states.ts';

/**
 * A station has put a household's money into its hand, against a receipt that the household signed or a witness
 * confirmed. The money leaves the station's till; where the till had less, the station has advanced it and is owed it.
 *
 * @throws Refusal `payout-not-found` | `not-allowed` | `payout-move-not-allowed` | `witness-missing` | `own-household` |
 *   `photo-not-found` | `receipt-used`
 */
export async function handOut(
  at: Context,
  by: Actor,
  input: {
    county: County;
    id: string;
    receipt: string;
    photo?: string | null;
    confirmedBy: 'household' | 'witness';
    witness?: string | null;
  },
  key: OnceKey | null,
): Promise<void> {
  const { county, id, confirmedBy } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const line = await lockLine(tx, county, id);
    if (line?.station == null || line.village == null) throw refuse('payout-not-found');
    const { station, village } = line;
    if (!membershipsIn(by, county, ['keeper']).some((m) => m.org === station)) throw refusePlatform('not-allowed');
    if (line.hold === null || line.state !== 'handing') {
      throw refuse('payout-move-not-allowed', { state: lineMoves.states[line.state].zh });
    }
    const witness = input.witness?.trim() || null;
    if (confirmedBy === 'witness' && !witness) throw refuse('witness-missing');
    // Nobody pays their own family unseen.
    const own = (await householdsOfPerson(tx, by.person)).some((one) => one.files.includes(line.owner));
    await withScope(tx, String(county));
    if (own && confirmedBy !== 'witness') throw refuse('own-household');
    const number = input.receipt.trim();
    const photo = input.photo ?? null;
    if (photo) {
      const file = await tx
        .selectFrom('platform.file')
        .select('id')
        .where('county', '=', county)
        .where('id', '=', photo)
        .executeTakeFirst();
      if (!file) throw refuse('photo-not-found');
    }

    const now = at.clock.now();
    const [till, clearing, advance] = (await ensureAccounts(tx, county, [
      { kind: 'station_cash', owner: station },
      { kind: 'payout_clearing', owner: 'station' },
      { kind: 'station', owner: station },
    ])) as [string, string, string];
    const enough = (await lockTill(tx, county, station)) >= line.fen;
    const { numInsertedOrUpdatedRows: written } = await tx
      .insertInto('trade.payout_receipt')
      .values({
        ...{ county, line: id, village, number, photo, confirmed_by: confirmedBy, by_person: by.person, at: now },
        witness: confirmedBy === 'witness' ? witness : null,
        till: enough ? 'station_cash' : 'station',
      })
      // Looked for by writing it: a receipt that another hand-out writes at this moment is waited for.
      .onConflict((c) => c.columns(['county', 'number']).doNothing())
      .executeTakeFirstOrThrow();
    if (written === 0n) throw refuse('receipt-used', { number });
    await tx
      .updateTable('trade.payout_line')
      .set({ state: 'paid', reference: number, ended_at: now, ended_by: by.person })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    await endBatch(tx, now, by.person, county, line.batch);
    await transfer(
      tx,
      county,
      [
        endOfHold(line, 'post', by.person),
        {
          ...{ id: newId(), kind: 'single', debit: clearing, credit: enough ? till : advance, amountFen: line.fen },
          ...{ reason: 'payout-handed', evidenceKind: 'payout', evidence: id, by: by.person },
        },
      ],
      now,
    );
  });
}
