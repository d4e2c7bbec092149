/** An outcome of one piece of work in a batch: what it gave, or why it did not. */
export type Outcome<Out> = { value: Out } | { error: unknown };

export interface GatherOptions<In, Out> {
  /** Most pieces in one batch. */
  most: number;
  /** Batches worked on at the same time; while they run, what arrives gathers into the next one. */
  atOnce: number;
  /**
   * Fewest pieces worth a batch beside one that is under way: every batch costs some statements, however few are in
   * it. Default 1.
   */
  fewestBeside?: number;
  /** Most pieces that may wait; the next one is refused at once, so that nobody waits in vain. */
  waiting: number;
  /** Longest that the first in the line may have waited before newcomers are refused, in milliseconds. */
  patience: number;
  /** Works on a batch and answers each piece, in the same order. When it throws, each piece is tried alone. */
  work(batch: readonly In[]): Promise<readonly Outcome<Out>[]>;
  /** The refusal for a piece that finds the line full. */
  full(): Error;
  now?: () => number;
}

export interface Gather<In, Out> {
  /**
   * Waits in line and answers when its batch is done. A piece whose `gone` says true before its batch begins is
   * dropped: nobody waits behind a dead request.
   */
  take(input: In, gone?: () => boolean): Promise<Out>;
  /** How many wait now. */
  readonly length: number;
}

interface Waiting<In, Out> {
  input: In;
  gone?: () => boolean;
  since: number;
  resolve(value: Out): void;
  reject(error: unknown): void;
}

/** Thrown to whoever had gone before their turn; nobody hears it. */
export class GoneError extends Error {
  override name = 'GoneError';
}

/**
 * Gathers pieces of work that arrive together into batches: one call of the database instead of one each, each piece
 * still getting its own answer. Alone, a piece is worked on at once; the more come, the larger the batches grow.
 */
export function gather<In, Out>(options: GatherOptions<In, Out>): Gather<In, Out> {
  const now = options.now ?? (() => performance.now());
  let line: Waiting<In, Out>[] = [];
  let running = 0;
  let due = false;

  const { atOnce, fewestBeside = 1 } = options;
  const mayBegin = () => running < atOnce && line.length >= (running === 0 ? 1 : fewestBeside);
  const begin = () => {
    due = false;
    while (mayBegin()) {
      const batch: Waiting<In, Out>[] = [];
      let taken = 0;
      while (taken < line.length && batch.length < options.most) {
        const next = line[taken++] as Waiting<In, Out>;
        if (next.gone?.()) next.reject(new GoneError('the caller has gone'));
        else batch.push(next);
      }
      line = line.slice(taken);
      if (batch.length === 0) continue;
      running++;
      void run(batch).finally(() => {
        running--;
        begin();
      });
    }
  };
  // Not at once: what else arrives with the same reading of the sockets goes into the same batch.
  const soon = () => {
    if (due || !mayBegin()) return;
    due = true;
    setImmediate(begin);
  };
  const run = async (batch: readonly Waiting<In, Out>[]) => {
    const outcomes = await settle(options.work, batch);
    batch.forEach((piece, i) => {
      const outcome = outcomes[i] as Outcome<Out>;
      if ('error' in outcome) piece.reject(outcome.error);
      else piece.resolve(outcome.value);
    });
  };

  return {
    get length() {
      return line.length;
    },
    take(input, gone) {
      const since = now();
      const first = line[0];
      if (line.length >= options.waiting || (first && since - first.since > options.patience)) {
        return Promise.reject(options.full());
      }
      return new Promise((resolve, reject) => {
        line.push({ input, gone, since, resolve, reject });
        soon();
      });
    },
  };
}

async function settle<In, Out>(
  work: GatherOptions<In, Out>['work'],
  batch: readonly { input: In }[],
): Promise<readonly Outcome<Out>[]> {
  const inputs = batch.map((piece) => piece.input);
  try {
    return await work(inputs);
  } catch (error) {
    if (inputs.length === 1) return [{ error }];
  }
  // Somebody's piece broke the batch; the others must not pay for it.
  const outcomes: Outcome<Out>[] = [];
  for (const input of inputs) {
    outcomes.push(
      await work([input]).then(
        (answers) => answers[0] as Outcome<Out>,
        (error: unknown) => ({ error }),
      ),
    );
  }
  return outcomes;
}
