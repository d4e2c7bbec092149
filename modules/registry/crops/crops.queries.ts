import type { Db } from '#platform/db.ts';
import type { ProduceKind } from './produce-kinds.ts';

/** What is grown and how much of it a mu or a tree can give. */
export interface Crop {
  code: string;
  nameZh: string;
  nameEn: string;
  /** most that a mu gives in a year, in grams; null where land is no measure */
  gramsPerMu: number | null;
  /** most that a tree (for honey: a colony) gives in a year, in grams */
  gramsPerTree: number | null;
  /** by which rules on certificates go */
  produce: ProduceKind;
  shelfLifeDays: number;
}

/** All crops by their code, in code order. */
export async function cropsByCode(db: Db): Promise<Map<string, Crop>> {
  const rows = await db.selectFrom('registry.crop').selectAll().orderBy('code').execute();
  return new Map(
    rows.map((row) => [
      row.code,
      {
        code: row.code,
        nameZh: row.name_zh,
        nameEn: row.name_en,
        gramsPerMu: row.grams_per_mu,
        gramsPerTree: row.grams_per_tree,
        produce: row.produce as ProduceKind,
        shelfLifeDays: row.shelf_life_days,
      },
    ]),
  );
}
