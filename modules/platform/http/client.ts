import type { FieldError } from '../errors.ts';
import { type AnswerOf, type Contract, type InputOf, type Route, wantsKey } from './contract.ts';

/** One request and its answer, over HTTP or in process. */
export type Transport = (request: {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | FormData;
}) => Promise<{ status: number; body: string }>;

export interface CallOptions {
  /** Keep it for every retry of the same act: the server then does it once. Made anew when left out. */
  key?: string;
  file?: Blob;
}

/** A refusal as it arrives (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly errors: readonly FieldError[];
  readonly detail: Record<string, unknown>;
  constructor(
    status: number,
    body: { title?: string; code?: string; errors?: FieldError[]; detail?: Record<string, unknown> },
  ) {
    super(body.title ?? `HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? `http-${status}`;
    this.title = body.title ?? `HTTP ${status}`;
    this.errors = body.errors ?? [];
    this.detail = body.detail ?? {};
  }
}

type Fn<R extends Route> =
  object extends InputOf<R>
    ? (input?: InputOf<R>, options?: CallOptions) => Promise<AnswerOf<R>>
    : (input: InputOf<R>, options?: CallOptions) => Promise<AnswerOf<R>>;

export type ClientOf<M extends Record<string, Contract>> = { [K in keyof M]: { [R in keyof M[K]]: Fn<M[K][R]> } };

/**
 * A typed client made from contracts: `client.trade.placeCheckout({ body })`. Throws `Problem` for a refusal and
 * whatever the transport throws when there was no answer.
 */
export function makeClient<M extends Record<string, Contract>>(contracts: M, transport: Transport): ClientOf<M> {
  const modules = Object.entries(contracts).map(([name, routes]) => [name, callersOf(routes, transport)]);
  return Object.fromEntries(modules) as ClientOf<M>;
}

/** Made when asked for: a page makes a client for each visit and calls a few of some hundred routes. */
const callersOf = (routes: Contract, transport: Transport) =>
  new Proxy(
    {},
    { get: (_, act) => (Object.hasOwn(routes, act) ? caller(routes[act as string] as Route, transport) : undefined) },
  );

/** The address of a route with its parameters filled in. */
export function urlOf(route: Route, input: { params?: unknown; query?: unknown } = {}): string {
  const params = (input.params ?? {}) as Record<string, unknown>;
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((input.query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

function caller(route: Route, transport: Transport) {
  return async (input: { params?: unknown; query?: unknown; body?: unknown } = {}, options: CallOptions = {}) => {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (wantsKey(route)) headers['idempotency-key'] = options.key ?? crypto.randomUUID();
    let body: string | FormData | undefined;
    if (options.file) {
      body = new FormData();
      body.set('file', options.file);
    } else if (route.body) {
      headers['content-type'] = 'application/json';
      body = route.raw ? String(input.body) : JSON.stringify(input.body ?? {});
    }
    const answer = await transport({ method: route.method, url: urlOf(route, input), headers, body });
    const parsed = answer.body === '' ? undefined : parse(answer.body);
    if (answer.status >= 400) throw new Problem(answer.status, (parsed ?? {}) as object);
    return parsed;
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { title: text.slice(0, 200) };
  }
}

/** The transport of a browser or of another program: fetch with cookies. */
export const fetchTransport =
  (base = '', extra: () => Record<string, string> = () => ({})): Transport =>
  async ({ method, url, headers, body }) => {
    const response = await fetch(base + url, {
      method,
      headers: { ...headers, ...extra() },
      body,
      credentials: 'same-origin',
    });
    return { status: response.status, body: await response.text() };
  };
