/** What to take from the shelf: packs per SKU and lot over all orders to be packed. */
export type Pick = {
  sku: string;
  lot: string;
  lotNumber: string;
  name: string;
  skuName: string;
  packGrams: number;
  packs: number;
  orders: number;
};

type Line = {
  sku: string;
  name: string;
  skuName: string;
  packGrams: number;
  lots: readonly { lot: string; lotNumber: string; packs: number }[];
};

/** Sums the orders' lines by SKU and lot, in the order of names and lot numbers. */
export function picksOf(orders: readonly { lines: readonly Line[] }[]): Pick[] {
  const picks = new Map<string, Pick>();
  for (const order of orders) {
    const seen = new Set<string>();
    for (const line of order.lines) {
      for (const lot of line.lots) {
        const key = `${line.sku} ${lot.lot}`;
        const { sku, name, skuName, packGrams } = line;
        const pick = picks.get(key) ?? {
          sku,
          lot: lot.lot,
          lotNumber: lot.lotNumber,
          name,
          skuName,
          packGrams,
          packs: 0,
          orders: 0,
        };
        pick.packs += lot.packs;
        if (!seen.has(key)) pick.orders += 1;
        seen.add(key);
        picks.set(key, pick);
      }
    }
  }
  return [...picks.values()].sort(
    (a, b) => a.name.localeCompare(b.name, 'zh') || a.lotNumber.localeCompare(b.lotNumber),
  );
}
