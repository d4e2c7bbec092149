import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { standingTo } from './case-parties.ts';
import { overStates } from './case-states.ts';
import { caseById } from './cases.queries.ts';

/**
 * Says something in a case: its buyer, its seller or the county. When it is over nothing is added.
 *
 * @throws Refusal `case-not-found` | `case-over`
 */
export async function sayInCase(
  at: Context,
  by: Actor,
  input: { county: County; id: string; text: string },
  key: OnceKey | null,
): Promise<void> {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    const found = await caseById(tx, county, id);
    if (!found) throw refuse('case-not-found');
    const standing = await standingTo(tx, by, county, found);
    const party = standing.buyer ? 'buyer' : standing.merchant ? 'merchant' : standing.county ? 'county' : null;
    if (!party) throw refuse('case-not-found');
    if (overStates.includes(found.state)) throw refuse('case-over');
    await tx
      .insertInto('trade.after_sale_message')
      .values({
        county,
        id: newId(),
        case: id,
        party,
        text: input.text.trim(),
        by_person: by.person,
        at: at.clock.now(),
      })
      .execute();
  });
}
