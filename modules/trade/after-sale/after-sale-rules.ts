import { productNames } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { organisationsById } from '#registry';
import { refuse } from '../refuse.ts';
import { type AfterSaleRule, afterSaleRulesOf } from './after-sale-rules.queries.ts';

export type NewAfterSaleRule = Omit<AfterSaleRule, 'id' | 'org' | 'category' | 'product' | 'validUntil'> &
  Partial<Pick<AfterSaleRule, 'org' | 'category' | 'product' | 'validUntil'>>;

/**
 * Adds terms of after-sale. They are never edited: new ones with a lower position go before the old, and each case
 * keeps those it was opened under.
 *
 * @throws Refusal `not-found` | `damage-terms-broken`
 */
export async function addAfterSaleRule(
  at: Context,
  by: Actor,
  input: NewAfterSaleRule & { county: County },
  key: OnceKey | null,
) {
  const { county, org = null, product = null } = input;
  return once(at.db, key, async (tx) => {
    if (input.damageFreeBp > input.damageCapBp) throw refuse('damage-terms-broken');
    if (org && !(await organisationsById(tx, county, [org])).get(org)) throw refusePlatform('not-found');
    if (product && !(await productNames(tx, county, [product])).get(product)) throw refusePlatform('not-found');
    const id = newId();
    await tx
      .insertInto('trade.after_sale_rule')
      .values({
        county,
        id,
        position: input.position,
        name: input.name,
        basis: input.basis,
        org,
        category: input.category ?? null,
        product,
        return_days: input.returnDays,
        damage_hours: input.damageHours,
        damage_free_bp: input.damageFreeBp,
        damage_step_bp: input.damageStepBp,
        damage_cap_bp: input.damageCapBp,
        damage_auto_fen: input.damageAutoFen,
        damage_bearer: input.damageBearer,
        merchant_hours: input.merchantHours,
        buyer_days: input.buyerDays,
        arrival_days: input.arrivalDays,
        resend_days: input.resendDays,
        county_days: input.countyDays,
        return_fault_bearer: input.returnFaultBearer,
        return_choice_bearer: input.returnChoiceBearer,
        exchange_fault_bearer: input.exchangeFaultBearer,
        exchange_choice_bearer: input.exchangeChoiceBearer,
        return_freight_cap_fen: input.returnFreightCapFen,
        weigh_tolerance_fen: input.weighToleranceFen,
        valid_from: input.validFrom,
        valid_until: input.validUntil ?? null,
        created_by: by.person,
        created_at: at.clock.now(),
      })
      .execute();
    const added = (await afterSaleRules(tx, county)).find((rule) => rule.id === id);
    return added as NonNullable<typeof added>;
  });
}

/** A county's terms in the order they are tried, with the names people know. */
export async function afterSaleRules(db: Db, county: County) {
  const rules = await afterSaleRulesOf(db, county);
  const orgs = await organisationsById(
    db,
    county,
    rules.flatMap((rule) => rule.org ?? []),
  );
  const products = await productNames(
    db,
    county,
    rules.flatMap((rule) => rule.product ?? []),
  );
  return rules.map((rule) => ({
    ...rule,
    orgName: rule.org ? (orgs.get(rule.org)?.name ?? null) : null,
    productName: rule.product ? (products.get(rule.product)?.nameZh ?? null) : null,
  }));
}
