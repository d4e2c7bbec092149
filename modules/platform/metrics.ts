import cluster from 'node:cluster';
import type { FastifyInstance } from 'fastify';
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry, register } from 'prom-client';

const ASK = 'shanhuo:metrics?';
const ANSWER = 'shanhuo:metrics';

/** Seconds per request, by route pattern (never by address: addresses are endless and may name people). */
const requests = new Histogram({
  name: 'shanhuo_http_request_seconds',
  help: 'Time from request to answer',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
});

/** Jobs that ended, by name and outcome. */
export const jobsDone = new Counter({
  name: 'shanhuo_jobs_total',
  help: 'Jobs that ended',
  labelNames: ['job', 'outcome'],
});

/** WebSockets that are open now. */
export const socketsOpen = new Gauge({ name: 'shanhuo_sockets_open', help: 'WebSockets that are open' });

const waiting = new Gauge({ name: 'shanhuo_outbox_waiting', help: 'Events written and not yet taken by the relay' });

const reconciledAt = new Gauge({
  name: 'shanhuo_reconcile_timestamp_seconds',
  help: 'When the books were last looked at, in Unix time',
  // Every process reads the same row; of several the newest is true.
  aggregator: 'max',
});
const reconcileBroken = new Gauge({
  name: 'shanhuo_reconcile_broken',
  help: 'Invariants that did not hold when the books were last looked at',
  aggregator: 'max',
});

let collecting = false;

/** Count every request of a server; call once per server. */
export function measure(app: FastifyInstance): void {
  if (!collecting) collectDefaultMetrics();
  collecting = true;
  // In a worker process this is what answers the gathering process.
  if (cluster.isWorker) new AggregatorRegistry();
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

/** Set before a reading: how many events wait in the outbox. */
export const setOutboxWaiting = (events: number): void => waiting.set(events);

/** Set before a reading: when all invariants were last asked, and how many did not hold. */
export function setReconciled(at: Date, broken: number): void {
  reconciledAt.set(Math.round(at.getTime() / 1000));
  reconcileBroken.set(broken);
}

/** The figures of all worker processes together, in Prometheus' text format. */
export async function metricsText(): Promise<string> {
  if (!cluster.isWorker) return register.metrics();
  return new Promise((resolve) => {
    const listen = (message: { type?: string; text?: string }) => {
      if (message.type !== ANSWER) return;
      process.off('message', listen);
      resolve(message.text ?? '');
    };
    process.on('message', listen);
    process.send?.({ type: ASK });
  });
}

export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE;

/** In the process that forks the workers: answer any worker that is asked for the figures of all. */
export function gatherMetrics(): void {
  const all = new AggregatorRegistry();
  cluster.on('message', async (worker, message: { type?: string }) => {
    if (message.type !== ASK) return;
    // A worker that hangs makes the sum late; better no figures than wrong ones.
    worker.send({ type: ANSWER, text: await all.clusterMetrics().catch(() => '') });
  });
}
