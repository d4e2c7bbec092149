import { sql } from 'kysely';
import { instantArray, plainArray } from '#platform/database/arrays.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';

/**
 * What organisations bore of providers' fees as merchants.
 *
 * @param asked each with the instant from which fees count as they were booked
 * @param tx with the county's scope
 * @returns fen in the order asked, below nothing where more was given back than taken
 */
export async function feesOfMerchants(
  tx: Tx,
  county: County,
  asked: readonly { org: string; from: Date }[],
): Promise<Fen[]> {
  const { rows } = await sql<{ fen: Fen }>`
    select coalesce((select sum(c.fen) from trade.fee_charge c
                      where c.county = ${county} and c.org = m.org and c.at >= m.since), 0)::bigint as fen
      from unnest(${plainArray(asked.map((one) => one.org))}::uuid[],
                  ${instantArray(asked.map((one) => one.from))}::timestamptz[]) with ordinality m (org, since, n)
     order by m.n`.execute(tx);
  return rows.map((row) => row.fen);
}
