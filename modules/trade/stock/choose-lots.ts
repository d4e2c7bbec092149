import type { OpenLot } from './stock.queries.ts';

export interface Wanted {
  line: string;
  sku: string;
  packs: number;
}

export interface Chosen {
  line: string;
  sku: string;
  lot: string;
  packs: number;
}

/** A SKU of which more was wanted than there is. */
export interface Short {
  sku: string;
  wanted: number;
  available: number;
}

/**
 * Gives each line its packs from the lots in their order, several lots per line where one is not enough. Lines on the
 * same SKU draw on the same lots and are counted together, so that none passes alone what both cannot have.
 */
export function chooseLots(lots: readonly OpenLot[], lines: readonly Wanted[]): { chosen: Chosen[]; short: Short[] } {
  const left = lots.map((lot) => ({ ...lot }));
  const chosen: Chosen[] = [];
  const missing = new Set<string>();
  for (const line of lines) {
    let need = line.packs;
    for (const lot of left) {
      if (need === 0) break;
      if (lot.sku !== line.sku || lot.available <= 0) continue;
      const packs = Math.min(need, lot.available);
      lot.available -= packs;
      need -= packs;
      chosen.push({ line: line.line, sku: line.sku, lot: lot.lot, packs });
    }
    if (need > 0) missing.add(line.sku);
  }
  const total = (packs: readonly number[]) => packs.reduce((sum, n) => sum + n, 0);
  const short = [...missing].map((sku) => ({
    sku,
    wanted: total(lines.filter((line) => line.sku === sku).map((line) => line.packs)),
    available: total(lots.filter((lot) => lot.sku === sku).map((lot) => lot.available)),
  }));
  return { chosen, short };
}
