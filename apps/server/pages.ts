import type { FarmShareChanged } from '#benefit/events';
import type { ProductChanged } from '#catalog/events';
import type { Subscriber } from '#platform/outbox.ts';
import type { LotPacked } from '#trace/events';
import type { StockChanged } from '#trade/events';
import { tag } from '../storefront/page-cache.ts';

/** Forgets kept pages when a fact they show has changed. What no event tells, age does: a page is kept for a minute. */
export function pageSubscribers(drop: (tags: readonly string[]) => void): readonly Subscriber[] {
  const productChanged: Subscriber<ProductChanged> = {
    name: 'pages.product-changed',
    type: 'catalog.product-changed',
    apply: async (_tx, { county, payload }) => drop([tag.county(county), tag.product(payload.product)]),
  };
  // Not the county's pages: they show no stock, and on a busy day would never be kept.
  const stockChanged: Subscriber<StockChanged> = {
    name: 'pages.stock-changed',
    type: 'trade.stock-changed',
    apply: async (_tx, { payload }) => drop([tag.product(payload.product)]),
  };
  const lotPacked: Subscriber<LotPacked> = {
    name: 'pages.lot-packed',
    type: 'trace.lot-packed',
    apply: async (_tx, { payload }) => drop([tag.product(payload.product), tag.lot(payload.lot)]),
  };
  // Told when the settled order's shares are written down, a moment after the order itself is settled.
  const farmShareChanged: Subscriber<FarmShareChanged> = {
    name: 'pages.farm-share-changed',
    type: 'benefit.farm-share-changed',
    apply: async (_tx, { payload }) => drop([...payload.products.map(tag.product), ...payload.lots.map(tag.lot)]),
  };
  return [productChanged, stockChanged, lotPacked, farmShareChanged] as readonly Subscriber[];
}
