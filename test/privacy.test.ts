import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { type Db, scoped } from '#platform/db.ts';
import type { Route } from '#platform/http/contract.ts';
import { newId } from '#platform/ids.ts';
import { makeSealer } from '#platform/secrets.ts';
import { buildApp } from '../apps/server/app.ts';
import { modules } from '../apps/server/modules.ts';
import { buyers } from '../demo/common.ts';
import { counties } from '../demo/counties.ts';
import { demoPassword } from '../demo/people.ts';
import { testDatabase } from './database.ts';
import { type ServerProcess, signIn, signInByPhone, startServer } from './server.ts';

const SECRET = 'a secret of this test and of nothing else';
/** Ids tried of each kind and county, and pages read in all: enough to meet every state the demo has. */
const MOST_IDS = 3;
const MOST_PAGES = 120;
const PACK = /\/01\/\d{14}\/10\/[\w.-]+\/21\/[\w-]+/g;
const UUID = /[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}/g;

/** What must not be read: by whom it is, for the message. */
interface Secret {
  of: string;
  text: string;
}

/** Somebody who reads, and what he has read so far. */
interface Reader {
  name: string;
  cookie: string;
  roles: readonly string[];
  /** addresses answered with 200, by route */
  read: Map<string, number>;
}

test('nothing that others may read names a household, or lets one be followed', { timeout: 9 * 60_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-privacy-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { db, url } = await testDatabase(t);
  const env = { DATABASE_URL: url, SHANHUO_DATA: folder, SHANHUO_DEMO: 'true', SHANHUO_SECRET: SECRET };
  const server = await startServer({ ...env, SHANHUO_WORKERS: '1', LOG_LEVEL: 'trace' }, 300_000);
  t.after(() => server.stop());
  await comesToRest(db);
  const { persons, files } = await secretsOf(db);
  const routes = (await servedRoutes()).filter((route) => route.method === 'GET');

  const county = counties[0]?.county as number;
  const username = (role: string) =>
    counties[0]?.people.find((person) => person.role === role)?.username ?? assert.fail(`the demo has no ${role}`);
  const staff = async (role: string): Promise<Reader> => ({
    ...{ name: role, roles: [role], read: new Map() },
    cookie: await signIn(server.url, 'password', { username: username(role), password: demoPassword }),
  });
  const buyer: Reader = {
    name: 'buyer',
    roles: [],
    read: new Map(),
    cookie: await signInByPhone(server.url, buyers[0]?.phone as string),
  };
  const visitor: Reader = { name: 'visitor', roles: [], read: new Map(), cookie: '' };

  // The operator sees everything of his county: what he finds is what the others are asked about.
  const known = new Known(county);
  const found = (reader: Reader, secrets: readonly Secret[]) => async (address: string, text: string) => {
    const hit = secrets.find((secret) => text.includes(secret.text));
    assert.equal(hit, undefined, `${reader.name} reads ${hit?.of} (${hit?.text}) at ${address}`);
  };
  const operator = await staff('operator');
  await packCase(server, operator, db, county);
  for (let round = 0; round < 2; round++) await readRoutes(server, operator, routes, known, async () => {});

  for (const reader of [visitor, buyer]) {
    const look = found(reader, [...persons, ...files]);
    await readRoutes(server, reader, routes, known, look);
    await readPages(server, reader, known, look);
  }
  await readLog(server, found(visitor, [...persons, ...files]));
  // Those who trade with households see whose agreement it is, masked; what is written out stays closed to them.
  for (const role of ['merchant', 'courier']) {
    const reader = await staff(role);
    await readRoutes(server, reader, routes, known, found(reader, persons));
  }
  // Apart from the log, it says at its start by which phone the demo's household signs in.
  const log = server
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  assert.ok(log.length > 1000, 'the server wrote down what it did');
  for (const { of, text } of persons) {
    const line = log.find((one) => one.includes(text));
    assert.equal(line, undefined, `the server log names ${of}`);
  }

  // A search that finds nothing because it reads nothing would pass as well.
  const unread = routes.filter(({ who, path }) => who === 'anyone' && !visitor.read.get(path)).map(({ path }) => path);
  assert.deepEqual(unread, [], 'every public route was answered at least once');
  const own = ['/api/orders', '/api/counties/:county/orders/:id', '/api/counties/:county/orders/:id/benefit'];
  for (const path of own) assert.ok(buyer.read.get(path), `the buyer read ${path}`);
});

/** Everything on its way has arrived: events, and lines for the public log. */
async function comesToRest(db: Db): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    const { rows } = await sql<{ left: number }>`
      select (select count(*) from platform.outbox) + (select count(*) from jobs.jobs where task_identifier = 'platform.deliver')
           + (select count(*) from benefit.log_waiting) as left`.execute(db);
    if (rows[0]?.left === 0) return;
    await sleep(100);
  }
  assert.fail('the demo does not come to rest');
}

/** What the registry keeps sealed of every household, opened; and the ids by which one could be followed. */
async function secretsOf(db: Db): Promise<{ persons: Secret[]; files: Secret[] }> {
  const sealer = makeSealer(SECRET);
  const members = await scoped(db, 'all', (tx) =>
    tx
      .selectFrom('registry.household_member')
      .select(['id', 'household', 'name_sealed', 'id_number_sealed', 'phone_sealed'])
      .execute(),
  );
  assert.ok(members.length > 50, 'the demo has households');
  const open = (sealed: Uint8Array | null) => (sealed ? [sealer.open(sealed)] : []);
  // Those who work for an organisation stand by name on what they sign, as on a certificate; some are called the same.
  const onPaper = new Set(counties.flatMap(({ people }) => people.map((person) => person.name)));
  const names = members.map((one) => sealer.open(one.name_sealed)).filter((name) => !onPaper.has(name));
  assert.ok(names.length > members.length / 2);
  const persons = members.flatMap((one) => [
    ...open(one.id_number_sealed).map((text) => ({ of: 'an ID number', text })),
    ...open(one.phone_sealed).map((text) => ({ of: 'a phone', text })),
  ]);
  persons.push(...names.map((text) => ({ of: 'a name', text })));
  const files = members.flatMap((one) => [
    { of: 'the file of a household', text: one.household },
    { of: 'the file of a person', text: one.id },
  ]);
  return { persons: once(persons), files: once(files) };
}

const once = (secrets: readonly Secret[]) => [...new Map(secrets.map((one) => [one.text, one])).values()];

async function servedRoutes(): Promise<readonly Route[]> {
  const app = await buildApp({} as Context, { modules, identify: async () => ({ person: null, memberships: [] }) });
  try {
    await app.ready();
    return app.served;
  } finally {
    await app.close();
  }
}

/** Values for the parameters of addresses, from what was answered before: of `lots/:id` those that stood under `lots`. */
class Known {
  readonly #values = new Map<string, Set<string>>();
  /** what stands on packs: /01/…/10/…/21/… */
  readonly packs = new Set<string>();
  readonly county: number;

  constructor(county: number) {
    this.county = county;
  }

  /** Takes up what an answer holds: ids of its rows under the last word of its address, others under their own name. */
  learn(path: string, text: string): void {
    const list = path.split('/').findLast((part) => !part.startsWith(':')) as string;
    this.#walk(list, JSON.parse(text));
    for (const [link] of text.matchAll(PACK)) this.packs.add(link);
  }

  #walk(list: string, value: unknown): void {
    if (Array.isArray(value)) for (const one of value) this.#walk(list, one);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (typeof inner === 'string' || typeof inner === 'number') {
          this.#add(key === 'id' ? `${list}/id` : `${key}s/id`, String(inner));
          this.#add(`${list}/${key}`, String(inner));
          this.#add(key, String(inner));
        } else this.#walk(key.endsWith('s') ? key : `${key}s`, inner);
      }
    }
  }

  #add(key: string, value: string): void {
    const values = this.#values.get(key) ?? new Set();
    this.#values.set(key, values.add(value));
  }

  /** Whole addresses of a route, as many as are known. */
  addresses({ path, query }: Route): string[] {
    if (path.startsWith('/api/codes/:gtin/:lot')) {
      // Number, lot and serial belong together.
      return [...this.packs].slice(0, MOST_IDS).map((link) => {
        const [gtin, lot, serial] = link.split('/').filter((_, i) => i > 1 && i % 2 === 0) as [string, string, string];
        return path.replace(':gtin', gtin).replace(':lot', lot).replace(':serial', serial);
      });
    }
    let found = [''];
    const parts = path.split('/').slice(1);
    parts.forEach((part, i) => {
      const values = part.startsWith(':') ? this.#of(part.slice(1), parts[i - 1] as string) : [part];
      found = found.flatMap((before) => values.map((value) => `${before}/${encodeURIComponent(value)}`));
      found = found.slice(0, MOST_IDS * 2);
    });
    const asked = Object.entries(query?.properties ?? {}).filter(([key]) => query?.required?.includes(key));
    if (asked.length === 0) return found;
    const values = asked.map(([key, schema]) => `${key}=${this.#queryValue(key, schema as object)}`);
    return found.map((address) => `${address}?${values.join('&')}`);
  }

  #of(param: string, list: string): string[] {
    if (param === 'county') return [String(this.county)];
    // Of photos/:photo it is the photos' own id.
    const own = list === `${param}s` ? [`${list}/id`] : [];
    const named = [`${list}/${param}`, ...own, param, `${list}/code`].map((key) => this.#values.get(key));
    return [...(named.find((values) => values && values.size > 0) ?? [])].slice(0, MOST_IDS);
  }

  #queryValue(key: string, schema: object): string {
    if (key === 'county') return String(this.county);
    if (key === 'products') return this.#of('id', 'products').join();
    if ('enum' in schema) return String((schema.enum as unknown[])[0]);
    return '0';
  }
}

type Look = (address: string, text: string) => Promise<void>;

async function get(server: ServerProcess, reader: Reader, address: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(server.url + address, { headers: { cookie: reader.cookie }, redirect: 'manual' });
  // Spreadsheets and pictures too: a name would stand in them as it is, or compressed, which is why sheets have tests of their own.
  return { status: answer.status, text: await answer.text() };
}

/** Reads every route that the reader may call, with all that is known. */
async function readRoutes(
  server: ServerProcess,
  reader: Reader,
  routes: readonly Route[],
  known: Known,
  look: Look,
): Promise<void> {
  for (const route of routes) {
    const { who, path } = route;
    const may = who === 'anyone' || (who === 'signed-in' ? reader.cookie : who.some((r) => reader.roles.includes(r)));
    if (!may) continue;
    for (const address of known.addresses(route)) {
      const { status, text } = await get(server, reader, address);
      assert.ok(status < 500, `${reader.name} at ${address}: ${status} ${text.slice(0, 200)}`);
      await look(address, text);
      if (status !== 200) continue;
      reader.read.set(path, (reader.read.get(path) ?? 0) + 1);
      if (text.startsWith('{') || text.startsWith('[')) known.learn(path, text);
    }
  }
}

/** The demo stacks no cases; this one has a page of its own like any other. */
async function packCase(server: ServerProcess, operator: Reader, db: Db, county: number): Promise<void> {
  const { lot } = await db
    .selectFrom('trace.packed_lot_facts')
    .select('lot')
    .where('county', '=', county)
    .executeTakeFirstOrThrow();
  const answer = await fetch(`${server.url}/api/counties/${county}/units`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: operator.cookie, 'idempotency-key': newId() },
    body: JSON.stringify({ kind: 'case', ranges: [{ lot, from: 1, to: 1 }], children: [] }),
  });
  assert.equal(answer.status, 201, await answer.text());
}

/** Reads the shop's pages as a crawler does: from the first one along the links, and those of packs. */
async function readPages(server: ServerProcess, reader: Reader, known: Known, look: Look): Promise<void> {
  const waiting = ['/', '/counties', '/villages', '/verify', ...[...known.packs].slice(0, MOST_IDS)];
  const seen = new Set(waiting);
  for (let read = 0; read < MOST_PAGES; read++) {
    const address = waiting.shift();
    if (address === undefined) break;
    const { status, text } = await get(server, reader, address);
    assert.ok(status < 500, `${reader.name} at ${address}: ${status}`);
    await look(address, text);
    for (const [, href] of text.matchAll(/<a[^>]+href="(\/[^"#]*)/g)) {
      const link = (href as string).replaceAll('&amp;', '&');
      // Orderings and pages of one list show the same again.
      const kind = link.replace(/\?.*/, '').replaceAll(UUID, '…');
      if (seen.has(link) || link.startsWith('/console') || waiting.filter((one) => one.startsWith(kind)).length > 20)
        continue;
      seen.add(link);
      waiting.push(link);
    }
  }
}

/** The files of the public log. */
async function readLog(server: ServerProcess, look: Look): Promise<void> {
  const visitor = { name: 'visitor', cookie: '', roles: [], read: new Map() };
  const tiles = ['checkpoint', 'tile/0/000', 'tile/entries/000'];
  const size = Number((await get(server, visitor, '/log/checkpoint')).text.split('\n')[1]);
  assert.ok(size > 0, 'the log has lines');
  const partial = (path: string) => (size % 256 === size ? `${path}.p/${size}` : path);
  for (const path of tiles) {
    const address = `/log/${path === 'checkpoint' ? path : partial(path)}`;
    const { status, text } = await get(server, visitor, address);
    assert.equal(status, 200, address);
    await look(address, text);
  }
  for (const { county } of counties) {
    const address = `/log/totals/${county}.json`;
    const { status, text } = await get(server, visitor, address);
    assert.equal(status, 200, address);
    await look(address, text);
  }
}
