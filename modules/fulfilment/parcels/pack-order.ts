import { type Actor, membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import {
  type LineToPack,
  moveOrder,
  orderForReader,
  orgsServed,
  takeForParcel,
  waitingOrgs,
  weighLines,
  weightsOf,
} from '#trade';
import { orderMoves } from '#trade/contract';
import { refuse } from '../refuse.ts';
import { type ParcelDetail, parcelDetails } from './parcel-views.ts';
import { parcelById } from './parcels.queries.ts';
import { writeParcel } from './write-parcel.ts';

/**
 * Packs one organisation's goods of a paid order into one parcel: their packs leave stock, lot by lot as they were
 * reserved, and each gets its place in its lot and thereby its code. When nothing of the order is left to pack, the
 * order is packed.
 *
 * @param input.org whose goods; may be left out when the caller serves only one organisation of the order
 * @param input.packedIn where, as it is shown to whoever scans; the organisation's own place when left out
 * @param input.weights net grams of lines that are sold by weight, as weighed now; their price follows
 * @throws Refusal `order-not-found` | `not-allowed` | `order-not-packable` | `nothing-to-pack` | `case-open` |
 *   `weight-missing` | `weight-implausible`
 */
export async function packOrder(
  at: Context,
  by: Actor,
  input: {
    county: County;
    id: string;
    org?: string;
    packedIn?: string;
    weights?: readonly { line: string; grams: Grams }[];
  },
  key: OnceKey | null,
): Promise<ParcelDetail> {
  const { county, id: order } = input;
  const parcel = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const { order: head } = await orderForReader(tx, by, county, order);
    // A pledge for thanks has no address; it is no order that anybody packs.
    const { shipRegion } = head;
    if (head.state !== 'paid' || shipRegion === null)
      throw refuse('order-not-packable', { state: orderMoves.states[head.state].zh });
    const org = await whoseGoods(tx, by, county, order, input.org);
    const { lines, othersWait } = await takeForParcel(tx, now, by, { county, order, org });
    if (lines.length === 0) throw refuse('nothing-to-pack');
    const weighed = await weightsOf(tx, county, lines, input.weights ?? []);

    const parcel = await writeParcel(tx, now, by, {
      ...{ county, order, org, shipRegion, lines },
      grams: lines.reduce((sum, line) => sum + grossOf(line, weighed.get(line.line)), 0),
      packedIn: input.packedIn,
    });
    if (!othersWait) await moveOrder(tx, now, by, { county, order, to: 'packed' });
    await weighLines(tx, now, by, {
      county,
      order,
      weights: lines.flatMap(({ line, packs }) => {
        const grams = weighed.get(line);
        return grams === undefined ? [] : [{ line, packs, grams }];
      }),
    });
    return parcel;
  });
  const found = await parcelById(at.db, county, parcel);
  if (!found) throw refuse('parcel-not-found');
  const [detail] = await parcelDetails(at, county, [found]);
  return detail as ParcelDetail;
}

/** What a line weighs with its packaging: as weighed, where it was. */
const grossOf = (line: LineToPack, weighed: Grams | undefined): Grams =>
  line.grossGrams * line.packs + (weighed === undefined ? 0 : weighed - line.packGrams * line.packs);

/** The organisation whose goods are packed: the one named, if the caller may; else the only one that waits for the caller. */
async function whoseGoods(tx: Tx, by: Actor, county: County, order: string, named?: string): Promise<string> {
  // Other roles of the same person may see the order; they do not pack.
  const packer = { ...by, memberships: membershipsIn(by, county, ['merchant', 'keeper', 'operator']) };
  const served = await orgsServed(tx, packer, county);
  const may = (org: string) => served === 'all' || served.includes(org);
  if (named) {
    if (!may(named)) throw refusePlatform('not-allowed');
    return named;
  }
  const [org] = (await waitingOrgs(tx, county, order)).filter(may);
  if (!org) throw refuse('nothing-to-pack');
  return org;
}
