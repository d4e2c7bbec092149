import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, scoped } from '#platform/db.ts';
import { closedStore, keepPicture, type PictureWidth, pictureName } from '#platform/files.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { plotToWrite } from './plot-rights.ts';
import { maySeePlot } from './plot-views.ts';
import { worksOf } from './plots.queries.ts';
import { MOST_WORK_PHOTOS } from './work-kinds.ts';

/**
 * Adds a photo to an entry of a plot's work. Its bytes lie where the server hands out nothing by itself: a field and
 * whoever stands in it are the household's.
 *
 * @throws Refusal `plot-not-found` | `work-not-found` | `photos-too-many` | `file-too-large` | `file-type-not-allowed`
 */
export async function addWorkPhoto(
  at: Context,
  by: Actor,
  input: { county: County; id: string; work: string; bytes: Uint8Array },
  key: OnceKey | null,
): Promise<{ id: string; width: number; height: number }> {
  const { county, id: plot, work, bytes } = input;
  return once(at.db, key, async (tx) => {
    const { village } = await plotToWrite(tx, by, county, plot);
    const [row] = await worksOf(tx, county, [plot], work);
    if (!row) throw refuse('work-not-found');
    const has = await tx
      .selectFrom('trace.plot_photo')
      .select('id')
      .where('county', '=', county)
      .where('work', '=', work)
      .execute();
    if (has.length >= MOST_WORK_PHOTOS) throw refuse('photos-too-many', { most: MOST_WORK_PHOTOS });
    const { sha256, width, height } = await keepPicture(tx, closedStore(at.files), by, { county, bytes });
    const photo = { id: newId(), width, height };
    await tx
      .insertInto('trace.plot_photo')
      .values({ ...photo, county, plot, work, village, sha256, by_person: by.person, at: at.clock.now() })
      .execute();
    return photo;
  });
}

/** The bytes of a photo as WebP, for those who may see its plot. @throws Refusal `photo-not-found` */
export async function workPhotoBytes(
  at: Context,
  by: Actor,
  input: { county: County; id: string; photo: string; width: PictureWidth },
): Promise<Uint8Array> {
  const { county, id: plot, photo, width } = input;
  if (!(await maySeePlot(at, by, county, plot))) throw refuse('photo-not-found');
  const row = await scoped(at.db, String(county), (tx) =>
    tx
      .selectFrom('trace.plot_photo')
      .select('sha256')
      .where('county', '=', county)
      .where('plot', '=', plot)
      .where('id', '=', photo)
      .executeTakeFirst(),
  );
  const bytes = row && (await closedStore(at.files).get(pictureName(row.sha256, width)));
  if (!bytes) throw refuse('photo-not-found');
  return bytes;
}
