import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { isOperator } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { keyVersionNow } from './codes.queries.ts';

/**
 * From now on lots are coded with a key of the next version; what is printed stays as it is.
 *
 * @throws Refusal `codes-not-yours`
 */
export async function rotateCodeKey(
  at: Context,
  by: Actor,
  input: { county: County; reason: string },
  key: OnceKey | null,
): Promise<{ version: number }> {
  const { county, reason } = input;
  return once(at.db, key, async (tx) => {
    if (!isOperator(by, county)) throw refuse('codes-not-yours');
    const version = (await keyVersionNow(tx, county)) + 1;
    await tx
      .insertInto('trace.code_key')
      .values({ county, version, reason: reason.trim(), by_person: by.person, at: at.clock.now() })
      .execute();
    return { version };
  });
}
