import type { FastifyInstance } from 'fastify';
import { benefit } from '#benefit/contract';
import { catalog } from '#catalog/contract';
import { fulfilment } from '#fulfilment/contract';
import type { Actor, Role } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type ClientOf, makeClient } from '#platform/http/client.ts';
import { presale } from '#presale/contract';
import { registry } from '#registry/contract';
import { trace } from '#trace/contract';
import { trade } from '#trade/contract';
import { buildApp } from '../apps/server/app.ts';
import { modules } from '../apps/server/modules.ts';

const contracts = { registry, catalog, trace, trade, fulfilment, presale, benefit };
export type DemoClient = ClientOf<typeof contracts>;

/** The API in process for the people of the demo, at whatever time the loader says it is. */
export interface DemoHouse {
  /** The API as this person calls it. */
  as(person: Actor): DemoClient;
  /** Sets the clock of all acts. */
  setTime(to: Date): void;
  close(): Promise<void>;
}

/**
 * The same routes that people call, without signing in: who calls is said by the loader, which alone holds this house.
 * Everything the demo contains has so passed every check that real use passes.
 */
export async function openDemoHouse(context: Context): Promise<DemoHouse> {
  let now = context.clock.now();
  const at: Context = { ...context, clock: { now: () => new Date(now) } };
  const people = new Map<string, Actor>();
  const app: FastifyInstance = await buildApp(at, {
    modules,
    identify: async (request) =>
      people.get(String(request.headers['x-demo-person'])) ?? { person: null, memberships: [] },
  });
  return {
    as(person) {
      people.set(person.person, person);
      return makeClient(contracts, async ({ method, url, headers, body }) => {
        const sent = body instanceof FormData ? await multipart(body) : { headers: {}, payload: body };
        const answer = await app.inject({
          method: method as 'GET',
          url,
          headers: { ...headers, ...sent.headers, 'x-demo-person': person.person },
          ...(sent.payload !== undefined && { payload: sent.payload }),
        });
        return { status: answer.statusCode, body: answer.body };
      });
    },
    setTime(to) {
      now = to;
    },
    close: () => app.close(),
  };
}

async function multipart(form: FormData): Promise<{ headers: Record<string, string>; payload: Buffer }> {
  const response = new Response(form);
  return {
    headers: { 'content-type': response.headers.get('content-type') ?? '' },
    payload: Buffer.from(await response.arrayBuffer()),
  };
}

/** An organisation once it is registered. */
export interface Org {
  county: number;
  id: string;
  kind: string;
  name: string;
}

/** A household once it is registered, as buying in needs it. */
export interface Grower {
  id: string;
  village: string;
  crops: Set<string>;
}

/** Ids of a product's SKUs in the order of the content. */
export interface MadeProduct {
  id: string;
  skus: string[];
}

/** A county of the demo as the loader and the order player know it. */
export interface OpenCounty {
  county: number;
  /** who acts for an organisation: by its key and role; the nth of those who do */
  staff(role: Role, org?: string, nth?: number): Actor;
  /** what can be bought, and from when on */
  shelf: { sku: string; product: string; org: string; packs: number; from: Date }[];
}
