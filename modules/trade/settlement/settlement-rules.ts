import { productNames } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { organisationsById } from '#registry';
import { refuse } from '../refuse.ts';
import { rulesOf } from './settlement-rules.queries.ts';

export interface NewRule {
  position: number;
  name: string;
  /** what it rests on: a contract, a decision of the county */
  basis: string;
  org?: string | null;
  category?: string | null;
  product?: string | null;
  stationBp: number;
  platformBp: number;
  fundBp: number;
  householdFenPerPack: number;
  validFrom: string;
  validUntil?: string | null;
}

/**
 * Adds a rule. It speaks for orders paid from `validFrom` on; what is held already keeps the rule it was held by.
 *
 * @throws Refusal `parts-above-whole` | `not-found` when the organisation or product is not the county's
 */
export async function addSettlementRule(
  at: Context,
  by: Actor,
  input: NewRule & { county: County },
  key: OnceKey | null,
) {
  const { county } = input;
  return once(at.db, key, async (tx) => {
    if (input.stationBp + input.platformBp + input.fundBp > 10_000) throw refuse('parts-above-whole');
    const { org = null, product = null } = input;
    if (org && !(await organisationsById(tx, county, [org])).has(org)) throw refusePlatform('not-found');
    if (product && !(await productNames(tx, county, [product])).has(product)) throw refusePlatform('not-found');
    const id = newId();
    await tx
      .insertInto('trade.settlement_rule')
      .values({
        county,
        id,
        position: input.position,
        name: input.name,
        basis: input.basis,
        org,
        category: input.category ?? null,
        product,
        station_bp: input.stationBp,
        platform_bp: input.platformBp,
        fund_bp: input.fundBp,
        household_fen_per_pack: input.householdFenPerPack,
        valid_from: input.validFrom,
        valid_until: input.validUntil ?? null,
        created_by: by.person,
        created_at: at.clock.now(),
      })
      .execute();
    const added = (await settlementRules(tx, county)).find((rule) => rule.id === id);
    return added as NonNullable<typeof added>;
  });
}

/** A county's rules in the order they are tried, with the names people know. */
export async function settlementRules(db: Db, county: County) {
  const rules = await rulesOf(db, county);
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
