import { type Selectable, sql } from 'kysely';
import { plainArray } from '#platform/database/arrays.ts';
import type { PresaleNews, PresaleNewsVersion } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { promisedOrders } from '#trade';
import { refuse } from '../refuse.ts';

export type NewsFields = Selectable<PresaleNews>;
export type NewsVersionFields = Selectable<PresaleNewsVersion>;

/** One piece of news, locked. @throws Refusal `news-not-found` */
export async function lockNews(tx: Tx, county: County, id: string): Promise<NewsFields> {
  const row = await tx
    .selectFrom('presale.news')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw refuse('news-not-found');
  return row;
}

/** Pieces of news of a project with the version that is read, the newest first; those for backers only where asked. */
export async function newsOf(
  db: Db,
  of: { county: County; project: string; backers: boolean; limit: number; offset: number },
): Promise<{ total: number; rows: (NewsFields & { words: NewsVersionFields })[] }> {
  const found = db
    .selectFrom('presale.news as n')
    .innerJoin('presale.news_version as v', (join) =>
      join.onRef('v.county', '=', 'n.county').onRef('v.news', '=', 'n.id').onRef('v.version', '=', 'n.version'),
    )
    .where('n.county', '=', of.county)
    .where('n.project', '=', of.project)
    .$if(!of.backers, (e) => e.where('v.for_backers', '=', false));
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const heads = await found
    .selectAll('n')
    .orderBy('n.at', 'desc')
    .orderBy('n.id', 'desc')
    .limit(of.limit)
    .offset(of.offset)
    .execute();
  const versions = await versionsOf(
    db,
    of.county,
    heads.map((head) => head.id),
  );
  return {
    total: Number(total),
    rows: heads.flatMap((head) => {
      const words = versions.find((one) => one.news === head.id && one.version === head.version);
      return words ? [{ ...head, words }] : [];
    }),
  };
}

/** All versions of some pieces of news, the first first. */
export async function versionsOf(db: Db, county: County, news: readonly string[]): Promise<NewsVersionFields[]> {
  if (news.length === 0) return [];
  return db
    .selectFrom('presale.news_version')
    .selectAll()
    .where('county', '=', county)
    .where('news', 'in', news)
    .orderBy('news')
    .orderBy('version')
    .execute();
}

/** The moves of some pieces of news, the first first. */
export async function newsMovesOf(db: Db, county: County, news: readonly string[]) {
  if (news.length === 0) return [];
  return db
    .selectFrom('presale.news_move')
    .selectAll()
    .where('county', '=', county)
    .where('news', 'in', news)
    .orderBy('at')
    .orderBy('id')
    .execute();
}

/** Sizes of photos by their id. */
export async function newsPhotos(db: Db, county: County, project: string) {
  const rows = await db
    .selectFrom('presale.news_photo')
    .select(['id', 'sha256', 'width', 'height'])
    .where('county', '=', county)
    .where('project', '=', project)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Whether somebody backs a project: their money is in it, or was when it was decided. Who is still to pay, or has taken
 * the pledge back, does not.
 */
export async function backs(db: Db, county: County, project: string, person: string): Promise<boolean> {
  const pledges = await db
    .selectFrom('presale.pledge')
    .select(['id', 'counted'])
    .where('county', '=', county)
    .where('project', '=', project)
    .where('person', '=', person)
    .execute();
  if (pledges.some((one) => one.counted)) return true;
  const orders = await promisedOrders(
    db,
    county,
    pledges.map((one) => one.id),
  );
  return [...orders.values()].some((order) => !['placed', 'cancelled', 'refunded'].includes(order.state));
}

/** How many pieces of news backers of some projects can read, and when the newest was told, by project. */
export async function newsTold(
  db: Db,
  county: County,
  projects: readonly string[],
): Promise<Map<string, { news: number; newsAt: Date }>> {
  if (projects.length === 0) return new Map();
  const { rows } = await sql<{ project: string; news: number; newsAt: Date }>`
    select project, count(*)::int as news, max(at) as "newsAt"
      from presale.news
     where county = ${county} and project = any(${plainArray(projects)}::uuid[]) and state = 'shown'
     group by project`.execute(db);
  return new Map(rows.map(({ project, ...told }) => [project, told]));
}
