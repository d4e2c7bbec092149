const PATIENCE_MS = 25_000;

/**
 * The way down: what was started last stops first. The first SIGTERM or SIGINT begins it; a second one, or a quarter
 * of a minute of waiting too long, ends the process at once.
 */
export interface Stopping {
  /** Aborted when the way down begins. */
  readonly signal: AbortSignal;
  /** Remember how to stop something that has just been started; stopped at once if the way down has begun. */
  later(stop: () => Promise<unknown>): Promise<void>;
  /** Go down now and end the process with `code`. */
  now(code: number): Promise<never>;
}

export function listenForStop(say: (text: string) => void): Stopping {
  const abort = new AbortController();
  const stops: (() => Promise<unknown>)[] = [];

  async function now(code: number): Promise<never> {
    if (abort.signal.aborted) return new Promise(() => {});
    abort.abort();
    setTimeout(() => {
      say('still not stopped; ending now');
      process.exit(1);
    }, PATIENCE_MS).unref();
    for (let stop = stops.pop(); stop; stop = stops.pop()) {
      await stop().catch((error: Error) => say(`while stopping: ${error.message}`));
    }
    process.exit(code);
  }

  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (abort.signal.aborted) process.exit(1);
      void now(0);
    });
  }
  return {
    signal: abort.signal,
    now,
    async later(stop) {
      if (abort.signal.aborted) await stop();
      else stops.push(stop);
    },
  };
}
