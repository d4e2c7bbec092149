import type { FarmShareChanged } from '#benefit/events';
import type { MarkMoved, ProductChanged } from '#catalog/events';
import type { Listener } from '#platform/outbox.ts';
import type { NameConsentChanged } from '#registry/events';
import type { LotPacked, LotRecalled, RecallLifted } from '#trace/events';
import type { StockChanged } from '#trade/events';
import { tag } from '../storefront/page-cache.ts';

/** Forgets kept pages when a fact they show has changed. What no event tells, age does: a page is kept for a minute. */
export function pageListeners(drop: (tags: readonly string[]) => void): readonly Listener[] {
  const productChanged: Listener<ProductChanged> = {
    type: 'catalog.product-changed',
    hear: ({ county, payload }) => drop([tag.county(county), tag.product(payload.product)]),
  };
  // Not the county's pages: they show no stock, and on a busy day would never be kept.
  const stockChanged: Listener<StockChanged> = {
    type: 'trade.stock-changed',
    hear: ({ payload }) => drop(payload.products.map(tag.product)),
  };
  const lotPacked: Listener<LotPacked> = {
    type: 'trace.lot-packed',
    hear: ({ payload }) => drop([tag.product(payload.product), tag.lot(payload.lot)]),
  };
  // Told when the settled order's shares are written down, a moment after the order itself is settled.
  const farmShareChanged: Listener<FarmShareChanged> = {
    type: 'benefit.farm-share-changed',
    hear: ({ payload }) => drop([...payload.products.map(tag.product), ...payload.lots.map(tag.lot)]),
  };
  // A recall reaches many lots and must not wait for a page to grow old: everything of the county is made anew.
  const lotRecalled: Listener<LotRecalled> = {
    type: 'trace.lot-recalled',
    hear: ({ county }) => drop([tag.county(county)]),
  };
  const recallLifted: Listener<RecallLifted> = {
    type: 'trace.recall-lifted',
    hear: ({ county }) => drop([tag.county(county)]),
  };
  // Who took a name back, or lost a mark, must not wait either; which lots and products it is on is many.
  const nameConsentChanged: Listener<NameConsentChanged> = {
    type: 'registry.name-consent-changed',
    hear: ({ county }) => drop([tag.county(county)]),
  };
  const markMoved: Listener<MarkMoved> = {
    type: 'catalog.mark-moved',
    hear: ({ county }) => drop([tag.county(county)]),
  };
  return [
    productChanged,
    stockChanged,
    lotPacked,
    farmShareChanged,
    lotRecalled,
    recallLifted,
    nameConsentChanged,
    markMoved,
  ] as readonly Listener[];
}
