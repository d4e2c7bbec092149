import type { Static, TObject, TSchema } from 'typebox';
import type { Role } from '../actor.ts';

/**
 * Who may call a route. With roles and a `:county` in the path, the caller needs such a role over that county (or
 * over a part of it); the act then checks organisation and village. A route without this line does not compile.
 */
export type Who = 'anyone' | 'signed-in' | readonly Role[];

/** One HTTP route as data. Holds no server code, so that screens and clients are made from it. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  summary: string;
  who: Who;
  /** the role must be over the whole county: who looks after one township of it has no say here */
  wholeCounty?: true;
  params?: TObject;
  query?: TObject;
  body?: TSchema;
  /** What is answered with 200 (201 for POST); leave out for 204. */
  answer?: TSchema;
  /** codes of expected refusals, for the documentation and the screens */
  refusals?: readonly string[];
  /**
   * Writes need an Idempotency-Key unless doing them twice is doing them once by nature (`repeatable`).
   */
  repeatable?: true;
  /** takes one file as multipart/form-data field `file` */
  upload?: true;
  /** gets its body as the text that was sent: a signature is over bytes, not over what they mean */
  raw?: true;
  /** most bytes of its body, where a whole file may be sent as text; one MiB when left out */
  largest?: number;
  /** may also be opened as a WebSocket, by these: then what it answers are messages */
  socket?: readonly Role[];
  /** most calls per minute from one address; no limit when left out */
  perMinute?: number;
}

export type Contract = Record<string, Route>;

/** Keeps the literal types of a module's routes. */
export const contract = <const C extends Contract>(routes: C): C => routes;

type Of<S> = S extends TSchema ? Static<S> : never;

/** What a caller gives to a route. */
export type InputOf<R extends Route> = (R extends { params: TObject }
  ? { params: Of<R['params']> }
  : { params?: undefined }) &
  (R extends { query: TObject } ? { query?: Of<R['query']> } : { query?: undefined }) &
  (R extends { body: TSchema } ? { body: Of<R['body']> } : { body?: undefined });

/** What a route answers. */
export type AnswerOf<R extends Route> = R extends { answer: TSchema } ? Of<R['answer']> : undefined;

/** Whether a route wants an Idempotency-Key. */
export const wantsKey = (route: Route): boolean => route.method !== 'GET' && !route.repeatable;
