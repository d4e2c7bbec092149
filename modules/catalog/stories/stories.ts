import { type Selectable, sql } from 'kysely';
import type { Static } from 'typebox';
import { type Actor, overCounty, scopeIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { CatalogVillageStory } from '#platform/database/tables.ts';
import { type Db, type OnceKey, once, type Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { keepPicture } from '#platform/files.ts';
import { type County, newId } from '#platform/ids.ts';
import { personNames, regionNames, villageInCounty } from '#registry';
import { pictureBase } from '../products/pictures.queries.ts';
import { isOperator } from '../products/product-rights.ts';
import { refuse } from '../refuse.ts';
import type { PublicStory, Story } from './stories.contract.ts';
import { type StoryState, storyMoves } from './story-states.ts';

type Row = Selectable<CatalogVillageStory> & {
  sha256: string | null;
  width: number | null;
  height: number | null;
};
export interface StoryWords {
  titleZh: string;
  titleEn: string;
  textZh: string;
  textEn: string;
}

/** Who reads drafts, and of which villages: a region prefix. @throws Refusal `not-allowed` */
function scopeOf(by: Actor, county: County): string {
  const scope = scopeIn(by, county, ['cadre', 'operator', 'platform', 'auditor']);
  if (scope === null) throw refusePlatform('not-allowed');
  return scope;
}

/**
 * A cadre or the county's operator writes what a village tells of itself. It waits for the county's eyes.
 *
 * @throws Refusal `village-outside-county` | `village-not-yours`
 */
export async function writeStory(
  at: Context,
  by: Actor,
  input: StoryWords & { county: County; village: string },
  key: OnceKey | null,
) {
  const { county, village, ...words } = input;
  return once(at.db, key, async (tx) => {
    if (!(await villageInCounty(tx, county, village))) {
      throw refuse('village-outside-county', { village, county });
    }
    if (!village.startsWith(scopeOf(by, county))) throw refuse('village-not-yours');
    const id = newId();
    const now = at.clock.now();
    await tx
      .insertInto('catalog.village_story')
      .values({
        ...{ county, id, village, ...columnsOf(words), file: null, state: 'review' },
        ...{ by_person: by.person, at: now },
      })
      .execute();
    await insertMove(tx, { county, id }, null, 'review', { reason: null, by: by.person, at: now });
    return storyView(tx, by, county, id);
  });
}

/** @throws Refusal `story-not-found` | `story-not-yours` | `story-published` */
export async function changeStory(
  at: Context,
  by: Actor,
  input: StoryWords & { county: County; id: string },
  key: OnceKey | null,
) {
  const { county, id, ...words } = input;
  return once(at.db, key, async (tx) => {
    await lockToChange(tx, by, county, id);
    await tx
      .updateTable('catalog.village_story')
      .set(columnsOf(words))
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    return storyView(tx, by, county, id);
  });
}

/**
 * @throws Refusal `story-not-found` | `story-not-yours` | `story-published` | `file-too-large` |
 *   `file-type-not-allowed`
 */
export async function setStoryPicture(
  at: Context,
  by: Actor,
  input: { county: County; id: string; bytes: Uint8Array },
  key: OnceKey | null,
) {
  const { county, id, bytes } = input;
  // Rights first, so that a stranger's upload is not even decoded; then the slow part, outside the transaction.
  await storyView(at.db, by, county, id);
  const kept = await keepPicture(at.db, at.files, by, { county, bytes });
  return once(at.db, key, async (tx) => {
    await lockToChange(tx, by, county, id);
    await tx
      .updateTable('catalog.village_story')
      .set({ file: kept.id })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    return storyView(tx, by, county, id);
  });
}

/**
 * Moves a story along its states. The county publishes, returns and takes down; its writer submits again.
 *
 * @throws Refusal `story-not-found` | `story-not-yours` | `story-move-not-allowed` | `not-allowed` | `story-needs-reason`
 */
export async function moveStory(
  at: Context,
  by: Actor,
  input: { county: County; id: string; to: StoryState; reason?: string },
  key: OnceKey | null,
) {
  const { county, id, to } = input;
  return once(at.db, key, async (tx) => {
    const row = await lock(tx, by, county, id);
    const move = storyMoves.from(row.state).find((one) => one.to === to);
    if (!move) {
      const word = (state: StoryState) => storyMoves.states[state].zh;
      throw refuse('story-move-not-allowed', { from: word(row.state), to: word(to) });
    }
    if (move.act === 'resubmit') requireWriter(by, county, row);
    else if (!isOperator(by, county)) throw refusePlatform('not-allowed');
    const reason = input.reason?.trim() || null;
    if ((to === 'returned' || to === 'withdrawn') && reason === null) throw refuse('story-needs-reason');
    await tx
      .updateTable('catalog.village_story')
      .set({ state: to })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    await insertMove(tx, { county, id }, row.state, to, { reason, by: by.person, at: at.clock.now() });
    return storyView(tx, by, county, id);
  });
}

const MOST_TOLD = 6;

/** What a village tells, the newest first, six at most. */
export async function publishedStories(db: Db, county: County, village: string): Promise<Static<typeof PublicStory>[]> {
  const rows = await rowsWhere(db, sql`s.county = ${county} and s.village = ${village} and s.state = 'published'`, {
    size: MOST_TOLD,
    offset: 0,
  });
  return rows.map(published);
}

/** Stories of any state, of the villages somebody looks after; those that wait first. */
export async function storyPage(
  db: Db,
  by: Actor,
  county: County,
  filter: { state?: StoryState; village?: string; page: number; size: number },
) {
  const where = sql.join(
    [
      sql`s.county = ${county} and starts_with(s.village, ${scopeOf(by, county)})`,
      ...(filter.state === undefined ? [] : [sql`s.state = ${filter.state}`]),
      ...(filter.village === undefined ? [] : [sql`s.village = ${filter.village}`]),
    ],
    sql` and `,
  );
  const counted = await sql<{ total: number }>`
    select count(*) as total from catalog.village_story s where ${where}`.execute(db);
  const { page, size } = filter;
  const rows = await rowsWhere(db, where, { size, offset: (page - 1) * size });
  return { rows: await views(db, by, county, rows), total: counted.rows[0]?.total ?? 0, page, size };
}

const columnsOf = (words: StoryWords) => ({
  title_zh: words.titleZh.trim(),
  title_en: words.titleEn.trim(),
  text_zh: words.textZh.trim(),
  text_en: words.textEn.trim(),
});

async function rowsWhere(
  db: Db,
  where: ReturnType<typeof sql>,
  { size, offset }: { size: number; offset: number },
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select s.*, f.sha256, f.width, f.height
      from catalog.village_story s
      left join platform.file f on f.county = s.county and f.id = s.file
     where ${where}
     order by s.state <> 'review', s.at desc, s.id
     limit ${size} offset ${offset}`.execute(db);
  return rows;
}

async function storyView(db: Db, by: Actor, county: County, id: string): Promise<Static<typeof Story>> {
  const scope = scopeOf(by, county);
  const rows = await rowsWhere(db, sql`s.county = ${county} and s.id = ${id} and starts_with(s.village, ${scope})`, {
    size: 1,
    offset: 0,
  });
  const [view] = await views(db, by, county, rows);
  if (!view) throw refuse('story-not-found');
  return view;
}

async function lock(tx: Tx, by: Actor, county: County, id: string) {
  const row = await tx
    .selectFrom('catalog.village_story')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row?.village.startsWith(scopeOf(by, county))) throw refuse('story-not-found');
  return row;
}

async function lockToChange(tx: Tx, by: Actor, county: County, id: string) {
  const row = await lock(tx, by, county, id);
  requireWriter(by, county, row);
  if (row.state !== 'review' && row.state !== 'returned') {
    throw refuse('story-published', { state: storyMoves.states[row.state].zh });
  }
}

function requireWriter(by: Actor, county: County, row: { by_person: string }): void {
  if (row.by_person !== by.person && !isOperator(by, county)) throw refuse('story-not-yours');
}

async function insertMove(
  tx: Tx,
  story: { county: County; id: string },
  from: StoryState | null,
  to: StoryState,
  said: { reason: string | null; by: string; at: Date },
): Promise<void> {
  await tx
    .insertInto('catalog.story_move')
    .values({
      ...{ county: story.county, id: newId(), story: story.id, from_state: from, to_state: to },
      ...{ reason: said.reason, by_person: said.by, at: said.at },
    })
    .execute();
}

const published = (row: Row): Static<typeof PublicStory> => ({
  id: row.id,
  titleZh: row.title_zh,
  titleEn: row.title_en,
  textZh: row.text_zh,
  textEn: row.text_en,
  picture:
    row.sha256 === null ? null : { base: pictureBase(row.sha256), width: row.width ?? 0, height: row.height ?? 0 },
  at: row.at,
});

async function views(db: Db, by: Actor, county: County, rows: readonly Row[]): Promise<Static<typeof Story>[]> {
  if (rows.length === 0) return [];
  const places = await regionNames(
    db,
    rows.map((row) => row.village),
  );
  const moves = await db
    .selectFrom('catalog.story_move')
    .select(['story', 'to_state', 'reason', 'by_person', 'at'])
    .where('county', '=', county)
    .where(
      'story',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('at')
    .orderBy('id')
    .execute();
  const people = await personNames(db, [...rows.map((row) => row.by_person), ...moves.map((move) => move.by_person)]);
  const history = Map.groupBy(moves, (move) => move.story);
  return rows.map((row) => ({
    ...published(row),
    village: row.village,
    villageName: places.get(row.village)?.name ?? row.village,
    state: row.state,
    byName: people.get(row.by_person) ?? '',
    mine: row.by_person === by.person || overCounty(by, county, ['operator']),
    moves: (history.get(row.id) ?? []).map((move) => ({
      to: move.to_state as StoryState,
      reason: move.reason,
      byName: people.get(move.by_person) ?? '',
      at: move.at,
    })),
  }));
}
