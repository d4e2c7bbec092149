import { approveProduct } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, scoped, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { aidRuleOn } from './aid-rules.ts';
import { aidTestWords } from './aid-states.ts';
import { aidRecord } from './aid-views.ts';
import { testedProducts } from './grounds.queries.ts';
import { failedOf, judgeProducts, runTests } from './run-tests.ts';

/** What the tests say now of a product that waits in review; nothing is written. @throws Refusal `product-not-found` */
export async function listingTests(at: Context, county: County, id: string) {
  const day = dayOf(at.clock.now());
  return scoped(at.db, String(county), async (tx) => {
    const [run] = await judgeProducts(tx, county, day, await testedProducts(tx, county, ['review'], [id]));
    if (!run) throw refuse('product-not-found');
    const failed = await failedOf(tx, county, day, run);
    return { ...run.verdicts, failed, restsOn: run.rests, rule: aidRuleOn(day) };
  });
}

/**
 * The county puts a reviewed product on sale. The tests are run in the same transaction: what they fail is not listed,
 * unless the county says why it is all the same. Then that stands beside the run for everybody to read, and the product
 * is warned at once, so that its deadlines run.
 *
 * @param input.despite why a product goes on sale that a test fails; of no effect where none does
 * @throws Refusal `tests-failed`, and those of catalog's approveProduct
 */
export async function listProduct(
  at: Context,
  by: Actor,
  input: { county: County; id: string; despite?: string },
  key: OnceKey | null,
) {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await withScope(tx, String(county));
    const despite = input.despite?.trim() || null;
    await approveProduct(tx, by, { county, id }, { reason: despite, at: now });
    const [run] = await runTests(tx, county, 'listed', now, [id]);
    const failed = run ? await failedOf(tx, county, dayOf(now), run) : [];
    if (!run || failed.length === 0) return id;
    if (despite === null) {
      const words = failed.map((one) => aidTestWords[one]);
      const [tests, testsEn] = [words.map((one) => one.zh).join('、'), words.map((one) => one.en).join(', ')];
      throw refuse('tests-failed', { tests, testsEn });
    }
    await tx
      .insertInto('benefit.aid_override')
      .values({
        county,
        id: newId(),
        product: id,
        test: run.id,
        failed,
        reason: despite,
        by_person: by.person,
        at: now,
      })
      .execute();
    return id;
  });
  return aidRecord(at, by, county, id);
}
