import { Counter, Gauge, Histogram } from 'prom-client';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { OnceKey } from '#platform/db.ts';
import { type Gather, gather } from '#platform/gather.ts';
import { refuse } from '../refuse.ts';
import type { CheckoutView } from './checkout-view.ts';
import { type PlaceAsk, placeBatch } from './place-batch.ts';
import type { AskedLine } from './price-lines.ts';

export interface Cart {
  lines: readonly AskedLine[];
  address: string;
  /** what the buyer saw; another total is refused instead of charged */
  totalFen?: number;
  note?: string;
  coupons?: readonly string[];
}

/**
 * Places a cart: one order per county under one checkout, all or none. Each line's packs are reserved lot by lot,
 * oldest expiry first, and held as long as the terms of its goods say (15 minutes unless they say otherwise).
 *
 * All orders go through one desk: carts that arrive together are placed together. The answer comes when it is durable.
 *
 * @param gone says whether the caller has given up: a cart whose turn has not come by then is not placed
 * @throws Refusal `desk-full`, and those of `placeBatch`
 */
export async function placeCheckout(
  at: Context,
  by: Actor,
  cart: Cart,
  key: OnceKey | null,
  gone?: () => boolean,
): Promise<CheckoutView> {
  const ask: PlaceAsk = { by, key, ...cart };
  // Inside somebody's transaction nothing can be gathered with what others do.
  if (at.db.isTransaction) return only(await placeBatch(at, [ask]));
  return laneOf(at, cart.lines).take(ask, gone);
}

// Of carts that arrive while two batches are under way: enough for a thousand buyers who press at once, answered
// within a second or two; whoever comes beyond that is told at once to try again.
const MOST_IN_BATCH = 256;
const BATCHES_AT_ONCE = 2;
const FEWEST_BESIDE = 16;
const MOST_WAITING = 4000;
const PATIENCE_MS = 5000;
/** After how many seconds somebody who was turned away should try again. */
const RETRY_AFTER = 2;

const batches = new Histogram({
  name: 'shanhuo_order_batch_size',
  help: 'Carts that were placed together',
  buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
});
const turnedAway = new Counter({
  name: 'shanhuo_orders_turned_away_total',
  help: 'Carts that found the order desk full',
});

type Lane = Gather<PlaceAsk, CheckoutView>;
const desks = new WeakMap<Context, Map<string, Lane>>();
const waiting = new Gauge({ name: 'shanhuo_orders_waiting', help: 'Carts that wait for the order desk' });

/** Counties do not wait for each other: each has a lane, and carts over several counties have one of their own. */
function laneOf(at: Context, lines: readonly AskedLine[]): Lane {
  const counties = new Set(lines.map((line) => line.county));
  const name = counties.size === 1 ? String(lines[0]?.county) : 'several';
  let lanes = desks.get(at);
  if (!lanes) {
    lanes = new Map();
    desks.set(at, lanes);
  }
  let lane = lanes.get(name);
  if (!lane) {
    lane = gather<PlaceAsk, CheckoutView>({
      most: MOST_IN_BATCH,
      atOnce: BATCHES_AT_ONCE,
      fewestBeside: FEWEST_BESIDE,
      waiting: MOST_WAITING,
      patience: PATIENCE_MS,
      async work(asks) {
        batches.observe(asks.length);
        return placeBatch(at, asks);
      },
      full: () => {
        turnedAway.inc();
        return refuse('desk-full', { retryAfter: RETRY_AFTER });
      },
    });
    lanes.set(name, lane);
  }
  waiting.set(lane.length);
  return lane;
}

function only<T>(outcomes: readonly ({ value: T } | { error: unknown })[]): T {
  const [outcome] = outcomes;
  if (!outcome) throw new Error('a batch of one gave no outcome');
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
