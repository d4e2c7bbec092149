import type { IncomingMessage } from 'node:http';
import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { socketsOpen } from '../metrics.ts';
import type { Route } from './contract.ts';

/** Codes with which a socket is closed (RFC 6455, 7.4.1). */
export const closeCodes = { done: 1000, goingDown: 1001, notAllowed: 1008, failed: 1011 } as const;

/** An open WebSocket on which only the server speaks. */
export interface Socket {
  /**
   * Sends a text, and is done when the network has taken it: who waits for that holds no more than one message of a slow
   * reader in memory. A reader who does not take it in time is hung up on.
   *
   * @throws Error when the socket is closed
   */
  send(text: string): Promise<void>;
  /** @param why in English, 123 bytes at most */
  close(code: (typeof closeCodes)[keyof typeof closeCodes], why: string): void;
  /** Aborted when the socket is closed, by whomever. */
  readonly closed: AbortSignal;
}

export interface SocketTimes {
  /** a peer who has not answered a ping by the next one is gone */
  pingMs: number;
  /** so long a reader may take for one message */
  patienceMs: number;
  /** so long a peer may take to say goodbye, also when the server stops */
  goodbyeMs: number;
}
const usual: SocketTimes = { pingMs: 30_000, patienceMs: 30_000, goodbyeMs: 1000 };

const sockets = new WeakMap<WebSocket, Socket>();

/**
 * Lets routes of this scope be opened as WebSockets (`serve` with `open`). They are closed when the server stops, before
 * it waits for its connections.
 */
export async function allowSockets(app: FastifyInstance, times: Partial<SocketTimes> = {}): Promise<void> {
  const { pingMs, patienceMs, goodbyeMs } = { ...usual, ...times };
  await app.register(websocket, {
    // Nobody has anything to say to us: a longer message closes the socket (1009), a shorter one is passed over.
    options: { maxPayload: 1024 },
    errorHandler: (error, socket, request) => {
      request.log.warn({ reason: error.message }, 'a socket failed');
      socket.terminate();
    },
    async preClose() {
      const all = [...app.websocketServer.clients];
      app.websocketServer.close();
      await Promise.all(
        all.map((client) => {
          const gone = new Promise((resolve) => client.once('close', resolve));
          hangUp(client, closeCodes.goingDown, 'the server is going down', goodbyeMs);
          return gone;
        }),
      );
    },
  });
  app.addHook('onRequest', async (request, reply) => {
    // One that is refused is answered on a connection that nobody reads from any more.
    if (request.ws) reply.header('connection', 'close');
  });
  app.websocketServer.on('connection', (client) => {
    sockets.set(client, watched(client, { pingMs, patienceMs, goodbyeMs }));
  });
}

/** The socket that the library made, as routes see it. */
export function socketOf(client: WebSocket): Socket {
  const found = sockets.get(client);
  if (!found) throw new Error('a socket was opened outside of allowSockets');
  return found;
}

function watched(client: WebSocket, { pingMs, patienceMs, goodbyeMs }: SocketTimes): Socket {
  const closed = new AbortController();
  const close: Socket['close'] = (code, why) => hangUp(client, code, why, goodbyeMs);
  let answered = true;
  client.on('pong', () => {
    answered = true;
  });
  const pinging = setInterval(() => {
    // A connection that broke without a word would stay open for hours.
    if (!answered) return client.terminate();
    answered = false;
    client.ping();
  }, pingMs);
  socketsOpen.inc();
  client.on('close', () => {
    clearInterval(pinging);
    socketsOpen.dec();
    closed.abort();
  });
  return {
    close,
    closed: closed.signal,
    send: (text) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => close(closeCodes.notAllowed, 'messages are not taken in time'), patienceMs);
        client.send(text, (error) => {
          clearTimeout(late);
          if (error) reject(error);
          else resolve();
        });
      }),
  };
}

/** Says goodbye; a peer who does not answer is left. */
function hangUp(client: WebSocket, code: number, why: string, goodbyeMs: number): void {
  client.close(code, why);
  const leaving = setTimeout(() => client.terminate(), goodbyeMs);
  client.once('close', () => clearTimeout(leaving));
}

/**
 * Whether a request is to be upgraded: it asks for a WebSocket where there is one. Every other wish to upgrade is passed
 * over and the request answered as it would be without, as HTTP has it; some clients always ask for HTTP/2.
 *
 * @param served the routes there are
 */
export function wantsSocket(served: readonly Route[], request: IncomingMessage): boolean {
  if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket') return false;
  const path = (request.url ?? '').split('?', 1)[0] as string;
  return served.some((route) => route.socket && fits(route.path, path));
}

function fits(pattern: string, path: string): boolean {
  const [wanted, asked] = [pattern.split('/'), path.split('/')];
  return wanted.length === asked.length && wanted.every((part, i) => part.startsWith(':') || part === asked[i]);
}
