import { sql } from 'kysely';
import { productNames } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import { startOfDay } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once, type Tx, transact } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { organisationsById } from '#registry';
import type { feeBearers } from '../reconciliation/fee-bearer-kinds.ts';
import { refuse } from '../refuse.ts';
import { ruleNames, rulesOf } from './settlement-rules.queries.ts';
import type { Bound } from './split-line.ts';

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
  householdBp?: number;
  levyBp?: number;
  /** at most one per part */
  bounds?: readonly Bound[];
  /** who bears what a provider keeps of a payment; the platform when left out */
  feeBearer?: (typeof feeBearers)[number];
  validFrom: string;
  validUntil?: string | null;
}

/**
 * Adds a rule. It speaks for orders paid from `validFrom` on; what is held already keeps the rule it was held by.
 *
 * @throws Refusal `parts-above-whole` | `bounds-crossed` | `not-found` when the organisation or product is not the
 *   county's
 */
export async function addSettlementRule(
  at: Context,
  by: Actor,
  input: NewRule & { county: County },
  key: OnceKey | null,
) {
  const { county, ...rule } = input;
  return once(at.db, key, async (tx) => {
    await requireRule(tx, county, rule);
    const id = await insertRule(tx, at.clock.now(), by, county, rule, null);
    return ruleNamed(tx, at.clock.now(), county, id);
  });
}

/**
 * Puts another rule in a rule's place. What is written is never edited: the old one ends where the new one begins, now or
 * on the day it is valid from, and what was held by it keeps it.
 *
 * @throws Refusal `not-found` | `rule-ended` | those of `addSettlementRule`
 */
export async function replaceSettlementRule(
  at: Context,
  by: Actor,
  input: NewRule & { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id, reason, ...rule } = input;
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await requireLive(tx, now, county, id);
    await requireRule(tx, county, rule);
    const begins = startOfDay(rule.validFrom);
    await endRule(tx, now, by, { county, id, reason, endsAt: new Date(Math.max(begins.getTime(), now.getTime())) });
    const next = await insertRule(tx, now, by, county, rule, id);
    return ruleNamed(tx, now, county, next);
  });
}

/**
 * Ends a rule: it speaks for no order that is paid from now on.
 *
 * @throws Refusal `not-found` | `rule-ended`
 */
export async function endSettlementRule(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await requireLive(tx, now, input.county, input.id);
    await endRule(tx, now, by, { ...input, endsAt: now });
    return settlementRules(tx, now, input.county);
  });
}

/**
 * Sets the order in which rules are tried.
 *
 * @param input.rules all rules that have not ended, first to be tried first
 * @throws Refusal `rules-changed` when they are not the rules there are
 */
export async function orderSettlementRules(
  at: Context,
  by: Actor,
  input: { county: County; rules: readonly string[] },
) {
  const { county, rules } = input;
  return transact(at.db, async (tx) => {
    const now = at.clock.now();
    await lockRules(tx, county);
    const there = (await rulesOf(tx, county, now)).map((rule) => rule.id);
    if (there.length !== rules.length || there.some((id) => !rules.includes(id))) throw refuse('rules-changed');
    if (there.some((id, i) => id !== rules[i])) {
      await sql`
        update trade.settlement_rule r set position = n.i * 10
          from unnest(${rules}::uuid[]) with ordinality n (id, i) where r.county = ${county} and r.id = n.id`.execute(
        tx,
      );
      const order = { county, id: newId(), rules: [...rules], by_person: by.person, at: now };
      await tx.insertInto('trade.settlement_order').values(order).execute();
    }
    return settlementRules(tx, now, county);
  });
}

/** Rules of a county are changed one after another: two people at once would order what the other has ended. */
const lockRules = (tx: Tx, county: County) =>
  sql`select id from trade.settlement_rule where county = ${county} order by id for update`.execute(tx);

async function requireLive(tx: Tx, now: Date, county: County, id: string): Promise<void> {
  await lockRules(tx, county);
  if (!(await ruleNames(tx, county, [id])).has(id)) throw refusePlatform('not-found');
  const live = (await rulesOf(tx, county, now)).find((rule) => rule.id === id);
  if (!live || live.endsAt !== null) throw refuse('rule-ended');
}

async function endRule(
  tx: Tx,
  now: Date,
  by: Actor,
  end: { county: County; id: string; reason: string; endsAt: Date },
): Promise<void> {
  const { county, id: rule, reason, endsAt } = end;
  await tx
    .insertInto('trade.settlement_rule_end')
    .values({ county, rule, ends_at: endsAt, reason, by_person: by.person, at: now })
    .execute();
}

/** @throws Refusal as `addSettlementRule` */
async function requireRule(tx: Tx, county: County, rule: NewRule): Promise<void> {
  const { org = null, product = null, levyBp = 0, householdBp = 0, bounds = [] } = rule;
  if (rule.stationBp + rule.platformBp + rule.fundBp + levyBp + householdBp > 10_000) throw refuse('parts-above-whole');
  const parts = new Set(bounds.map((bound) => bound.part));
  const crossed = bounds.some(({ floorFen, capFen }) =>
    floorFen === null ? capFen === null : capFen !== null && floorFen > capFen,
  );
  if (crossed || parts.size < bounds.length) throw refuse('bounds-crossed');
  if (org && !(await organisationsById(tx, county, [org])).has(org)) throw refusePlatform('not-found');
  if (product && !(await productNames(tx, county, [product])).has(product)) throw refusePlatform('not-found');
}

async function insertRule(
  tx: Tx,
  now: Date,
  by: Actor,
  county: County,
  rule: NewRule,
  replaces: string | null,
): Promise<string> {
  const id = newId();
  await tx
    .insertInto('trade.settlement_rule')
    .values({
      county,
      id,
      position: rule.position,
      name: rule.name,
      basis: rule.basis,
      org: rule.org ?? null,
      category: rule.category ?? null,
      product: rule.product ?? null,
      station_bp: rule.stationBp,
      platform_bp: rule.platformBp,
      fund_bp: rule.fundBp,
      levy_bp: rule.levyBp ?? 0,
      household_bp: rule.householdBp ?? 0,
      household_fen_per_pack: rule.householdFenPerPack,
      fee_bearer: rule.feeBearer ?? 'platform',
      valid_from: rule.validFrom,
      valid_until: rule.validUntil ?? null,
      replaces,
      created_by: by.person,
      created_at: now,
    })
    .execute();
  if (rule.bounds && rule.bounds.length > 0) {
    await tx
      .insertInto('trade.settlement_bound')
      .values(
        rule.bounds.map((bound) => ({
          county,
          rule: id,
          part: bound.part,
          per: bound.per,
          floor_fen: bound.floorFen,
          cap_fen: bound.capFen,
        })),
      )
      .execute();
  }
  return id;
}

async function ruleNamed(db: Db, now: Date, county: County, id: string): Promise<NamedRule> {
  return (await settlementRules(db, now, county)).find((rule) => rule.id === id) as NamedRule;
}

type NamedRule = Awaited<ReturnType<typeof settlementRules>>[number];

/** A county's rules that have not ended, in the order they are tried, with the names people know. */
export async function settlementRules(db: Db, now: Date, county: County) {
  const rules = await rulesOf(db, county, now);
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
