import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once, scoped } from '#platform/db.ts';
import { closedStore, keepPicture, pictureName } from '#platform/files.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { agreementView, reachOf } from './agreement-views.ts';
import { agreementWithin } from './agreements.queries.ts';

/**
 * Keeps the photo of a paper of an agreement; the signature, or the help it shows, then names it. It shows names and
 * handwriting, so the server hands it out to nobody by address.
 *
 * @throws Refusal `agreement-not-found` | `file-too-large` | `file-type-not-allowed`
 */
export async function addPaper(
  at: Context,
  by: Actor,
  input: { county: County; id: string; bytes: Uint8Array },
  key: OnceKey | null,
): Promise<{ paper: string }> {
  const { county, id, bytes } = input;
  const { scope, ...reach } = reachOf(by, county);
  const found = await scoped(at.db, scope, (tx) => agreementWithin(tx, county, reach, id));
  if (!found) throw refuse('agreement-not-found');
  const kept = await keepPicture(at.db, closedStore(at.files), by, { county, bytes });
  return once(at.db, key, async (tx) => {
    const paper = newId();
    await tx
      .insertInto('benefit.agreement_paper')
      .values({ county, id: paper, agreement: id, sha256: kept.sha256, by_person: by.person, at: at.clock.now() })
      .execute();
    return { paper };
  });
}

/** The photo as WebP, for those who may read the agreement. @throws Refusal `agreement-not-found` | `paper-not-found` */
export async function paperBytes(
  at: Context,
  by: Actor,
  { county, id, paper }: { county: County; id: string; paper: string },
): Promise<Uint8Array> {
  await agreementView(at, by, county, id);
  const kept = await paperOf(at.db, county, id, paper);
  const bytes = kept && (await closedStore(at.files).get(pictureName(kept.sha256, 1600)));
  if (!bytes) throw refuse('paper-not-found');
  return bytes;
}

/** A paper that was kept for this agreement. */
export function paperOf(db: Db, county: County, agreement: string, paper: string) {
  return db
    .selectFrom('benefit.agreement_paper')
    .select('sha256')
    .where('county', '=', county)
    .where('id', '=', paper)
    .where('agreement', '=', agreement)
    .executeTakeFirst();
}
