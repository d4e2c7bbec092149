import type { Context } from '#platform/context.ts';
import type { OnceKey } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type Gather, gather, type Outcome } from '#platform/gather.ts';
import type { County } from '#platform/ids.ts';

/** What is asked of a desk under a key. */
export interface DeskAsk {
  county: County;
  key: OnceKey | null;
}

// What hundreds of packers and buyers ask for at the same moment is done within a second or two.
const MOST_IN_BATCH = 128;
const MOST_WAITING = 4000;
const PATIENCE_MS = 10_000;

/**
 * A desk of each county for one act: what is asked for together is done in one transaction, so that the rows they share
 * (the stock of a lot, the accounts of a county) are locked once. One transaction at a time: a second one would wait for
 * those very rows.
 *
 * @param work does asks of one county and answers each; when it throws, each is done alone
 */
export function desk<Ask extends DeskAsk, Out>(
  work: (at: Context, county: County, asks: readonly Ask[]) => Promise<readonly Outcome<Out>[]>,
): (at: Context, ask: Ask) => Promise<Out> {
  const desks = new WeakMap<Context, Map<County, Gather<Ask, Out>>>();
  const deskOf = (at: Context, county: County): Gather<Ask, Out> => {
    const counties = desks.get(at) ?? new Map<County, Gather<Ask, Out>>();
    desks.set(at, counties);
    const found =
      counties.get(county) ??
      gather<Ask, Out>({
        most: MOST_IN_BATCH,
        atOnce: 1,
        waiting: MOST_WAITING,
        patience: PATIENCE_MS,
        work: (asks) => work(at, county, asks),
        full: () => refusePlatform('too-many-requests'),
      });
    counties.set(county, found);
    return found;
  };
  return async (at, ask) => {
    // Inside somebody's transaction nothing can be gathered with what others do.
    if (!at.db.isTransaction) return deskOf(at, ask.county).take(ask);
    const [outcome] = await work(at, ask.county, [ask]);
    if (!outcome || 'error' in outcome) throw outcome?.error;
    return outcome.value;
  };
}

/** Asks of which none is about the same thing as another, in the order they came: a later round sees what an earlier one did. */
export function rounds<Ask>(asks: readonly Ask[], about: (ask: Ask) => string): Ask[][] {
  const all: Ask[][] = [];
  const seen = new Map<string, number>();
  for (const ask of asks) {
    const round = seen.get(about(ask)) ?? 0;
    seen.set(about(ask), round + 1);
    all[round] = [...(all[round] ?? []), ask];
  }
  return all;
}

/** Does a round after the other, each ask with its outcome in the order they came. */
export async function inRounds<Ask, Out>(
  asks: readonly Ask[],
  about: (ask: Ask) => string,
  work: (round: readonly Ask[]) => Promise<readonly Outcome<Out>[]>,
): Promise<Outcome<Out>[]> {
  const outcomes = new Map<Ask, Outcome<Out>>();
  for (const round of rounds(asks, about)) {
    const done = await work(round);
    round.forEach((ask, i) => void outcomes.set(ask, done[i] as Outcome<Out>));
  }
  return asks.map((ask) => outcomes.get(ask) as Outcome<Out>);
}
