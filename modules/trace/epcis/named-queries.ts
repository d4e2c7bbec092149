import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { requireCounty } from '#registry';
import { isOperator } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { invalid, readJson } from './capture.ts';
import { isObject, type JsonObject } from './names.ts';
import { refusalOf } from './pages.ts';
import { readQuery } from './query-params.ts';

const NAME = /^[\w.~-]{1,60}$/;

/**
 * Keeps a query under a name of the county's.
 *
 * @returns the name
 * @throws Refusal `epcis-not-json` | `epcis-invalid` | `epcis-query-parameter` | `epcis-query-too-complex` |
 *   `epcis-query-exists`
 */
export async function addQuery(at: Context, by: Actor, input: { county: County; text: unknown }): Promise<string> {
  const { name, query } = readJson(input.text);
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw invalid([{ pointer: '/name', keyword: 'pattern', message: 'must be 1 to 60 letters, digits, . _ ~ -' }]);
  }
  if (!isObject(query)) throw invalid([{ pointer: '/query', keyword: 'type', message: 'must be an object' }]);
  checkQuery(query);
  await requireCounty(at.db, input.county);
  const written = await at.db
    .insertInto('trace.epcis_query')
    .values({
      ...{ county: input.county, name, by_person: by.person, created_at: at.clock.now() },
      query: JSON.stringify(query),
    })
    .onConflict((c) => c.columns(['county', 'name']).doNothing())
    .executeTakeFirst();
  if (written.numInsertedOrUpdatedRows === 0n) throw refuse('epcis-query-exists', { name });
  return name;
}

/** @throws Refusal `epcis-query-parameter` | `epcis-query-too-complex` */
function checkQuery(query: JsonObject): void {
  try {
    readQuery(query);
  } catch (error) {
    throw refusalOf(error);
  }
}

/** @throws Refusal `epcis-query-not-found` */
export async function findQuery(at: Context, county: County, name: string) {
  const found = await at.db
    .selectFrom('trace.epcis_query')
    .select(['name', 'query'])
    .where('county', '=', county)
    .where('name', '=', name)
    .executeTakeFirst();
  if (!found) throw refuse('epcis-query-not-found', { name });
  return { name: found.name, query: found.query as JsonObject };
}

/** A county's queries by name, behind `after`. */
export async function listQueries(at: Context, county: County, after: string, limit: number) {
  const rows = await at.db
    .selectFrom('trace.epcis_query')
    .select(['name', 'query'])
    .where('county', '=', county)
    .where('name', '>', after)
    .orderBy('name')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ name: row.name, query: row.query as JsonObject }));
}

/** Whoever named a query removes it, or the operator; its subscriptions end with it. @throws Refusal `epcis-query-not-found` | `not-allowed` */
export async function removeQuery(at: Context, by: Actor, county: County, name: string): Promise<void> {
  const removed = await transact(at.db, async (tx) => {
    const { numDeletedRows } = await tx
      .deleteFrom('trace.epcis_query')
      .where('county', '=', county)
      .where('name', '=', name)
      .$if(!isOperator(by, county), (q) => q.where('by_person', '=', by.person))
      .executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    await tx
      .updateTable('trace.epcis_subscription')
      .set({ ended_at: at.clock.now(), ended_because: 'query-removed' })
      .where('county', '=', county)
      .where('query', '=', name)
      .where('ended_at', 'is', null)
      .execute();
    return true;
  });
  if (removed) return;
  await findQuery(at, county, name);
  throw refusePlatform('not-allowed');
}
