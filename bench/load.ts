import { connect, type Socket } from 'node:net';

/** One answered request: its time in milliseconds, status and body. */
export interface Answered {
  ms: number;
  status: number;
  body: string;
  /** of the body, as they were sent */
  bytes: number;
  cookies: string[];
}

interface Waiting {
  begun: number;
  resolve(answer: Answered): void;
  reject(error: Error): void;
}

/**
 * A client of the load: keeps one connection and its cookies, as a phone does. It speaks just enough HTTP/1.1 for an
 * API that names the length of its answers, because it shares the machine with what it measures: Node's own client
 * takes several times the processor for a request.
 */
export class LoadClient {
  #base: URL;
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting | undefined;
  cookie = '';

  constructor(base: string) {
    this.#base = new URL(base);
  }

  /** Sends one request; the one before must have been answered. A text is sent as it is, all else as JSON. */
  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    if (this.#waiting) throw new Error('this client still waits for an answer');
    const payload = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    let text = `${method} ${path} HTTP/1.1\r\nhost: ${this.#base.host}\r\n`;
    if (this.cookie) text += `cookie: ${this.cookie}\r\n`;
    if (payload) {
      if (typeof body !== 'string') text += 'content-type: application/json\r\n';
      text += `content-length: ${Buffer.byteLength(payload)}\r\n`;
    }
    for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
    return new Promise((resolve, reject) => {
      this.#waiting = { begun: performance.now(), resolve, reject };
      this.#open().write(`${text}\r\n${payload}`);
    });
  }

  #open(): Socket {
    if (this.#socket) return this.#socket;
    const socket = connect({ host: this.#base.hostname, port: Number(this.#base.port), noDelay: true });
    this.#received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#lose(socket, error));
    socket.on('close', () => this.#lose(socket, new Error('the server closed the connection')));
    this.#socket = socket;
    return socket;
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#received.toString('latin1', 0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return;
    const body = this.#received.toString('utf8', end + 4, end + 4 + length);
    this.#received = this.#received.subarray(end + 4 + length);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({
      ms: performance.now() - waiting.begun,
      status: Number(head.slice(9, 12)),
      body,
      bytes: length,
      cookies: [...head.matchAll(/\r\nset-cookie: ([^\r]*)/gi)].map((match) => match[1] as string),
    });
  }

  #lose(socket: Socket, error: Error): void {
    if (this.#socket === socket) this.#socket = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }

  /** The same phone, its cookies kept, for a server that has come back under another address. */
  moved(base: string): LoadClient {
    this.close();
    const client = new LoadClient(base);
    client.cookie = this.cookie;
    return client;
  }

  close(): void {
    this.#socket?.destroy();
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
