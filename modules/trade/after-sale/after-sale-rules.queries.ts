import type { Selectable } from 'kysely';
import type { DB } from '#platform/database/tables.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type Terms, usualTerms } from './case-terms.ts';
import type { FreightBearer } from './freight-kinds.ts';

type RuleFields = Selectable<DB['trade.after_sale_rule']>;

/** Terms with whom they are for. */
export interface AfterSaleRule extends Terms {
  id: string;
  position: number;
  basis: string;
  org: string | null;
  category: string | null;
  product: string | null;
  validFrom: string;
  validUntil: string | null;
}

/** A county's rules in the order they are tried. */
export async function afterSaleRulesOf(db: Db, county: County): Promise<AfterSaleRule[]> {
  const rows = await db
    .selectFrom('trade.after_sale_rule')
    .selectAll()
    .where('county', '=', county)
    .orderBy('position')
    .orderBy('id')
    .execute();
  return rows.map(asRule);
}

/** The terms a case was opened under. */
export async function termsById(db: Db, county: County, id: string | null): Promise<Terms> {
  if (id === null) return usualTerms;
  const row = await db
    .selectFrom('trade.after_sale_rule')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return asRule(row);
}

/** The first rule by position, among those valid on the day, that fits the line; the usual terms when none does. */
export function termsFor(
  rules: readonly AfterSaleRule[],
  line: { org: string; category: string; product: string },
  day: string,
): Terms {
  return (
    rules.find(
      (rule) =>
        rule.validFrom <= day &&
        (rule.validUntil === null || day <= rule.validUntil) &&
        (rule.org === null || rule.org === line.org) &&
        (rule.category === null || rule.category === line.category) &&
        (rule.product === null || rule.product === line.product),
    ) ?? usualTerms
  );
}

const asRule = (row: RuleFields): AfterSaleRule => ({
  id: row.id,
  position: row.position,
  name: row.name,
  basis: row.basis,
  org: row.org,
  category: row.category,
  product: row.product,
  returnDays: row.return_days,
  damageHours: row.damage_hours,
  damageFreeBp: row.damage_free_bp,
  damageStepBp: row.damage_step_bp,
  damageCapBp: row.damage_cap_bp,
  damageAutoFen: row.damage_auto_fen,
  damageBearer: row.damage_bearer,
  merchantHours: row.merchant_hours,
  buyerDays: row.buyer_days,
  arrivalDays: row.arrival_days,
  resendDays: row.resend_days,
  countyDays: row.county_days,
  returnFaultBearer: row.return_fault_bearer as FreightBearer,
  returnChoiceBearer: row.return_choice_bearer as FreightBearer,
  exchangeFaultBearer: row.exchange_fault_bearer as FreightBearer,
  exchangeChoiceBearer: row.exchange_choice_bearer as FreightBearer,
  returnFreightCapFen: row.return_freight_cap_fen,
  weighToleranceFen: row.weigh_tolerance_fen,
  validFrom: row.valid_from,
  validUntil: row.valid_until,
});
