import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { cropsByCode, requireCounty } from '#registry';
import { refuse } from '../refuse.ts';

/**
 * Enters the farm-gate price of a crop and grade for a day; entered again for the same day it takes the place of the
 * first. It is measured against the last price of an earlier day.
 *
 * @param input.fenPerKg fen per kilogram
 * @param input.floorFenPerKg the least that may be paid, if the county promises one
 * @throws Refusal `county-not-open` | `crop-unknown` | `reference-price-odd` when it is ten times away from the last
 */
export async function setReferencePrice(
  at: Context,
  by: Actor,
  input: {
    county: County;
    crop: string;
    grade: string;
    day: string;
    fenPerKg: Fen;
    floorFenPerKg?: Fen | null;
    source: string;
  },
) {
  const { county, crop, grade, day, fenPerKg, source } = input;
  const floorFenPerKg = input.floorFenPerKg ?? null;
  return transact(at.db, async (tx) => {
    await requireCounty(tx, county);
    const known = (await cropsByCode(tx)).get(crop);
    if (!known) throw refuse('crop-unknown');
    const last = await tx
      .selectFrom('catalog.reference_price')
      .select('fen_per_kg')
      .where('county', '=', county)
      .where('crop', '=', crop)
      .where('grade', '=', grade)
      .where('day', '<', day)
      .orderBy('day', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (last && (fenPerKg >= 10 * last.fen_per_kg || fenPerKg * 10 <= last.fen_per_kg)) {
      throw refuse('reference-price-odd');
    }

    await tx
      .insertInto('catalog.reference_price')
      .values({
        county,
        crop,
        grade,
        day,
        fen_per_kg: fenPerKg,
        floor_fen_per_kg: floorFenPerKg,
        source,
        by_person: by.person,
        created_at: at.clock.now(),
      })
      .onConflict((c) =>
        c.columns(['county', 'crop', 'grade', 'day']).doUpdateSet((e) => ({
          fen_per_kg: e.ref('excluded.fen_per_kg'),
          floor_fen_per_kg: e.ref('excluded.floor_fen_per_kg'),
          source: e.ref('excluded.source'),
          by_person: e.ref('excluded.by_person'),
          created_at: e.ref('excluded.created_at'),
        })),
      )
      .execute();
    return { crop, cropName: known.nameZh, grade, day, fenPerKg, floorFenPerKg, source };
  });
}
