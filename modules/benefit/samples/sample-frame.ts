import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';

export type SampleUnit = 'entry' | 'household';

/** What is drawn from, and before which draw. */
export interface FrameOf {
  county: County;
  unit: SampleUnit;
  fromMonth: string;
  toMonth: string;
  /** prefix of villages */
  region: string;
  /** the id of the draw: ids are made in order of time, so what was written after it has a greater one */
  before: string;
}

/** One that the draw may fall on. */
export interface Unit {
  /** the entry, or the household */
  id: string;
  entry: string | null;
  household: string;
  village: string;
  fen: Fen;
  /** whose help it is claimed to be: none of their people asks about it */
  orgs: string[];
}

/**
 * All entries of a period that stand, or all households with their sums above zero, as they were written before the
 * draw. An entry's own time will not do: one of an earlier fact may be written later, and the draw could not be made again.
 *
 * @param tx with a scope that shows the region
 */
export async function frameOf(tx: Tx, { county, unit, fromMonth, toMonth, region, before }: FrameOf): Promise<Unit[]> {
  const within = sql`e.county = ${county} and e.month between ${fromMonth} and ${toMonth}
    and starts_with(e.village, ${region}) and e.id < ${before}`;
  const { rows } =
    unit === 'entry'
      ? await sql<Unit>`
          select e.id, e.id as entry, e.household, e.village, e.fen, array[e.org::text] as orgs
            from benefit.entry e
           where ${within} and e.fen > 0
             and not exists (select from trace.purchase_facts r
                               join benefit.entry back on back.county = r.county and back.evidence_kind = 'purchase'
                                and back.evidence = r.purchase and back.id < ${before}
                              where e.evidence_kind = 'purchase' and r.county = e.county and r.reverses = e.evidence)`.execute(
          tx,
        )
      : await sql<Unit>`
          select e.household as id, null as entry, e.household, min(e.village) as village, sum(e.fen)::bigint as fen,
                 array_agg(distinct e.org::text) as orgs
            from benefit.entry e where ${within}
           group by e.household having sum(e.fen) > 0`.execute(tx);
  return rows;
}

/**
 * The first `size` of the frame in the order of SHA-256 over seed and id: random for who does not choose the seed, and
 * made again by anybody who has it.
 */
export function drawFrom<U extends { id: string }>(frame: readonly U[], seed: string, size: number): U[] {
  const keyed = frame.map((unit) => ({ unit, key: createHash('sha256').update(`${seed}:${unit.id}`).digest('hex') }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed.slice(0, size).map((one) => one.unit);
}
