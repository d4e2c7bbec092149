import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { closedStore, keepPicture, type PictureWidth, pictureName } from '#platform/files.ts';
import { type County, newId } from '#platform/ids.ts';
import { lotReading, mayHandle, maySee } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { MOST_LOSS_PHOTOS } from './operation-kinds.ts';
import { findOperation, lotsOfOperation, photosOf } from './operations.queries.ts';

/**
 * Adds a photo of what was lost to the operation that declares it, also days later: mould is found in the store where
 * there is no signal. Its bytes lie where the server hands out nothing by itself.
 *
 * @throws Refusal `operation-not-found` | `lot-not-yours` | `photos-of-losses-only` | `loss-photos-too-many` |
 *   `file-too-large` | `file-type-not-allowed`
 */
export async function addLossPhoto(
  at: Context,
  by: Actor,
  input: { county: County; id: string; bytes: Uint8Array },
  key: OnceKey | null,
): Promise<{ id: string; width: number; height: number }> {
  const { county, id, bytes } = input;
  return once(at.db, key, async (tx) => {
    const operation = await findOperation(tx, county, id);
    if (!operation) throw refuse('operation-not-found');
    const lots = await lotsOfOperation(tx, county, [id]);
    if (!lots.every((lot) => mayHandle(by, county, lot))) throw refuse('lot-not-yours');
    if (operation.loss_grams <= 0) throw refuse('photos-of-losses-only');
    const has = await photosOf(tx, county, [id]);
    if (has.length >= MOST_LOSS_PHOTOS) throw refuse('loss-photos-too-many', { most: MOST_LOSS_PHOTOS });
    const { sha256, width, height } = await keepPicture(tx, closedStore(at.files), by, { county, bytes });
    const photo = { id: newId(), width, height };
    await tx
      .insertInto('trace.operation_photo')
      .values({ ...photo, county, operation: id, sha256, by_person: by.person, at: at.clock.now() })
      .execute();
    return photo;
  });
}

/** The bytes of a photo as WebP, for those who may see one of the lots. @throws Refusal `photo-not-found` */
export async function lossPhotoBytes(
  at: Context,
  by: Actor,
  input: { county: County; id: string; photo: string; width: PictureWidth },
): Promise<Uint8Array> {
  const { county, id, photo, width } = input;
  const reading = lotReading(by, county);
  const lots = await lotsOfOperation(at.db, county, [id]);
  if (!lots.some((lot) => maySee(reading, lot))) throw refuse('photo-not-found');
  const row = (await photosOf(at.db, county, [id])).find((one) => one.id === photo);
  const bytes = row && (await closedStore(at.files).get(pictureName(row.sha256, width)));
  if (!bytes) throw refuse('photo-not-found');
  return bytes;
}
