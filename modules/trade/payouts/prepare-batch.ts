import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { plainArray } from '#platform/database/arrays.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { organisationsById, stationsOfVillages } from '#registry';
import { providersOf } from '../payment/providers.ts';
import { refuse } from '../refuse.ts';
import { openMatter, settleMatters } from './matters.ts';
import { lockPayables, type Payable, payables } from './payables.ts';
import { liveLines } from './payout-rows.ts';
import { scheduleOf } from './schedule.ts';

type OwnerKind = 'household' | 'organisation';

/**
 * Prepares a batch of everything that is owed to households, or to organisations, and is not on its way already. It is
 * only a proposal: another person has to approve it.
 *
 * @param input.minimumFen smallest amount that is paid out; the county's when left out
 * @returns the batch's id
 * @throws Refusal `nothing-to-pay`
 */
export async function prepareBatch(
  at: Context,
  by: Actor,
  input: { county: County; ownerKind: OwnerKind; minimumFen?: Fen },
  key: OnceKey | null,
): Promise<string> {
  return once(at.db, key, async (tx) => {
    await withScope(tx, String(input.county));
    const minimumFen = input.minimumFen ?? (await scheduleOf(tx, input.county)).minimumFen;
    const batch = await prepareIn(tx, at, by.person, { ...input, minimumFen });
    if (!batch) throw refuse('nothing-to-pay');
    return batch;
  });
}

/**
 * The same inside a transaction, for the sweep. Whoever can be paid by nothing at all becomes a matter for people.
 *
 * @param tx with the county's scope
 * @returns null when nobody can be paid
 */
export async function prepareIn(
  tx: Tx,
  at: Context,
  by: string,
  input: { county: County; ownerKind: OwnerKind; minimumFen: Fen },
): Promise<string | null> {
  const { county, ownerKind, minimumFen } = input;
  const now = at.clock.now();
  await lockPayables(tx, county);
  const owed = (await payables(tx, county)).filter(
    (one) => (one.accountKind === 'household') === (ownerKind === 'household') && one.fen >= minimumFen,
  );
  const busy = await withheld(tx, county);
  const free = owed.filter((one) => !busy.has(`${one.accountKind} ${one.owner}`) && !busy.has(one.owner));
  const ways = await waysToPay(tx, at, county, ownerKind, free);
  for (const one of free) {
    const of = { county, kind: 'no-way-to-pay' as const, subject: one.owner };
    const way = ways.get(one.owner);
    if (way?.channel) await settleMatters(tx, now, { county, kinds: ['no-way-to-pay'], subject: one.owner });
    else await openMatter(tx, now, { ...of, village: way?.village, fen: one.fen, why: '没有可用的收款账户或服务站' });
  }
  const paid = free.flatMap((one) => {
    const way = ways.get(one.owner);
    return way?.channel ? [{ ...one, ...way, channel: way.channel }] : [];
  });
  if (paid.length === 0) return null;
  paid.sort((a, b) => ((a.village ?? '') + a.owner < (b.village ?? '') + b.owner ? -1 : 1));

  const batch = newId();
  const day = dayOf(now).slice(2).replaceAll('-', '');
  const number = `F${day}-${String(await nextNumber(tx, county, `payout ${day}`)).padStart(2, '0')}`;
  await tx
    .insertInto('trade.payout_batch')
    .values({
      ...{ county, id: batch, number, owner_kind: ownerKind, state: 'prepared', version: 1 },
      ...{ prepared_by: by, prepared_at: now },
    })
    .execute();
  for (let from = 0; from < paid.length; from += 1000) {
    await tx
      .insertInto('trade.payout_line')
      .values(
        paid.slice(from, from + 1000).map((one, i) => ({
          ...{ county, id: newId(), batch, position: from + i + 1 },
          ...{ account_kind: one.accountKind, owner: one.owner, village: one.village, fen: one.fen },
          ...{ channel: one.channel, payee: one.payee, station: one.station, state: 'waiting' as const, attempts: 0 },
        })),
      )
      .execute();
  }
  return batch;
}

/** Who is not paid now: what is live already, and whoever's last payment failed until somebody has looked at it. */
async function withheld(tx: Tx, county: County): Promise<Set<string>> {
  const live = await tx
    .selectFrom('trade.payout_line')
    .select(['account_kind', 'owner'])
    .where('county', '=', county)
    .where('state', 'in', liveLines)
    .execute();
  const troubled = await tx
    .selectFrom('trade.payout_matter as m')
    .innerJoin('trade.payout_line as l', (join) =>
      join.onRef('l.county', '=', 'm.county').onRef('l.id', '=', 'm.subject'),
    )
    .select('l.owner')
    .where('m.county', '=', county)
    .where('m.kind', 'in', ['payout-failed', 'payout-returned', 'payout-late'])
    .where('m.closed_at', 'is', null)
    .execute();
  return new Set([...live.map((line) => `${line.account_kind} ${line.owner}`), ...troubled.map((line) => line.owner)]);
}

interface Way {
  village: string | null;
  channel: string | null;
  payee: string | null;
  station: string | null;
}

/** How each is paid: a household by its wallet, else its card, else its village's station; an organisation by its bank. */
async function waysToPay(
  tx: Tx,
  at: Context,
  county: County,
  ownerKind: OwnerKind,
  owed: readonly Payable[],
): Promise<Map<string, Way>> {
  if (owed.length === 0) return new Map();
  const owners = owed.map((one) => one.owner);
  const payees = await tx
    .selectFrom('trade.payee')
    .select(['id', 'owner', 'kind', 'provider'])
    .where('county', '=', county)
    .where('owner', '=', sql<string>`any(${plainArray(owners)}::uuid[])`)
    .where('state', '=', 'active')
    .where('kind', 'in', ['wallet', 'bank'])
    .orderBy('kind', 'desc')
    .orderBy('created_at')
    .execute();
  const paying = new Set(['bank', ...providersOf(at).flatMap((one) => (one.payouts ? one.name : []))]);
  const accounts = Map.groupBy(payees, (one) => one.owner);
  const account = (owner: string) => accounts.get(owner)?.find((one) => paying.has(one.provider));
  const none = { village: null, channel: null, payee: null, station: null };
  if (ownerKind === 'organisation') {
    const active = await organisationsById(tx, county, owners);
    return new Map(
      owners.map((owner): [string, Way] => {
        const found = active.get(owner)?.state === 'active' ? account(owner) : undefined;
        return [owner, found ? { ...none, channel: found.provider, payee: found.id } : none];
      }),
    );
  }
  const households = await tx
    .selectFrom('registry.household_facts')
    .select(['household', 'village'])
    .where('county', '=', county)
    .where('household', '=', sql<string>`any(${plainArray(owners)}::uuid[])`)
    .execute();
  const villages = new Map(households.map((row) => [row.household as string, row.village as string]));
  const stations = await stationsOfVillages(tx, county, villages.values());
  return new Map(
    owners.map((owner): [string, Way] => {
      const village = villages.get(owner) ?? null;
      const found = account(owner);
      if (found) return [owner, { village, channel: found.provider, payee: found.id, station: null }];
      const station = (village && stations.get(village)) ?? null;
      return [owner, { village, channel: station && 'station', payee: null, station }];
    }),
  );
}
