import { type SkuBrief, skusById } from '#catalog';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { regionNames } from '#registry';
import { ordersRecalled } from '../recalls/read-notice.ts';
import type { OrderState } from './order-states.ts';
import { type LineFields, linesOf, type OrderFields } from './orders.queries.ts';

/** An order in a list. Amounts in fen. */
export interface OrderRowView {
  county: County;
  countyName: string;
  id: string;
  number: string;
  state: OrderState;
  goodsFen: Fen;
  freightFen: Fen;
  totalFen: Fen;
  packs: number;
  /** what is in it, in one line */
  summary: string;
  summaryEn: string;
  pictureBase: string | null;
  checkout: string;
  /** null where nothing is ever sent: thanks are all that is owed */
  shipRegion: string | null;
  shipRegionName: string | null;
  placedAt: Date;
  paidAt: Date | null;
  recalled: boolean;
  /** what it is a promise for: a project that its buyer backs */
  promise: string | null;
}

/** Orders as list rows, in the order given; a few statements per county, however many orders. */
export async function orderRows(db: Db, orders: readonly OrderFields[]): Promise<OrderRowView[]> {
  const counties = [...new Set(orders.map((order) => order.county))];
  const names = await regionNames(db, [...counties.map(String), ...orders.flatMap((order) => order.ship_region ?? [])]);
  const lines = new Map<string, LineFields[]>();
  const skus = new Map<string, SkuBrief>();
  for (const county of counties) {
    const own = await linesOf(
      db,
      county,
      orders.filter((order) => order.county === county).map((order) => order.id),
    );
    for (const line of own) lines.set(line.order, [...(lines.get(line.order) ?? []), line]);
    const found = await skusById(
      db,
      county,
      own.map((line) => line.sku),
    );
    for (const sku of found.values()) skus.set(sku.id, sku);
  }
  const recalled = await ordersRecalled(db, orders);
  return orders.map((order) => {
    const own = lines.get(order.id) ?? [];
    return {
      county: order.county,
      countyName: names.get(String(order.county))?.name ?? String(order.county),
      id: order.id,
      number: order.number,
      state: order.state,
      goodsFen: order.goods_fen,
      freightFen: order.freight_fen,
      totalFen: order.total_fen,
      packs: own.reduce((sum, line) => sum + line.packs, 0),
      ...summariesOf(own, skus),
      pictureBase: skus.get(own[0]?.sku ?? '')?.pictureBase ?? null,
      checkout: order.checkout,
      shipRegion: order.ship_region,
      shipRegionName: order.ship_region && (names.get(order.ship_region)?.fullName ?? order.ship_region),
      placedAt: order.placed_at,
      paidAt: order.paid_at,
      recalled: recalled.has(order.id),
      promise: order.promise,
    };
  });
}

type Named = Pick<LineFields, 'name' | 'sku_name'>;
type Names = Pick<SkuBrief, 'nameZh' | 'nameEn' | 'skuNameZh' | 'skuNameEn'>;

/**
 * What a line's goods are called in English; '' where nobody has said. An order keeps the words it was placed with, so
 * this goes for words that are still those of the product, and not for a balance or a promise.
 */
export const inEnglish = (line: Named, sku: Names | undefined) => ({
  nameEn: sku?.nameZh === line.name ? sku.nameEn : '',
  skuNameEn: sku?.skuNameZh === line.sku_name ? sku.skuNameEn : '',
});

/** What is in an order, in one line of each language. */
export function summariesOf(
  lines: readonly (Named & Pick<LineFields, 'packs' | 'sku'>)[],
  skus: ReadonlyMap<string, Names>,
): { summary: string; summaryEn: string } {
  const first = lines[0];
  if (!first) return { summary: '', summaryEn: '' };
  const { nameEn, skuNameEn } = inEnglish(first, skus.get(first.sku));
  const summary = `${first.name} ${first.sku_name} ×${first.packs}`;
  const summaryEn = `${nameEn || first.name} ${skuNameEn || first.sku_name} ×${first.packs}`;
  if (lines.length === 1) return { summary, summaryEn };
  return { summary: `${summary} 等 ${lines.length} 种`, summaryEn: `${summaryEn} and ${lines.length - 1} more` };
}
