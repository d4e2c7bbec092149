import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { connect } from '#platform/database/connect.ts';
import { readMigrations } from '#platform/database/migrate.ts';
import { emptyDatabase, testDatabase } from '../test/database.ts';
import { lintSchema, type Spread, spreadOf } from './schema-lint.ts';

const base = `
  create schema shop;
  create table shop.region (code text primary key);
  create table shop.person (id text primary key);
  create table shop.order (county int not null, id uuid not null, primary key (county, id));`;
const spread: Spread = { distributed: new Set(['shop.order', 'shop.line']), reference: new Set(['shop.region']) };
const line = (columns: string, more = '') => `create table shop.line (${columns}); ${more}`;
const good = 'county int not null, id uuid not null, parent uuid, region text, person text, primary key (county, id)';

const refused: [string, RegExp][] = [
  [line('county int not null, id uuid'), /shop\.line has no primary key/],
  [line('id uuid primary key'), /shop\.line is a county table without a column county/],
  [line('county int not null, id uuid, primary key (id, county)'), /county is not first in line_pkey/],
  [line('county bigint not null, id uuid, primary key (county, id)'), /shop\.line\.county is bigint/],
  [line(good, 'create unique index u on shop.line (region) where person is null;'), /county is not first in u/],
  [line(good, 'create unique index u on shop.line (lower(region));'), /county is not first in u/],
  [line(good, 'alter table shop.line set unlogged;'), /is unlogged/],
  [line(good, 'alter table shop.line enable row level security;'), /its owner passes by/],
  [
    line(`${good}, foreign key (parent, county) references shop.order (id, county)`).replace(
      'create table',
      'alter table shop.order add unique (county, id), add unique (id, county); create table',
    ),
    /begins with county/,
  ],
  [line(`${good}, foreign key (person) references shop.person`), /cannot point to a plain one/],
  [
    line(`${good}, foreign key (county, parent) references shop.order on delete set null`),
    /"on delete set null" would empty county/,
  ],
  [
    `${line(good)} create table shop.note (id uuid primary key, county int, line uuid,
       foreign key (county, line) references shop.line);`,
    /only county tables point to county tables/,
  ],
  [
    `${line(good)} create table shop.other (county int not null, id uuid, primary key (county, id));`,
    /no migration calls platform\.distribute\('shop\.other'\)/,
  ],
  [line(`${good}, number int generated always as identity`), /numbered by itself as integer/],
  [line(`${good}, number serial`), /numbered by itself as integer/],
  [
    `${line(good)} create function shop.f(p_county bigint) returns int language sql as 'select 1';`,
    /argument p_county is bigint/,
  ],
  [
    line(good, 'create policy p on shop.line using (person in (select id from shop.person));'),
    /policy p reads a table/,
  ],
  ['', /shop\.line is spread by a migration, but there is no such table/],
];
for (const [statements, expected] of refused) {
  test(`refused: ${expected.source}`, async (t) => {
    const db = await connect(await emptyDatabase(t), { max: 1 });
    t.after(() => db.destroy());
    await sql.raw(base + statements).execute(db);
    const found = await lintSchema(db, spread);
    assert.ok(
      found.some((breach) => expected.test(breach)),
      `found instead: ${found.join('\n') || 'nothing'}`,
    );
  });
}

test('a good county table passes', async (t) => {
  const db = await connect(await emptyDatabase(t), { max: 1 });
  t.after(() => db.destroy());
  await sql
    .raw(
      `${base} ${line(`${good}, foreign key (county, parent) references shop.order,
    foreign key (region) references shop.region`)}`,
    )
    .execute(db);
  assert.deepEqual(await lintSchema(db, spread), []);
});

test('our own schema passes', async (t) => {
  const { db } = await testDatabase(t);
  const migrations = await readMigrations();
  assert.deepEqual(await lintSchema(db, spreadOf(migrations.map((file) => file.text))), []);
});
