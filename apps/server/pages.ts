import type { FarmShareChanged } from '#benefit/events';
import type { MarkMoved, ProductChanged } from '#catalog/events';
import type { Listener } from '#platform/outbox.ts';
import type { ProjectChanged } from '#presale/events';
import type { NameConsentChanged } from '#registry/events';
import type { LotPacked, LotRecalled, RecallLifted } from '#trace/events';
import type { StockChanged } from '#trade/events';
import { tag } from '../storefront/page-cache.ts';

/**
 * What must not wait for a page to grow old and may be on many of them: lots called back, names taken back, marks lost.
 * Everything of the county is made anew.
 */
const wideEvents: readonly (LotRecalled | RecallLifted | NameConsentChanged | MarkMoved)['type'][] = [
  'trace.lot-recalled',
  'trace.recall-lifted',
  'registry.name-consent-changed',
  'catalog.mark-moved',
];

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
  const projectChanged: Listener<ProjectChanged> = {
    type: 'presale.project-changed',
    hear: ({ county, payload }) => drop([tag.project(payload.project), tag.projects(county)]),
  };
  const wide = wideEvents.map((type): Listener => ({ type, hear: ({ county }) => drop([tag.county(county)]) }));
  return [productChanged, stockChanged, lotPacked, farmShareChanged, projectChanged, ...wide] as readonly Listener[];
}
