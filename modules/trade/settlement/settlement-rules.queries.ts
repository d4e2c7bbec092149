import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Bound } from './split-line.ts';

/** A county's settlement rules that have not ended, in the order they are tried; two statements. */
export async function rulesOf(db: Db, county: County, now: Date) {
  const found = db
    .selectFrom('trade.settlement_rule as r')
    .leftJoin('trade.settlement_rule_end as e', (join) =>
      join.onRef('e.county', '=', 'r.county').onRef('e.rule', '=', 'r.id'),
    )
    .select(['r.id', 'r.position', 'r.name', 'r.basis', 'r.org', 'r.category', 'r.product', 'r.replaces'])
    .select(['r.station_bp as stationBp', 'r.platform_bp as platformBp', 'r.fund_bp as fundBp', 'r.levy_bp as levyBp'])
    .select([
      'r.household_bp as householdBp',
      'r.household_fen_per_pack as householdFenPerPack',
      'r.fee_bearer as feeBearer',
    ])
    .select(['r.valid_from as validFrom', 'r.valid_until as validUntil', 'e.ends_at as endsAt'])
    .where('r.county', '=', county)
    .where((e) => e.or([e('e.ends_at', 'is', null), e('e.ends_at', '>', now)]))
    .orderBy('r.position')
    .orderBy('r.id')
    .execute();
  const [rules, bounds] = await Promise.all([found, boundsOf(db, county)]);
  return rules.map((rule) => ({ ...rule, bounds: bounds.get(rule.id) ?? [] }));
}

async function boundsOf(db: Db, county: County): Promise<Map<string, Bound[]>> {
  const rows = await db
    .selectFrom('trade.settlement_bound')
    .select(['rule', 'part', 'per', 'floor_fen as floorFen', 'cap_fen as capFen'])
    .where('county', '=', county)
    .orderBy('rule')
    .orderBy('part')
    .execute();
  return Map.groupBy(
    rows.map(({ rule, ...bound }) => ({ ...bound, rule })),
    (row) => row.rule,
  ) as Map<string, Bound[]>;
}

/** What rules are called, also those that have ended. */
export async function ruleNames(db: Db, county: County, rules: readonly string[]): Promise<Map<string, string>> {
  if (rules.length === 0) return new Map();
  const rows = await db
    .selectFrom('trade.settlement_rule')
    .select(['id', 'name'])
    .where('county', '=', county)
    .where('id', 'in', rules)
    .execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}
