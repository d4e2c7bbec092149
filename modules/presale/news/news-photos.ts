import type { Actor, Caller } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { closedStore, keepPicture, type PictureWidth, pictureName } from '#platform/files.ts';
import { type County, newId } from '#platform/ids.ts';
import { requireWriter } from '../projects/project-rights.ts';
import { projectById } from '../projects/projects.queries.ts';
import { refuse } from '../refuse.ts';
import { backs } from './news.queries.ts';
import { readsProject } from './news-views.ts';

/**
 * Keeps a photo that news of a project will show. Its bytes lie where the server hands out nothing by itself, since some
 * news is for backers only.
 *
 * @throws Refusal `project-not-found` | `not-allowed` | `file-too-large` | `file-type-not-allowed`
 */
export async function addNewsPhoto(
  at: Context,
  by: Actor,
  { county, id: project, bytes }: { county: County; id: string; bytes: Uint8Array },
  key: OnceKey | null,
): Promise<{ id: string; width: number; height: number }> {
  const row = await projectById(at.db, county, project);
  if (!row) throw refuse('project-not-found');
  requireWriter(by, county, row.org);
  const { sha256, width, height } = await keepPicture(at.db, closedStore(at.files), by, { county, bytes });
  return once(at.db, key, async (tx) => {
    const photo = { id: newId(), width, height };
    await tx
      .insertInto('presale.news_photo')
      .values({ ...photo, county, project, sha256, by_person: by.person, at: at.clock.now() })
      .execute();
    return photo;
  });
}

/**
 * The bytes of a photo as WebP, for those who may read news that shows it now, and for those who work on the project.
 *
 * @throws Refusal `photo-not-found`
 */
export async function newsPhotoBytes(
  at: Context,
  by: Caller,
  { county, id: project, photo, width }: { county: County; id: string; photo: string; width: PictureWidth },
): Promise<Uint8Array> {
  const row = await at.db
    .selectFrom('presale.news_photo')
    .select('sha256')
    .where('county', '=', county)
    .where('project', '=', project)
    .where('id', '=', photo)
    .executeTakeFirst();
  const bytes =
    row && (await maySee(at, by, { county, project, photo }))
      ? await closedStore(at.files).get(pictureName(row.sha256, width))
      : null;
  if (!bytes) throw refuse('photo-not-found');
  return bytes;
}

async function maySee(
  at: Context,
  by: Caller,
  { county, project, photo }: { county: County; project: string; photo: string },
): Promise<boolean> {
  const shown = await at.db
    .selectFrom('presale.news as n')
    .innerJoin('presale.news_version as v', (join) =>
      join.onRef('v.county', '=', 'n.county').onRef('v.news', '=', 'n.id').onRef('v.version', '=', 'n.version'),
    )
    .select('v.for_backers')
    .where('n.county', '=', county)
    .where('n.project', '=', project)
    .where('n.state', '=', 'shown')
    .where((e) => e(e.val(photo), '=', e.fn.any('v.photos')))
    .execute();
  if (shown.some((one) => !one.for_backers)) return true;
  if (by.person === null) return false;
  if (shown.length > 0 && (await backs(at.db, county, project, by.person))) return true;
  const row = await projectById(at.db, county, project);
  return row !== undefined && readsProject(at.db, by, row);
}
