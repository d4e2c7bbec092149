import { sql } from 'kysely';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import type { AllocatedPacks, LineToHold, Owed } from './parts-of.ts';

export interface Borne {
  order: string;
  line: string;
  bearer: 'county' | 'platform';
  fen: Fen;
}

/** Lines of orders as the split needs them, with what others bear of their price; one statement, two with discounts. */
export async function linesToHold(
  db: Db,
  county: County,
  orders: readonly string[],
): Promise<{ lines: (LineToHold & { order: string })[]; borne: Borne[] }> {
  const { rows } = await sql<Omit<LineToHold, 'borneFen'> & { order: string; discounted: boolean }>`
    select id, "order", org, category, product, packs, goods_fen as "goodsFen", discount_fen > 0 as discounted
      from trade.order_line where county = ${county} and "order" = any(${plainArray(orders)}::uuid[])
     order by "order", position`.execute(db);
  const borne = await borneBy(
    db,
    county,
    rows.filter((row) => row.discounted),
  );
  const lines = rows.map(({ discounted: _, ...row }) => ({
    ...row,
    borneFen: borne.reduce((sum, one) => (one.line === row.id ? sum + one.fen : sum), 0),
  }));
  return { lines, borne };
}

/** What county and platform bear of the price of lines, per line and bearer. */
export async function borneBy(
  db: Db,
  county: County,
  lines: readonly { id: string; order: string }[],
): Promise<Borne[]> {
  if (lines.length === 0) return [];
  const { rows } = await sql<Omit<Borne, 'order'>>`
    select line, bearer, sum(fen)::bigint as fen
      from trade.line_discount
     where county = ${county} and line = any(${lines.map((line) => line.id)}::uuid[]) and bearer <> 'merchant'
     group by line, bearer order by line, bearer`.execute(db);
  const orders = new Map(lines.map((line) => [line.id, line.order]));
  return rows.map((row) => ({ ...row, order: orders.get(row.line) as string }));
}

/** The packs that the lines of orders have of lots, larger and older ones first. */
export async function packsOfOrders(db: Db, county: County, orders: readonly string[]): Promise<AllocatedPacks[]> {
  const { rows } = await sql<AllocatedPacks>`
    select a.line, a.lot, a.packs
      from trade.order_line l
      join trade.allocation a on a.county = l.county and a.line = l.id
     where l.county = ${county} and l."order" = any(${plainArray(orders)}::uuid[]) and a.state <> 'released'
     order by a.line, a.packs desc, a.lot`.execute(db);
  return rows;
}

export type PartToHold = Pick<Owed, 'line' | 'rule' | 'part' | 'org' | 'fen'> & { order: string; hold: string };

export async function insertParts(tx: Tx, county: County, parts: readonly PartToHold[]): Promise<void> {
  if (parts.length === 0) return;
  await sql`
    insert into trade.settlement_part (county, hold, "order", line, rule, part, org, fen, state)
    select ${county}::int, p.*, 'held'
      from unnest(${plainArray(parts.map((p) => p.hold))}::uuid[], ${plainArray(parts.map((p) => p.order))}::uuid[],
        ${plainArray(parts.map((p) => p.line))}::uuid[], ${plainArray(parts.map((p) => p.rule))}::uuid[],
        ${textArray(parts.map((p) => p.part))}::text[], ${plainArray(parts.map((p) => p.org))}::uuid[],
        ${plainArray(parts.map((p) => p.fen))}::bigint[]) p`.execute(tx);
}
