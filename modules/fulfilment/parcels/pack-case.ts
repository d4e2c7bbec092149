import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type LineToPack, takeForCase } from '#trade';
import { refuse } from '../refuse.ts';
import { type ParcelDetail, parcelDetails } from './parcel-views.ts';
import { parcelById } from './parcels.queries.ts';
import { writeParcel } from './write-parcel.ts';

/** A parcel apart from what its order was for: of a case, or of what a project owes its backer. */
interface Apart {
  county: County;
  order: string;
  org: string;
  shipRegion: string;
  lines: readonly LineToPack[];
  /** the case; null: promised */
  afterSale: string | null;
}

const packApart = (tx: Tx, now: Date, by: Actor, { afterSale, ...of }: Apart): Promise<string> =>
  writeParcel(tx, now, by, {
    ...of,
    ...{ afterSale, promised: afterSale === null },
    grams: of.lines.reduce((sum, line) => sum + line.grossGrams * line.packs, 0),
  });

/**
 * Packs what a project owes a backer, which the caller has taken out of stock, into a parcel of its own. The order is
 * settled and stays where it is.
 *
 * @returns the parcel's id
 */
export const packPromised = (tx: Tx, now: Date, by: Actor, of: Omit<Apart, 'afterSale'>): Promise<string> =>
  packApart(tx, now, by, { ...of, afterSale: null });

/**
 * Packs what a case sends again into a parcel of its own, to where the order goes. The order itself stays where it is,
 * and nothing is charged for the parcel.
 *
 * @throws Refusal `case-not-found` | `not-allowed` | `case-move-not-allowed` | `nothing-to-pack`
 */
export async function packCase(
  at: Context,
  by: Actor,
  input: { county: County; id: string },
  key: OnceKey | null,
): Promise<ParcelDetail> {
  const { county, id } = input;
  const parcel = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const { order, org, shipRegion, lines } = await takeForCase(tx, now, by, { county, case: id });
    if (lines.length === 0) throw refuse('nothing-to-pack');
    return packApart(tx, now, by, { county, order, org, shipRegion, lines, afterSale: id });
  });
  const found = await parcelById(at.db, county, parcel);
  if (!found) throw refuse('parcel-not-found');
  const [detail] = await parcelDetails(at, county, [found]);
  return detail as ParcelDetail;
}
