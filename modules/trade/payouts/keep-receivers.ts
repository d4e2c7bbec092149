import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { everyOpenCounty, organisationsById } from '#registry';
import type { Sharing } from '../payment/payment-port.ts';
import { providersOf } from '../payment/providers.ts';
import { openMatter, settleMatters } from './matters.ts';
import type { PayeeState } from './payout-states.ts';
import { nextTry, RAISED_AFTER, whyOf } from './retries.ts';

/**
 * Keeps the receivers at the providers in step with what is written down here: accounts that were added or closed
 * since, and those of organisations that were suspended. It looks for differences; a run that was missed is made up for
 * by the next.
 *
 * @returns how many accounts the providers added or removed
 */
export async function keepReceivers(at: Context, signal?: AbortSignal): Promise<number> {
  const sharings = new Map(providersOf(at).flatMap((one) => (one.sharing ? [[one.name, one.sharing] as const] : [])));
  let done = 0;
  for (const county of await everyOpenCounty(at.db)) {
    await closeSuspended(at, county);
    for (const payee of await duePayees(at, county)) {
      if (signal?.aborted) return done;
      const sharing = sharings.get(payee.provider);
      if (sharing && (await settle(at, county, payee, sharing))) done++;
    }
  }
  return done;
}

/** An organisation that is suspended gets no more shares; it is written down anew when it is back. */
async function closeSuspended(at: Context, county: County): Promise<void> {
  const now = at.clock.now();
  await scoped(at.db, String(county), async (tx) => {
    const live = await tx
      .selectFrom('trade.payee')
      .select(['id', 'owner'])
      .where('county', '=', county)
      .where('kind', '=', 'merchant')
      .where('state', 'in', ['pending', 'active'])
      .execute();
    const orgs = await organisationsById(
      tx,
      county,
      live.map((payee) => payee.owner),
    );
    const suspended = live.filter((payee) => orgs.get(payee.owner)?.state === 'suspended').map((payee) => payee.id);
    if (suspended.length === 0) return;
    await tx
      .updateTable('trade.payee')
      .set({ state: 'closing', closed_by: 'system', closed_at: now, attempts: 0, next_at: now })
      .where('county', '=', county)
      .where('id', 'in', suspended)
      .execute();
  });
}

interface Due {
  id: string;
  provider: string;
  state: PayeeState;
  attempts: number;
  account: string;
  holder: string;
}

async function duePayees(at: Context, county: County): Promise<Due[]> {
  const rows = await scoped(at.db, String(county), (tx) =>
    tx
      .selectFrom('trade.payee')
      .select(['id', 'provider', 'state', 'attempts', 'account_sealed', 'holder_sealed'])
      .where('county', '=', county)
      .where('state', 'in', ['pending', 'closing'])
      .where('next_at', '<=', at.clock.now())
      .orderBy('next_at')
      .limit(200)
      .execute(),
  );
  return rows.map(({ account_sealed, holder_sealed, ...payee }) => ({
    ...payee,
    account: at.sealer.open(account_sealed),
    holder: at.sealer.open(holder_sealed),
  }));
}

async function settle(at: Context, county: County, payee: Due, sharing: Sharing): Promise<boolean> {
  const receiver = { account: payee.account, type: 'organisation' as const, name: payee.holder };
  let why: string | null = null;
  try {
    if (payee.state === 'pending') await sharing.addReceiver(receiver);
    else await sharing.removeReceiver(receiver);
  } catch (error) {
    why = whyOf(error);
  }
  const now = at.clock.now();
  return scoped(at.db, String(county), async (tx) => {
    const attempts = payee.attempts + 1;
    const given = why !== null && attempts >= RAISED_AFTER;
    // An account that cannot be added is refused for good; one that cannot be removed is asked for on, day by day.
    const refused = given && payee.state === 'pending';
    const to = refused ? 'refused' : payee.state === 'pending' ? 'active' : 'closed';
    const { numUpdatedRows } = await tx
      .updateTable('trade.payee')
      .set(
        why === null || refused
          ? { state: to, why, attempts, next_at: null }
          : { why, attempts, next_at: nextTry(now, attempts) },
      )
      .where('county', '=', county)
      .where('id', '=', payee.id)
      // Closed while the provider was adding it: then it is still to be removed.
      .where('state', '=', payee.state)
      .executeTakeFirst();
    if (given) await openMatter(tx, now, { county, kind: 'receiver-refused', subject: payee.id, why: why ?? '' });
    if (why === null) await settleMatters(tx, now, { county, kinds: ['receiver-refused'], subject: payee.id });
    return why === null && numUpdatedRows === 1n;
  });
}
