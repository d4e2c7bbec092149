import type { Tx } from '#platform/db.ts';
import { refuse } from '../refuse.ts';

export interface YieldInput {
  crop: string;
  /** hundredths of a mu */
  areaCentimu: number;
  trees: number;
}

/**
 * Each crop once, known, and with land or trees.
 *
 * @throws Refusal `yields-wrong` | `crop-unknown`
 */
export async function checkYields(tx: Tx, yields: readonly YieldInput[]): Promise<void> {
  const seen = new Set<string>();
  for (const { crop, areaCentimu, trees } of yields) {
    if (seen.has(crop) || (areaCentimu === 0 && trees === 0)) throw refuse('yields-wrong', { crop });
    seen.add(crop);
  }
  if (seen.size === 0) return;
  const known = await tx
    .selectFrom('registry.crop')
    .select('code')
    .where('code', 'in', [...seen])
    // What is only made of a crop has neither: nobody grows oil.
    .where((e) => e.or([e('grams_per_mu', 'is not', null), e('grams_per_tree', 'is not', null)]))
    .execute();
  const codes = new Set(known.map((row) => row.code));
  const unknown = [...seen].find((crop) => !codes.has(crop));
  if (unknown !== undefined) throw refuse('crop-unknown', { crop: unknown });
}

/** Writes what a household can yield, in place of what stood there. */
export async function writeYields(
  tx: Tx,
  household: { county: number; id: string; village: string },
  yields: readonly YieldInput[],
): Promise<void> {
  const { county, id, village } = household;
  await tx.deleteFrom('registry.household_yield').where('county', '=', county).where('household', '=', id).execute();
  if (yields.length === 0) return;
  await tx
    .insertInto('registry.household_yield')
    .values(
      yields.map(({ crop, areaCentimu, trees }) => ({
        county,
        household: id,
        village,
        crop,
        area_centimu: areaCentimu,
        trees,
      })),
    )
    .execute();
}
