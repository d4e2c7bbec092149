import { sql } from 'kysely';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Invariant } from '#platform/module.ts';
import { lines } from '../lines.ts';
import { drawFrom, type FrameOf, frameOf } from './sample-frame.ts';

/** How many draws, the newest first, are made again each night; each reads its whole period. */
const DRAWN_AGAIN = 20;

export const sampleInvariants: readonly Invariant[] = [
  {
    name: 'benefit: a sample drawn again by its seed is the same',
    check: (db) =>
      scoped(db, 'all', async (tx) => {
        const { rows } = await sql<
          FrameOf & {
            county: County;
            id: string;
            number: string;
            seed: string;
            size: number;
            population: number;
            claimed: number;
          }
        >`
          select county, id, number, unit, from_month as "fromMonth", to_month as "toMonth", region, id as before, seed, size,
                 population, claimed_fen as claimed
            from benefit.sample order by at desc limit ${DRAWN_AGAIN}`.execute(tx);
        const breaches: string[] = [];
        for (const { id, number, seed, size, population, claimed, ...of } of rows) {
          const frame = await frameOf(tx, of);
          const again = drawFrom(frame, seed, size);
          const items = await tx
            .selectFrom('benefit.sample_item')
            .select(['entry', 'household', 'claimed_fen as fen'])
            .where('county', '=', of.county)
            .where('sample', '=', id)
            .orderBy('n')
            .execute();
          const same =
            items.length === size &&
            again.every((one, n) => one.id === (items[n]?.entry ?? items[n]?.household) && one.fen === items[n]?.fen);
          const whole = frame.reduce((sum, one) => sum + one.fen, 0);
          if (!same || frame.length !== population || whole !== claimed) {
            breaches.push(`county ${of.county} sample ${number}: drawn again from ${frame.length} of ${whole} fen`);
          }
        }
        return breaches;
      }),
  },
  lines(
    'benefit: an answer to a sample is of its item’s village, says what it means, and came before the end',
    sql`
      select format('county %s sample %s item %s: %s %s of %s', a.county, a.sample, a.n, a.outcome, a.actual_fen, i.claimed_fen) as line
        from benefit.sample_answer a
        join benefit.sample_item i on i.county = a.county and i.sample = a.sample and i.n = a.n
        join benefit.sample s on s.county = a.county and s.id = a.sample
       where a.village <> i.village or a.at > s.closed_at or a.by_person <> i.checker
          or a.outcome = 'received' and a.actual_fen <> i.claimed_fen
          or a.outcome = 'different' and a.actual_fen = i.claimed_fen
       limit 20`,
  ),
];
