import { skusById } from '#catalog';
import { packPromised, parcelById, parcelDetails, parcelHeads, receivePromised, unpackPromised } from '#fulfilment';
import type { ParcelSent } from '#fulfilment/events';
import type { Actor } from '#platform/actor.ts';
import { system } from '#platform/actor.ts';
import { daysFrom } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Subscriber } from '#platform/outbox.ts';
import { rewardsPacked, takeForPromise } from '#trade';
import type { LinesDropped } from '#trade/events';
import { requireSender } from '../projects/project-rights.ts';
import { type ProjectFields, projectById, type TierFields } from '../projects/projects.queries.ts';
import { refuse } from '../refuse.ts';
import { pledgeView } from './pledge-views.ts';
import { lockPledge, moveDelivery, type PledgeFields, requireDelivery } from './pledges.queries.ts';

/** After so many days on its way what was owed counts as received, as any parcel. */
const RECEIVED_AFTER_DAYS = 10;

interface OnePledge {
  county: County;
  id: string;
}

/** A pledge that somebody is about to deliver, locked. @throws Refusal `pledge-not-found` | `not-allowed` */
async function lockToDeliver(tx: Tx, by: Actor, { county, id }: OnePledge) {
  const row = await lockPledge(tx, county, id);
  const project = (await projectById(tx, county, row.project)) as ProjectFields;
  await requireSender(tx, by, county, project.org);
  const tier = await tx
    .selectFrom('presale.tier')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', row.tier)
    .executeTakeFirstOrThrow();
  return { row, project, tier };
}

/**
 * Packs what a backer is owed: its packs leave stock and have their codes, in a parcel that is then sent like any other.
 *
 * @throws Refusal `pledge-not-found` | `not-allowed` | `nothing-to-send` | `delivery-move-not-allowed` | `reward-short`
 */
export async function packPledge(at: Context, by: Actor, input: OnePledge, key: OnceKey | null) {
  const { county } = input;
  const parcel = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const { row, project, tier } = await lockToDeliver(tx, by, input);
    requireDelivery(row, 'packed');
    const owed = goodsOf(tier, row);
    if (!owed) throw refuse('nothing-to-send');
    const taken = await takeForPromise(tx, now, by, { county, order: row.id, line: row.line, ...owed });
    if ('missing' in taken) {
      const name = (await skusById(tx, county, [owed.sku])).get(owed.sku)?.nameZh ?? '';
      throw refuse('reward-short', { name, missing: taken.missing });
    }
    const { shipRegion, lines } = taken;
    const parcel = await packPromised(tx, now, by, { county, order: row.id, org: project.org, shipRegion, lines });
    await moveDelivery(tx, row, 'packed', { parcel });
    return parcel;
  });
  const found = await parcelById(at.db, county, parcel);
  const [detail] = found ? await parcelDetails(at, county, [found]) : [];
  if (!detail) throw new Error(`parcel ${parcel} was packed and is not there`);
  return detail;
}

const goodsOf = (tier: TierFields, row: PledgeFields) =>
  tier.sku && tier.packs ? { sku: tier.sku, packs: tier.packs * row.n } : null;

/**
 * Thanks a backer who is owed nothing else.
 *
 * @throws Refusal `pledge-not-found` | `not-allowed` | `goods-to-send` | `delivery-move-not-allowed`
 */
export async function thankPledge(at: Context, by: Actor, input: OnePledge & { words: string }, key: OnceKey | null) {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    const { row, tier } = await lockToDeliver(tx, by, input);
    if (goodsOf(tier, row)) throw refuse('goods-to-send');
    requireDelivery(row, 'sent');
    await moveDelivery(tx, row, 'sent', { thanks: input.words.trim(), sent_at: at.clock.now() });
    return null;
  });
  return pledgeView(at, by, county, id);
}

/** A parcel of what is owed has left. */
export const noteRewardSent = (at: Context): Subscriber<ParcelSent> => ({
  name: 'presale.reward-sent',
  type: 'fulfilment.parcel-sent',
  async apply(tx, { county, payload }) {
    const row = await tx
      .selectFrom('presale.pledge')
      .selectAll()
      .where('county', '=', county)
      .where('id', '=', payload.order)
      .forUpdate()
      .executeTakeFirst();
    // Of an order that is no pledge; or the backer was faster than the news.
    if (row?.delivery !== 'packed' || row.parcel !== payload.parcel) return;
    const parcel = (await parcelHeads(tx, county, [payload.parcel])).get(payload.parcel);
    await moveDelivery(tx, row, 'sent', { sent_at: parcel?.sentAt ?? at.clock.now() });
  },
});

/** A recall took what was packed out of its parcel: it is owed again, and is packed of other lots. */
export const oweRecalledAgain: Subscriber<LinesDropped> = {
  name: 'presale.reward-recalled',
  type: 'trade.lines-dropped',
  async apply(tx, { county, payload: { order } }) {
    const row = await tx
      .selectFrom('presale.pledge')
      .selectAll()
      .where('county', '=', county)
      .where('id', '=', order)
      .forUpdate()
      .executeTakeFirst();
    // Of an order that is no pledge; or it was packed anew before the news came.
    if (row?.delivery !== 'packed' || !row.parcel || (await rewardsPacked(tx, county, order)).length > 0) return;
    if (await unpackPromised(tx, { county, parcel: row.parcel })) await moveDelivery(tx, row, 'owed', { parcel: null });
  },
};

/**
 * The backer has what was owed.
 *
 * @throws Refusal `pledge-not-found` | `delivery-move-not-allowed`
 */
export async function receivePledge(at: Context, by: Actor, input: OnePledge, key: OnceKey | null) {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    const row = await lockPledge(tx, county, id);
    if (row.person !== by.person) throw refuse('pledge-not-found');
    await receive(tx, at.clock.now(), by, row);
    return null;
  });
  return pledgeView(at, by, county, id);
}

async function receive(tx: Tx, now: Date, by: Actor, row: PledgeFields): Promise<void> {
  const { county, parcel } = row;
  const head = parcel ? (await parcelHeads(tx, county, [parcel])).get(parcel) : undefined;
  if (row.delivery === 'packed' && head?.sentAt) {
    // It left a moment ago, and the news has not come here yet.
    await moveDelivery(tx, row, 'sent', { sent_at: head.sentAt });
    row = { ...row, delivery: 'sent' };
  }
  requireDelivery(row, 'received');
  if (parcel && !(await receivePromised(tx, now, by.person, { county, parcel }))) {
    throw refuse('delivery-move-not-allowed', { state: '不在路上' });
  }
  await moveDelivery(tx, row, 'received', { received_at: now });
}

/**
 * What was sent long ago and of which nothing was heard has been received, each in its own transaction.
 *
 * @returns how many
 * @throws AggregateError after all were tried, when one could not be received
 */
export async function receivePledgesLate(at: Context, signal?: AbortSignal): Promise<number> {
  const now = at.clock.now();
  const due = await at.db
    .selectFrom('presale.pledge')
    .select(['county', 'id'])
    .where('delivery', '=', 'sent')
    .where('sent_at', '<=', daysFrom(now, -RECEIVED_AFTER_DAYS))
    .orderBy('sent_at')
    .limit(1000)
    .execute();
  let received = 0;
  const failures: unknown[] = [];
  for (const { county, id } of due) {
    if (signal?.aborted) break;
    const done = transact(at.db, async (tx) => {
      const row = await lockPledge(tx, county, id);
      if (row.delivery !== 'sent') return 0;
      await receive(tx, now, system, row);
      return 1;
    });
    received += await done.catch((error: unknown) => {
      failures.push(error);
      return 0;
    });
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} pledges could not be received`);
  return received;
}
