import cluster from 'node:cluster';
import { type Config, loadConfig, localName } from '#platform/config.ts';
import { startEmbedded } from '#platform/database/embedded.ts';
import { explain } from '#platform/explain.ts';
import { freePort, whyNotFree } from '#platform/free-port.ts';
import { gatherMetrics } from '#platform/metrics.ts';
import { buildFrontEnds } from '../../tools/build.ts';
import { offerDemo } from './demo.ts';
import { prepareDatabase } from './prepare.ts';
import { serveHouse } from './serve.ts';
import { passOnBetweenWorkers } from './siblings.ts';
import { listenForStop, type Stopping } from './stopping.ts';

// Standard output carries one line, "ready <address>", for whoever waits for it; everything else goes here.
const say = (text: string) => process.stderr.write(`${text}\n`);

/** Start the whole house, or, in a forked process, one of its servers. */
export async function main(): Promise<void> {
  const stopping = listenForStop(say);
  try {
    const config = await withRealPort(loadConfig());
    if (cluster.isWorker) await serveAndListen(config, config.databaseUrl as string, stopping);
    else await startHouse(config, stopping);
  } catch (error) {
    say(explain(error));
    await stopping.now(1);
  }
}

/** Port 0 is any free one; it is chosen now, because links and codes will carry it. */
async function withRealPort(config: Config): Promise<Config> {
  if (config.port !== 0) return config;
  const port = await freePort(config.host);
  return { ...config, port, publicUrl: config.publicUrl.replace(/:0$/, `:${port}`) };
}

async function startHouse(config: Config, stopping: Stopping): Promise<void> {
  // Whoever has to choose another port is told before a database is made and screens are built.
  const taken = await whyNotFree(config.port, config.host);
  if (taken) throw taken;
  const [url] = await Promise.all([
    readyDatabase(config, stopping),
    buildFrontEnds((name) => say(`building the ${name} …`)),
  ]);
  if (stopping.signal.aborted) return;
  const address =
    config.workers > 1 ? await forkServers(config, url, stopping) : await serveAndListen(config, url, stopping);
  for (const line of startWords(config)) say(line);
  process.stdout.write(`ready ${address}\n`);
}

/** What whoever starts the house has to know of its money and messages. */
function startWords({ payments, sandbox, sms }: Config): string[] {
  const real = [payments.wechat && 'WeChat Pay', payments.alipay && 'Alipay'].filter((name) => name !== null);
  const words = real.map((name) => `payments are real: ${name}`);
  if (sms) words.push('messages are real: Alibaba Cloud');
  if (!sandbox) {
    if (!sms) words.push('no messages can be sent: who has no account with a password cannot sign in (SHANHUO_SMS_…)');
    return words;
  }
  const but = real.length > 0 ? ' besides' : '';
  return [
    ...words,
    sms
      ? `payments are a sandbox${but}: nothing is charged; not for the public`
      : `payments and messages are a sandbox${but}: nothing is charged, anybody can sign in with any phone; not for the public`,
  ];
}

async function readyDatabase(config: Config, stopping: Stopping): Promise<string> {
  const url = await startDatabase(config, stopping);
  await prepareDatabase(url, say);
  await offerDemo(config, url, say);
  return url;
}

async function startDatabase(config: Config, stopping: Stopping): Promise<string> {
  if (config.databaseUrl) return config.databaseUrl;
  const database = await startEmbedded(config.dataFolder);
  await stopping.later(() => database.stop());
  if (!database.folder.startsWith(config.dataFolder)) {
    say(`the database lies in ${database.folder}, because its user cannot enter ${config.dataFolder}; back up both`);
  }
  database.ended.then(() => {
    if (stopping.signal.aborted) return;
    say('the database has ended without being asked; what it wrote is safe and will be recovered at the next start');
    void stopping.now(1);
  });
  return database.url;
}

/** @returns the address people open */
async function serveAndListen(config: Config, url: string, stopping: Stopping): Promise<string> {
  const house = await serveHouse(config, url);
  await stopping.later(() => house.stop());
  await house.listen();
  return `http://${localName(config.host)}:${config.port}`;
}

/** Several processes on one port; one that fails is replaced, unless it never came up. */
async function forkServers(config: Config, url: string, stopping: Stopping): Promise<string> {
  gatherMetrics();
  passOnBetweenWorkers();
  const fork = () =>
    cluster.fork({
      DATABASE_URL: url,
      SHANHUO_SECRET: config.secret,
      SHANHUO_PUBLIC_URL: config.publicUrl,
      PORT: String(config.port),
    });
  const listening = Array.from({ length: config.workers }, () => {
    const worker = fork();
    return new Promise<void>((resolve, reject) => {
      worker.once('listening', () => resolve());
      worker.once('exit', () => reject(new Error('a server process ended before it was ready')));
    });
  });
  await stopping.later(stopServers);
  await Promise.all(listening);
  cluster.on('exit', (worker, code, signal) => {
    if (stopping.signal.aborted) return;
    say(`server process ${worker.process.pid} ended (${signal ?? code}); starting another`);
    // Not at once: one that fails at start would be forked as fast as the machine can.
    setTimeout(() => !stopping.signal.aborted && fork(), 1000);
  });
  return `http://${localName(config.host)}:${config.port}`;
}

async function stopServers(): Promise<void> {
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  await Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve) => {
          worker.once('exit', resolve);
          worker.process.kill('SIGTERM');
        }),
    ),
  );
}
