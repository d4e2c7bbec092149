import { type Actor, membershipsIn } from '#platform/actor.ts';
import { addDays, dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { aidRuleOn } from './aid-rules.ts';
import { appealMoves } from './aid-states.ts';
import { aidRecord } from './aid-views.ts';
import { testedProducts } from './grounds.queries.ts';
import { followListings, lockStandings, moveStanding } from './run-tests.ts';

const DAY_MS = 24 * 3600_000;
/** Those whose listing may be warned for, hidden or withdrawn. */
const listed = ['review', 'on_sale', 'hidden', 'withdrawn', 'draft'];

/**
 * The seller says why a verdict is wrong. Until the county has decided, no deadline of the product runs out.
 *
 * @throws Refusal `product-not-found` | `not-allowed` | `not-failed` | `appeal-open`
 */
export async function appealTests(
  at: Context,
  by: Actor,
  input: { county: County; id: string; words: string },
  key: OnceKey | null,
) {
  const { county, id, words } = input;
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const [product] = await testedProducts(tx, county, listed, [id]);
    if (!product) throw refuse('product-not-found');
    if (!membershipsIn(by, county, ['merchant']).some((m) => m.org === product.org))
      throw refusePlatform('not-allowed');
    const stands = (await lockStandings(tx, county, [id], now)).get(id);
    if (!stands || stands.state === 'clear') throw refuse('not-failed');
    const open = await tx
      .selectFrom('benefit.aid_appeal')
      .select('id')
      .where('county', '=', county)
      .where('product', '=', id)
      .where('state', '=', 'open')
      .executeTakeFirst();
    if (open) throw refuse('appeal-open');
    await tx
      .insertInto('benefit.aid_appeal')
      .values({
        ...{ county, id: newId(), product: id, org: product.org, failed: stands.failed, words: words.trim() },
        ...{ state: 'open', by_person: by.person, at: now },
        due_at: new Date(now.getTime() + aidRuleOn(dayOf(now)).appealDays * DAY_MS),
      })
      .execute();
    return id;
  });
  return aidRecord(at, by, county, id);
}

/**
 * The county decides. Upheld, the tests it was about do not count against the product for a time, and what followed from
 * them is undone; a product that was withdrawn may be submitted again.
 *
 * @throws Refusal `appeal-not-found` | `appeal-over` | `own-appeal` when who decides is of the seller
 */
export async function decideAppeal(
  at: Context,
  by: Actor,
  input: { county: County; id: string; decision: 'upheld' | 'rejected'; answer: string },
  key: OnceKey | null,
) {
  const { county, id, decision, answer } = input;
  const product = await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const now = at.clock.now();
    const found = await tx
      .selectFrom('benefit.aid_appeal')
      .select(['product', 'org', 'failed'])
      .where('county', '=', county)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!found) throw refuse('appeal-not-found');
    if (membershipsIn(by, county).some((m) => m.org === found.org)) throw refuse('own-appeal');
    const stands = await lockStandings(tx, county, [found.product], now);
    const excusedUntil = addDays(dayOf(now), aidRuleOn(dayOf(now)).excusedDays);
    const decided = await tx
      .updateTable('benefit.aid_appeal')
      .set({
        ...{ state: decision, answer: answer.trim(), decided_by: by.person, decided_at: now },
        excused_until: decision === 'upheld' ? excusedUntil : null,
      })
      .where('county', '=', county)
      .where('id', '=', id)
      .where('state', 'in', appealMoves.into(decision))
      .executeTakeFirst();
    if (decided.numUpdatedRows === 0n) throw refuse('appeal-over');
    const before = stands.get(found.product);
    const left = before?.failed.filter((test) => !found.failed.includes(test)) ?? [];
    if (decision === 'upheld' && before && before.state !== 'clear' && left.length === 0) {
      const after = { state: 'clear' as const, failed: [], dueOn: null };
      await moveStanding(tx, { county, product: found.product }, before, after, { appeal: id, by: by.person, at: now });
      const shown = await testedProducts(tx, county, ['on_sale', 'hidden'], [found.product]);
      await followListings(tx, county, now, shown, new Map([[found.product, after]]));
    }
    return found.product;
  });
  return aidRecord(at, by, county, product);
}
