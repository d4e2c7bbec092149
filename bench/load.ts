import { Agent, request } from 'node:http';

/** One answered request: its time in milliseconds, status and body. */
export interface Answered {
  ms: number;
  status: number;
  body: string;
  cookies: string[];
}

/** A client of the load: keeps one connection and its cookies, as a phone does. */
export class LoadClient {
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #base: URL;
  cookie = '';

  constructor(base: string) {
    this.#base = new URL(base);
  }

  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const begun = performance.now();
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          agent: this.#agent,
          host: this.#base.hostname,
          port: this.#base.port,
          method,
          path,
          headers: {
            ...(this.cookie && { cookie: this.cookie }),
            ...(payload !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(payload),
            }),
            ...headers,
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({
              ms: performance.now() - begun,
              status: incoming.statusCode ?? 0,
              body: Buffer.concat(chunks).toString('utf8'),
              cookies: incoming.headers['set-cookie'] ?? [],
            }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }

  /** The same phone, its cookies kept, for a server that has come back under another address. */
  moved(base: string): LoadClient {
    this.close();
    const client = new LoadClient(base);
    client.cookie = this.cookie;
    return client;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Runs `work` from every client, again and again, until the time is over; each finishes what it has begun. */
export async function drive<C>(
  clients: readonly C[],
  seconds: number,
  work: (client: C, round: number) => Promise<void>,
): Promise<number> {
  const begun = performance.now();
  const until = begun + seconds * 1000;
  await Promise.all(
    clients.map(async (client) => {
      for (let round = 0; performance.now() < until; round++) await work(client, round);
    }),
  );
  return (performance.now() - begun) / 1000;
}
