import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';

/** The entry that strikes another. */
export async function insertStrike(
  tx: Tx,
  of: { county: County; work: string; plot: string; village: string; reason: string; by: string; at: Date },
): Promise<void> {
  const { by, reason, ...row } = of;
  await tx
    .insertInto('trace.plot_strike')
    .values({ ...row, reason: reason.trim(), by_person: by })
    .execute();
}

/** The harvest that a purchase writes for the plot its produce came off. @param tx scoped over the county */
export async function writeHarvest(
  tx: Tx,
  of: { county: County; plot: string; purchase: string; onDay: string; grams: Grams; by: string; at: Date },
): Promise<void> {
  const { county, plot, purchase, onDay, grams, by, at } = of;
  const { village } = await tx
    .selectFrom('trace.plot')
    .select('village')
    .where('county', '=', county)
    .where('id', '=', plot)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('trace.plot_work')
    .values({
      ...{ county, id: newId(), plot, village, kind: 'harvest', on_day: onDay, grams, millilitres: null },
      ...{ product: null, interval_days: null, free_on: null, note: null },
      ...{ evidence_kind: 'purchase', evidence: purchase, by_person: by, at },
    })
    .execute();
}

/** A reversed note strikes the harvest it wrote. @param tx scoped over the county */
export async function strikeHarvest(
  tx: Tx,
  of: { county: County; purchase: string; reason: string; by: string; at: Date },
): Promise<void> {
  const { county, purchase, ...said } = of;
  const row = await tx
    .selectFrom('trace.plot_work')
    .select(['id', 'plot', 'village'])
    .where('county', '=', county)
    .where('evidence', '=', purchase)
    .executeTakeFirst();
  if (row) await insertStrike(tx, { county, work: row.id, plot: row.plot, village: row.village, ...said });
}
