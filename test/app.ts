import { after } from 'node:test';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor, Caller } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type ClientOf, makeClient } from '#platform/http/client.ts';
import type { Contract } from '#platform/http/contract.ts';
import type { Module } from '#platform/module.ts';
import { buildApp } from '../apps/server/app.ts';

/** The routes of some modules over HTTP, closed when the test file is over; callers are found out by `identify`. */
export async function testApp(
  at: Context,
  modules: readonly Module[],
  identify: (request: FastifyRequest) => Promise<Caller>,
): Promise<FastifyInstance> {
  const app = await buildApp(at, { modules, identify });
  after(() => app.close());
  return app;
}

/**
 * The routes of some modules for people of a test: `as('keeper').registry.households({ params })`.
 *
 * @param people who may be named; every other name is a visitor
 */
export async function clientsFor<M extends Record<string, Contract>>(
  at: Context,
  modules: readonly Module[],
  contracts: M,
  people: Readonly<Record<string, unknown>>,
): Promise<(who: string) => ClientOf<M>> {
  const app = await testApp(at, modules, async (request) => {
    const found = people[String(request.headers['x-as'])];
    return isActor(found) ? found : { person: null, memberships: [] };
  });
  return (who) =>
    makeClient(contracts, async ({ method, url, headers, body }) => {
      const answer = await app.inject({
        method: method as 'GET',
        url,
        headers: { ...headers, 'x-as': who },
        ...(body !== undefined && { payload: body as string }),
      });
      return { status: answer.statusCode, body: answer.body };
    });
}

const isActor = (one: unknown): one is Actor => typeof one === 'object' && one !== null && 'memberships' in one;
