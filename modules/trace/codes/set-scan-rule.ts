import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { isOperator } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import type { ScanRule } from './scan-rules.ts';

/**
 * The county's rule of when a code counts as copied, from now on; those before it stay on record.
 *
 * @throws Refusal `codes-not-yours`
 */
export async function setScanRule(
  at: Context,
  by: Actor,
  input: { county: County } & ScanRule,
  key: OnceKey | null,
): Promise<ScanRule> {
  const { county, ...rule } = input;
  return once(at.db, key, async (tx) => {
    if (!isOperator(by, county)) throw refuse('codes-not-yours');
    const last = await tx
      .selectFrom('trace.scan_rule')
      .select('version')
      .where('county', '=', county)
      .orderBy('version', 'desc')
      .limit(1)
      .forUpdate()
      .executeTakeFirst();
    await tx
      .insertInto('trace.scan_rule')
      .values({ county, version: (last?.version ?? 0) + 1, ...rule, by_person: by.person, at: at.clock.now() })
      .execute();
    return rule;
  });
}
