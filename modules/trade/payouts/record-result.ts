import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { providerNamed } from '../payment/providers.ts';
import { refuse } from '../refuse.ts';
import { bringBack, type Ended, notePayout } from './note-payout.ts';
import { lockLine } from './payout-rows.ts';
import { lineMoves } from './payout-states.ts';
import { noteAnswer } from './send-payouts.ts';

/**
 * What became of a payment that no provider tells us of: one that the county's bank made, or one that a station could
 * not hand out. One that was written down as failed and then arrived may be written down as paid.
 *
 * @throws Refusal `payout-not-found` | `line-of-provider` | `payout-move-not-allowed`
 */
export async function recordResult(
  at: Context,
  by: Actor,
  input: { county: County; id: string } & Ended,
  key: OnceKey | null,
): Promise<void> {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const line = await lockLine(tx, county, id);
    if (!line) throw refuse('payout-not-found');
    const told = line.channel === 'bank' || (line.channel === 'station' && input.outcome === 'failed');
    if (!told) throw refuse('line-of-provider');
    if (line.hold === null || !lineMoves.allows(line.state, input.outcome)) {
      throw refuse('payout-move-not-allowed', { state: lineMoves.states[line.state].zh });
    }
    await notePayout(tx, at.clock.now(), by.person, county, line, input);
  });
}

/**
 * The bank has sent a payment back after it had arrived: its money is owed again.
 *
 * @throws Refusal `payout-not-found` | `payout-move-not-allowed`
 */
export async function recordReturn(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
): Promise<void> {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const line = await lockLine(tx, county, id);
    if (!line) throw refuse('payout-not-found');
    // What was put into a hand against a receipt does not come back by itself.
    if (line.channel === 'station' || !lineMoves.allows(line.state, 'returned')) {
      throw refuse('payout-move-not-allowed', { state: lineMoves.states[line.state].zh });
    }
    await bringBack(tx, at.clock.now(), by.person, county, line, input.reason.trim());
  });
}

/**
 * Asks the provider to take a payment back that its receiver has not confirmed; what it answers is written down.
 *
 * @throws Refusal `payout-not-found` | `payout-move-not-allowed`
 */
export async function recallPayment(at: Context, _by: Actor, input: { county: County; id: string }): Promise<void> {
  const { county, id } = input;
  const line = await at.db.transaction().execute(async (tx) => {
    await withScope(tx, String(county));
    return lockLine(tx, county, id);
  });
  if (!line) throw refuse('payout-not-found');
  if (line.state !== 'confirming') {
    throw refuse('payout-move-not-allowed', { state: lineMoves.states[line.state].zh });
  }
  // Outside a transaction: the provider may take its time, and its answer is written down whenever it comes.
  const answer = await providerNamed(at, line.channel).payouts?.cancel(id);
  if (!answer) return;
  await at.db.transaction().execute(async (tx) => {
    await withScope(tx, String(county));
    await noteAnswer(tx, at.clock.now(), county, id, answer);
  });
}
