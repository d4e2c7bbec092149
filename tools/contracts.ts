import * as benefit from '#benefit/contract';
import * as catalog from '#catalog/contract';
import * as fulfilment from '#fulfilment/contract';
import * as insight from '#insight/contract';
import * as ledger from '#ledger/contract';
import type { Context } from '#platform/context.ts';
import { platformRefusals } from '#platform/errors.ts';
import type { Contract, Route } from '#platform/http/contract.ts';
import * as presale from '#presale/contract';
import * as registry from '#registry/contract';
import * as trace from '#trace/contract';
import * as trade from '#trade/contract';
import { buildApp } from '../apps/server/app.ts';
import { modules } from '../apps/server/modules.ts';
import { compilers } from '../apps/server/schemas.ts';

/** Contracts and the codes a route may refuse with, as written. */
const written: Record<string, Contract> = {
  registry: registry.registry,
  ledger: ledger.ledger,
  catalog: catalog.catalog,
  trace: trace.trace,
  trade: trade.trade,
  fulfilment: fulfilment.fulfilment,
  presale: presale.presale,
  benefit: benefit.benefit,
  insight: insight.insight,
};
const codes = new Set(
  [platformRefusals, registry, ledger, catalog, trace, trade, fulfilment, presale, benefit, insight].flatMap((source) =>
    Object.entries(source)
      .filter(([name]) => name.endsWith('Refusals'))
      .flatMap(([, table]) => Object.keys(table as object)),
  ),
);
for (const code of Object.keys(platformRefusals)) codes.add(code);

/**
 * What is wrong with the contracts: a route nobody serves, a refusal nobody has words for, an address or a summary
 * given twice, a path parameter without a schema, a schema that is none, a hole in the OpenAPI document made from them.
 */
export async function checkContracts(): Promise<string[]> {
  const routes = Object.entries(written).flatMap(([module, contract]) =>
    Object.entries(contract).map(([act, route]) => ({ name: `${module}.${act}`, route })),
  );
  const found = routes.flatMap(({ name, route }) => checkRoute(route).map((wrong) => `${name}: ${wrong}`));

  const app = await buildApp(nowhere, { modules, identify: async () => ({ person: null, memberships: [] }) });
  try {
    await app.ready();
    const served = new Map<string, Route>();
    for (const route of app.served) {
      if (served.has(addressOf(route))) found.push(`${addressOf(route)} is served twice`);
      served.set(addressOf(route), route);
    }
    for (const { name, route } of routes) {
      if (!served.has(addressOf(route))) found.push(`${name}: nobody serves ${addressOf(route)}`);
    }
    found.push(...checkSchemas(app.served));
    const document = app.swagger() as unknown as OpenApi;
    found.push(...checkDocument(document, app.served));
  } finally {
    await app.close();
  }
  return found;
}

function checkRoute(route: Route): string[] {
  const wrong: string[] = [];
  if (route.who === undefined || route.who.length === 0) wrong.push('says of nobody that they may call it');
  const named = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);
  const given = Object.keys(route.params?.properties ?? {});
  if (named.sort().join() !== given.sort().join()) wrong.push(`its path names (${named}), its params (${given})`);
  if (route.method === 'GET' && route.body) wrong.push('is a GET with a body');
  if (!route.path.startsWith('/')) wrong.push('its path does not begin with /');
  for (const code of route.refusals ?? []) {
    if (!codes.has(code)) wrong.push(`may refuse with ${code}, which has no words`);
  }
  return wrong;
}

interface OpenApi {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<
    string,
    Record<string, { summary?: string; responses?: object; parameters?: { name: string; in: string }[] }>
  >;
}

/** The server makes the code of a schema when it is first used, which is too late to hear that it is none. */
function checkSchemas(served: readonly Route[]): string[] {
  const { input, answer } = compilers();
  return served.flatMap((route) => {
    try {
      if (route.params) input({ schema: route.params, httpPart: 'params' });
      if (route.query) input({ schema: route.query, httpPart: 'querystring' });
      if (route.body) input({ schema: route.body, httpPart: 'body' });
      if (route.answer) answer(route.answer);
      return [];
    } catch (error) {
      return [`${addressOf(route)}: ${(error as Error).message}`];
    }
  });
}

// What clients generated from the document stumble over.
function checkDocument(document: OpenApi, served: readonly Route[]): string[] {
  const wrong: string[] = [];
  if (!document.openapi.startsWith('3.1')) wrong.push(`OpenAPI ${document.openapi} is not 3.1`);
  for (const route of served) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const operation = document.paths[path]?.[route.method.toLowerCase()];
    if (!operation) {
      wrong.push(`${addressOf(route)} is not in the OpenAPI document`);
      continue;
    }
    if (!operation.summary || !operation.responses)
      wrong.push(`${addressOf(route)} has no summary or answer in OpenAPI`);
    for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
      const known = operation.parameters?.some((parameter) => parameter.in === 'path' && parameter.name === name);
      if (!known) wrong.push(`${addressOf(route)}: OpenAPI does not describe ${name}`);
    }
  }
  const text = JSON.stringify(document);
  for (const [, target] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const at = (target as string)
      .split('/')
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document);
    if (at === undefined) wrong.push(`OpenAPI refers to ${target}, which is not there`);
  }
  return wrong;
}

const addressOf = (route: Route) => `${route.method} ${route.path}`;

// Mounting a route touches neither database nor clock; using them here would be the mistake.
const nowhere = new Proxy({} as Context, {
  get(_, part) {
    if (typeof part === 'symbol') return undefined;
    return new Proxy(() => {}, { get: () => undefined });
  },
});
