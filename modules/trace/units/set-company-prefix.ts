import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById } from '#registry';
import { isOperator } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';

/**
 * Writes down the GS1 company prefix an organisation has bought: cases made from now on are numbered with it. Numbers
 * given before stay. No prefix may begin with another, or two firms' cases could bear one number.
 *
 * @throws Refusal `prefix-not-yours` | `organisation-unknown` | `prefix-taken`
 */
export async function setCompanyPrefix(
  at: Context,
  by: Actor,
  input: { county: County; org: string; prefix: string },
  key: OnceKey | null,
): Promise<{ org: string; prefix: string }> {
  const { county, org, prefix } = input;
  return once(at.db, key, async (tx) => {
    if (!isOperator(by, county)) throw refuse('prefix-not-yours');
    if (!(await organisationsById(tx, county, [org])).has(org)) throw refuse('organisation-unknown');
    // The whole country's prefixes are one list, and two of them may be written at once.
    await sql`lock table trace.company_prefix in share row exclusive mode`.execute(tx);
    const { rows } = await sql<{ prefix: string }>`
      select prefix from trace.company_prefix
       where starts_with(prefix, ${prefix}) or starts_with(${prefix}, prefix)`.execute(tx);
    if (rows.length > 0) throw refuse('prefix-taken', { prefix: rows[0]?.prefix });
    await tx
      .insertInto('trace.company_prefix')
      .values({ prefix, county, org, by_person: by.person, at: at.clock.now() })
      .execute();
    return { org, prefix };
  });
}
