import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';

export interface RefundedLine {
  goodsFen: Fen;
  freightFen: Fen;
  /** what went back to those who bear discounts */
  borneFen: Fen;
}

/** What of each line of orders was given back so far; lines of which nothing was are missing. */
export async function refundedOf(db: Db, county: County, lines: readonly string[]): Promise<Map<string, RefundedLine>> {
  if (lines.length === 0) return new Map();
  const { rows } = await sql<RefundedLine & { line: string }>`
    select line, sum(goods_fen)::bigint as "goodsFen", sum(freight_fen)::bigint as "freightFen",
           sum(borne_fen)::bigint as "borneFen"
      from trade.refund_line where county = ${county} and line = any(${lines}::uuid[]) group by line`.execute(db);
  return new Map(rows.map(({ line, ...row }) => [line, row]));
}
