import cluster from 'node:cluster';

const DROP = 'shanhuo:drop-pages';
interface DropMessage {
  type: typeof DROP;
  tags: string[];
}

/** In the process that forks: what one server says about pages is passed on to the others. */
export function passOnBetweenWorkers(): void {
  cluster.on('message', (from, message: DropMessage) => {
    if (message?.type !== DROP) return;
    for (const worker of Object.values(cluster.workers ?? {})) if (worker !== from) worker?.send(message);
  });
}

/**
 * Pages are kept by each process for itself, and an event is applied in one of them: dropping must reach all.
 *
 * @param drop forgets pages in this process
 * @returns forgets them in every process of this machine
 */
export function dropEverywhere(drop: (tags: readonly string[]) => void): (tags: readonly string[]) => void {
  if (cluster.isWorker) {
    process.on('message', (message: DropMessage) => {
      if (message?.type === DROP) drop(message.tags);
    });
  }
  return (tags) => {
    drop(tags);
    if (cluster.isWorker) process.send?.({ type: DROP, tags: [...tags] } satisfies DropMessage);
  };
}
