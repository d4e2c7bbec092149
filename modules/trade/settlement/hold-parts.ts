import type { Tx } from '#platform/db.ts';
import type { OrderFields } from '../orders/orders.queries.ts';
import { holdAll, type Posting } from './hold-all.ts';

export type { Posting } from './hold-all.ts';

/** `holdAll` for one order. */
export const holdParts = (tx: Tx, now: Date, order: OrderFields, provider: string): Promise<Posting> =>
  holdAll(tx, now, order.county, [{ order, provider }]);
