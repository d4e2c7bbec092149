import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { regionNames } from '#registry';
import { freightRulesOf } from './freight.queries.ts';
import type { FreightRule } from './freight.ts';

/** What may be left unsaid: never free, and the cold chain at no surcharge. */
type FreightExtra = 'freeFromFen' | 'coldFirstFen' | 'coldStepFen' | 'freeCoversCold';
export type NamedFreightRule = FreightRule & { id: string; toName: string };

/**
 * Sets what freight to a region prefix costs from now on; orders that are placed keep theirs.
 *
 * @throws Refusal `region-code-broken`
 */
export async function setFreightRule(
  at: Context,
  county: County,
  input: Omit<FreightRule, FreightExtra> & Partial<Pick<FreightRule, FreightExtra>>,
): Promise<NamedFreightRule> {
  const names = await regionNames(at.db, [input.toRegion]);
  if (!names.has(input.toRegion)) throw refusePlatform('region-code-broken', { code: input.toRegion });
  const terms = {
    first_grams: input.firstGrams,
    first_fen: input.firstFen,
    step_grams: input.stepGrams,
    step_fen: input.stepFen,
    free_from_fen: input.freeFromFen ?? null,
    cold_first_fen: input.coldFirstFen === undefined ? 0 : input.coldFirstFen,
    cold_step_fen: input.coldStepFen ?? 0,
    free_covers_cold: input.freeCoversCold ?? false,
  };
  await at.db
    .insertInto('trade.freight_rule')
    .values({ county, id: newId(), to_region: input.toRegion, ...terms })
    .onConflict((c) => c.columns(['county', 'to_region']).doUpdateSet(terms))
    .execute();
  const rules = await namedFreightRules(at.db, county);
  return rules.find((rule) => rule.toRegion === input.toRegion) as NamedFreightRule;
}

/** A county's freight rules with the names of the regions. */
export async function namedFreightRules(db: Db, county: County): Promise<NamedFreightRule[]> {
  const rules = await freightRulesOf(db, county);
  const names = await regionNames(
    db,
    rules.map((rule) => rule.toRegion),
  );
  return rules.map((rule) => ({ ...rule, toName: names.get(rule.toRegion)?.fullName ?? rule.toRegion }));
}
