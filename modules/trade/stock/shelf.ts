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

/** What can be sold now, lot by lot, as it was read; whoever takes from it leaves less for the next. */
export interface Shelf {
  /**
   * Gives each line its packs from the lots in their order, several lots per line where one is not enough, and takes
   * them off; or takes nothing and names every SKU that is short. Lines on one SKU are counted together, so that none
   * passes alone what both cannot have.
   */
  take(lines: readonly Wanted[]): { chosen: Chosen[]; short: Short[] };
  /** Puts back what was taken for lines that after all are not bought. */
  putBack(chosen: readonly Chosen[]): void;
}

/** A shelf of lots, which stand in the order they are to be sold: oldest expiry first. */
export function openShelf(lots: readonly OpenLot[]): Shelf {
  const bySku = new Map<string, OpenLot[]>();
  for (const lot of lots) {
    const own = bySku.get(lot.sku);
    if (own) own.push({ ...lot });
    else bySku.set(lot.sku, [{ ...lot }]);
  }
  const left = (sku: string) => (bySku.get(sku) ?? []).reduce((sum, lot) => sum + Math.max(0, lot.available), 0);

  return {
    take(lines) {
      const wanted = new Map<string, number>();
      for (const line of lines) wanted.set(line.sku, (wanted.get(line.sku) ?? 0) + line.packs);
      const short: Short[] = [];
      for (const [sku, packs] of wanted) {
        const available = left(sku);
        if (packs > available) short.push({ sku, wanted: packs, available });
      }
      if (short.length > 0) return { chosen: [], short };
      const chosen: Chosen[] = [];
      for (const line of lines) {
        let need = line.packs;
        for (const lot of bySku.get(line.sku) ?? []) {
          if (need === 0) break;
          if (lot.available <= 0) continue;
          const packs = Math.min(need, lot.available);
          lot.available -= packs;
          need -= packs;
          chosen.push({ line: line.line, sku: line.sku, lot: lot.lot, packs });
        }
      }
      return { chosen, short };
    },
    putBack(chosen) {
      for (const { sku, lot, packs } of chosen) {
        const found = bySku.get(sku)?.find((one) => one.lot === lot);
        if (!found) throw new Error(`lot ${lot} does not lie on this shelf`);
        found.available += packs;
      }
    },
  };
}
