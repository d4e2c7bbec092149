import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once, type Tx } from '#platform/db.ts';
import { closedStore, keepPicture, type PictureWidth, pictureName } from '#platform/files.ts';
import { type County, newId } from '#platform/ids.ts';
import { orderById } from '../orders/orders.queries.ts';
import { refuse } from '../refuse.ts';
import { readsAllCases, standingTo } from './case-parties.ts';
import type { Party } from './case-states.ts';
import { caseById } from './cases.queries.ts';

/** As many show any damage; more would only fill phones' data plans. */
export const MOST_PHOTOS = 9;

/** A piece of evidence as a case shows it. */
export interface PhotoView {
  id: string;
  width: number;
  height: number;
  party: Party;
  at: Date;
}

/**
 * Keeps a picture as evidence for an order: by its buyer before a case is opened, or by anybody who is of the case.
 * Its bytes lie where the server hands out nothing by itself.
 *
 * @param input.case the case it belongs to; left out while there is none yet
 * @throws Refusal `order-not-found` | `case-not-found` | `too-many-photos` | `file-too-large` | `file-type-not-allowed`
 */
export async function addPhoto(
  at: Context,
  by: Actor,
  input: { county: County; order: string; case?: string; bytes: Uint8Array },
  key: OnceKey | null,
): Promise<PhotoView> {
  const { county } = input;
  const { party, order } = await uploader(at.db, by, input);
  const kept = await keepPicture(at.db, closedStore(at.files), by, { county, bytes: input.bytes });
  return once(at.db, key, async (tx) => {
    const has = await tx
      .selectFrom('trade.after_sale_photo')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('county', '=', county)
      .where('order', '=', order)
      .where('case', input.case ? '=' : 'is', input.case ?? null)
      .where('by_person', '=', by.person)
      .executeTakeFirstOrThrow();
    if (Number(has.n) >= MOST_PHOTOS * 3) throw refuse('too-many-photos', { most: MOST_PHOTOS });
    const photo = { id: newId(), width: kept.width, height: kept.height, party, at: at.clock.now() };
    await tx
      .insertInto('trade.after_sale_photo')
      .values({
        ...photo,
        county,
        order,
        case: input.case ?? null,
        sha256: kept.sha256,
        by_person: by.person,
      })
      .execute();
    return photo;
  });
}

async function uploader(
  db: Db,
  by: Actor,
  input: { county: County; order: string; case?: string },
): Promise<{ party: 'buyer' | 'merchant' | 'county'; order: string }> {
  if (input.case === undefined) {
    const order = await orderById(db, input.county, input.order);
    if (order?.person !== by.person) throw refuse('order-not-found');
    return { party: 'buyer', order: order.id };
  }
  const found = await caseById(db, input.county, input.case);
  if (!found) throw refuse('case-not-found');
  const standing = await standingTo(db, by, input.county, found);
  const party = standing.buyer ? 'buyer' : standing.merchant ? 'merchant' : standing.county ? 'county' : null;
  if (!party) throw refuse('case-not-found');
  return { party, order: found.order };
}

/**
 * Gives a case the photos its buyer uploaded for it.
 *
 * @throws Refusal `photo-not-found` | `too-many-photos`
 */
export async function attachPhotos(
  tx: Tx,
  by: Actor,
  input: { county: County; order: string; case: string; photos: readonly string[] },
): Promise<void> {
  const ids = [...new Set(input.photos)];
  if (ids.length === 0) return;
  if (ids.length > MOST_PHOTOS) throw refuse('too-many-photos', { most: MOST_PHOTOS });
  const attached = await tx
    .updateTable('trade.after_sale_photo')
    .set({ case: input.case })
    .where('county', '=', input.county)
    .where('order', '=', input.order)
    .where('id', 'in', ids)
    .where('by_person', '=', by.person)
    .where('case', 'is', null)
    .executeTakeFirst();
  if (attached.numUpdatedRows !== BigInt(ids.length)) throw refuse('photo-not-found');
}

/**
 * The bytes of a photo as WebP, for those of its case and, before there is one, for whoever uploaded it.
 *
 * @throws Refusal `photo-not-found`
 */
export async function photoBytes(
  at: Context,
  by: Actor,
  input: { county: County; id: string; width: PictureWidth },
): Promise<Uint8Array> {
  const photo = await at.db
    .selectFrom('trade.after_sale_photo')
    .selectAll()
    .where('county', '=', input.county)
    .where('id', '=', input.id)
    .executeTakeFirst();
  if (!photo || !(await maySee(at.db, by, photo))) throw refuse('photo-not-found');
  const bytes = await closedStore(at.files).get(pictureName(photo.sha256, input.width));
  if (!bytes) throw refuse('photo-not-found');
  return bytes;
}

async function maySee(
  db: Db,
  by: Actor,
  photo: { county: County; case: string | null; by_person: string },
): Promise<boolean> {
  if (photo.by_person === by.person) return true;
  const found = photo.case ? await caseById(db, photo.county, photo.case) : undefined;
  if (!found) return false;
  const standing = await standingTo(db, by, photo.county, found);
  return standing.buyer || standing.merchant || readsAllCases(by, photo.county);
}
