import { after } from 'node:test';
import type { Caller } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Lang } from '#platform/errors.ts';
import { type ClientOf, makeClient, type Transport } from '#platform/http/client.ts';
import type { Contract } from '#platform/http/contract.ts';
import type { Module } from '#platform/module.ts';
import { buildApp } from '../apps/server/app.ts';

const visitor: Caller = { person: null, memberships: [] };

/**
 * Routes of some modules without a socket: `as(by, contracts)` is a typed client for whoever calls, whose refusals are
 * thrown as `Problem`.
 */
export async function testCallers(
  at: Context,
  modules: readonly Module[],
  t: { after(fn: () => Promise<unknown>): void } = { after },
) {
  const callers = new Map<string, Caller>();
  const app = await buildApp(at, {
    modules,
    identify: async (request) => callers.get(String(request.headers['x-test-caller'])) ?? visitor,
  });
  await app.ready();
  t.after(() => app.close());
  const transport =
    (by: Caller, lang: Lang): Transport =>
    async ({ method, url, headers, body }) => {
      const caller = by.person ?? 'visitor';
      callers.set(caller, by);
      const answer = await app.inject({
        method: method as 'GET',
        url,
        headers: { ...headers, 'accept-language': lang, 'x-test-caller': caller },
        ...(typeof body === 'string' && { body }),
      });
      return { status: answer.statusCode, body: answer.body };
    };
  return {
    as<M extends Record<string, Contract>>(by: Caller, contracts: M, lang: Lang = 'zh'): ClientOf<M> {
      return makeClient(contracts, transport(by, lang));
    },
    visitor,
    /** What anybody gets at an address that is no route of a contract. */
    get: (url: string) => app.inject({ url }),
  };
}
