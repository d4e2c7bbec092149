import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { monthOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Db, scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { sharersOf } from '#presale';
import { FEWEST_HOUSEHOLDS, regionNames } from '#registry';
import { lotSources } from '#trace';
import { shareBp } from '../farm-share/of-hundred.ts';

interface Line {
  county: County;
  order: string;
  line: string;
  lot: string;
  paidFen: Fen;
  householdFen: Fen;
  shopFen: Fen;
  year: number;
}

/**
 * What a buyer's own orders of a year did: how many households they reached in which villages, and by which ways. Of
 * settled orders only. Of fewer than three households the number is not told, and neither is their money; where they
 * live is, as it is on the order itself.
 *
 * @param input.year default the last in which something was settled
 */
export async function buyerYear(at: Context, by: Actor, input: { year?: number }) {
  const lines = await settledLines(at.db, by.person);
  const pledges = await keptPledges(at.db, by.person);
  const years = [...new Set([...lines, ...pledges].map((one) => one.year))].sort((a, b) => b - a);
  const year = input.year ?? years[0] ?? Number(monthOf(at.clock.now()).slice(0, 4));
  const own = lines.filter((one) => one.year === year);
  const backed = pledges.filter((one) => one.year === year);
  const sum = (key: 'paidFen' | 'householdFen') => [...own, ...backed].reduce((fen, one) => fen + one[key], 0);
  const reached = [...(await reachedBy(at.db, own)), ...(await backedBy(at.db, backed))];
  const households = new Set(reached.map((one) => one.household)).size;
  const told = households >= FEWEST_HOUSEHOLDS;
  const byVillage = Map.groupBy(reached, (one) => one.village);
  const names = await regionNames(at.db, byVillage.keys());
  return {
    ...{ year, years, orders: new Set([...own, ...backed].map((one) => one.order)).size, paidFen: sum('paidFen') },
    households: told ? households : null,
    householdFen: told ? sum('householdFen') : null,
    shareBp: told ? shareBp(sum('householdFen'), sum('paidFen')) : null,
    villages: [...byVillage]
      .map(([village, ones]) => {
        const count = new Set(ones.map((one) => one.household)).size;
        return {
          village,
          villageName: names.get(village)?.name ?? village,
          households: count >= FEWEST_HOUSEHOLDS ? count : null,
        };
      })
      .sort((a, b) => (b.households ?? 0) - (a.households ?? 0) || (a.village < b.village ? -1 : 1)),
    mechanisms: [
      ...(own.some((one) => one.householdFen > one.shopFen) ? (['industry'] as const) : []),
      ...(own.some((one) => one.shopFen > 0) ? (['shop'] as const) : []),
      ...(backed.length > 0 ? (['crowdfunding'] as const) : []),
    ],
  };
}

async function settledLines(db: Db, person: string): Promise<Line[]> {
  const { rows } = await sql<Line>`
    select s.county, s."order", s.line, s.lot, s.paid_fen as "paidFen", s.purchase_fen + s.shop_fen as "householdFen",
           s.shop_fen as "shopFen", extract(year from s.at at time zone 'Asia/Shanghai')::int as year
      from trade.order_facts o
      join benefit.line_share s on s.county = o.county and s."order" = o."order"
     where o.person = ${person}`.execute(db);
  return rows;
}

interface KeptPledge {
  county: County;
  order: string;
  project: string;
  paidFen: Fen;
  householdFen: Fen;
  year: number;
}

/** What a buyer pledged to projects that were funded, and was not paid back. */
async function keptPledges(db: Db, person: string): Promise<KeptPledge[]> {
  const { rows } = await sql<KeptPledge>`
    select o.county, o."order", o.promise as project, o.total_fen as "paidFen",
           coalesce((select sum(p.fen) from trade.part_facts p
                      where p.county = o.county and p."order" = o."order" and p.part = 'household' and p.state = 'posted'), 0)::bigint
             as "householdFen",
           extract(year from o.closed_at at time zone 'Asia/Shanghai')::int as year
      from trade.order_facts o
     where o.person = ${person} and o.promise is not null and o.state = 'closed'`.execute(db);
  return rows;
}

/** The households whose projects they are. */
async function backedBy(db: Db, pledges: readonly KeptPledge[]): Promise<{ household: string; village: string }[]> {
  const found = await Promise.all(
    [...Map.groupBy(pledges, (one) => one.county)].map(([county, own]) =>
      scoped(db, String(county), (tx) => sharersOf(tx, county, [...new Set(own.map((one) => one.project))])),
    ),
  );
  return found.flat();
}

/** The households whose produce was in the packs, each once per lot. */
async function reachedBy(db: Db, lines: readonly Line[]): Promise<{ household: string; village: string }[]> {
  const found = await Promise.all(
    [...Map.groupBy(lines, (one) => one.county)].map(([county, own]) =>
      scoped(db, String(county), (tx) => lotSources(tx, county, [...new Set(own.map((one) => one.lot))])),
    ),
  );
  return found.flat();
}
