import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#platform/db.ts';

/** How tables are spread over a cluster, as the migrations say; tables of neither kind stay on the coordinator. */
export interface Spread {
  readonly distributed: ReadonlySet<string>;
  readonly reference: ReadonlySet<string>;
}

/** What migrations say with platform.distribute('…') and platform.reference('…'). */
export function spreadOf(migrations: Iterable<string>): Spread {
  const texts = [...migrations];
  const found = (pattern: RegExp) => texts.flatMap((text) => [...text.matchAll(pattern)].map((m) => m[1] as string));
  const dropped = new Set(found(/drop table ([\w.]+)/g));
  const named = (helper: string) =>
    new Set(found(new RegExp(`platform\\.${helper}\\('([\\w.]+)'\\)`, 'g')).filter((table) => !dropped.has(table)));
  return { distributed: named('distribute'), reference: named('reference') };
}

/**
 * The rules of a schema that runs on one machine and on a cluster (docs/decisions/one-schema.md), as far as the
 * catalogue can show them.
 *
 * @returns one line per breach
 */
export async function lintSchema(db: Db, spread: Spread): Promise<string[]> {
  const [tables, keys, foreign, columns, functions, policies] = await Promise.all([
    rows(db, tablesQuery),
    rows(db, keysQuery),
    rows(db, foreignQuery),
    rows(db, columnsQuery),
    rows(db, functionsQuery),
    rows(db, policiesQuery),
  ]);
  const kind = (table: string) =>
    spread.distributed.has(table) ? 'county' : spread.reference.has(table) ? 'reference' : 'plain';
  const found: string[] = [];

  const known = new Set(tables.map((table) => table.name));
  for (const name of [...spread.distributed, ...spread.reference]) {
    if (!known.has(name)) found.push(`${name} is spread by a migration, but there is no such table`);
  }
  for (const table of tables) {
    if (!table.has_key) found.push(`${table.name} has no primary key`);
    if (table.unlogged) found.push(`${table.name} is unlogged: a crash would empty it`);
    if (table.secured && !table.forced) found.push(`${table.name} has row-level security that its owner passes by`);
    if (kind(table.name) !== 'county') continue;
    if (!table.county_type) found.push(`${table.name} is a county table without a column county`);
    else if (table.county_nullable) found.push(`${table.name}.county may be null`);
  }
  for (const key of keys) {
    if (kind(key.table) === 'county' && key.first !== 'county') {
      found.push(`${key.table}: county is not first in ${key.name}`);
    }
    if (kind(key.table) === 'plain' && key.primary && key.first === 'county') {
      found.push(`${key.table} is keyed by county but no migration calls platform.distribute('${key.table}')`);
    }
  }
  for (const key of foreign) {
    const [from, to] = [kind(key.from), kind(key.to)];
    const arrow = `${key.from} → ${key.to} (${key.name})`;
    if (from === 'county' && to === 'county' && (key.first !== 'county' || key.first_there !== 'county')) {
      found.push(`${arrow}: a foreign key between county tables begins with county`);
    }
    if (from === 'county' && to === 'plain') found.push(`${arrow}: a county table cannot point to a plain one`);
    if (from !== 'county' && to === 'county') {
      found.push(`${arrow}: only county tables point to county tables; a cluster would leave orphans`);
    }
    if (from === 'reference' && to === 'plain') found.push(`${arrow}: a reference table cannot point to a plain one`);
    if (key.sets_null && key.first === 'county') found.push(`${arrow}: "on delete set null" would empty county`);
  }
  for (const column of columns) {
    if (column.name === 'county' && column.type !== 'integer') {
      found.push(`${column.table}.county is ${column.type}; it is int everywhere`);
    }
    if (column.numbered && column.type !== 'bigint') {
      found.push(`${column.table}.${column.name} is numbered by itself as ${column.type}; only bigint is safe`);
    }
  }
  for (const argument of functions) {
    found.push(`${argument.function}: argument ${argument.name} is ${argument.type}; county is int everywhere`);
  }
  for (const policy of policies) {
    found.push(`${policy.table}: policy ${policy.name} reads a table; a policy is an expression on the row alone`);
  }
  return found.sort();
}

async function rows<Row>(db: Db, query: RawBuilder<Row>): Promise<Row[]> {
  return (await query.execute(db)).rows;
}

// The queue's own schema, and PostgreSQL's, follow their makers' rules.
const ours = sql.raw(`n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public', 'jobs')`);
const name = sql.raw(`n.nspname || '.' || c.relname`);

const tablesQuery = sql<{
  name: string;
  unlogged: boolean;
  secured: boolean;
  forced: boolean;
  has_key: boolean;
  county_type: string | null;
  county_nullable: boolean | null;
}>`
  select ${name} as name, c.relpersistence = 'u' as unlogged,
         c.relrowsecurity as secured, c.relforcerowsecurity as forced,
         exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary) as has_key,
         format_type(a.atttypid, a.atttypmod) as county_type, not a.attnotnull as county_nullable
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join pg_attribute a on a.attrelid = c.oid and a.attname = 'county'
   where c.relkind in ('r', 'p') and ${ours}`;

// Primary keys, unique constraints and bare unique indexes, partial ones too: all are indexes.
const keysQuery = sql<{ table: string; name: string; primary: boolean; first: string }>`
  select ${name} as table, x.relname as name, i.indisprimary as primary,
         coalesce(a.attname, '(an expression)') as first
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] and a.attnum > 0
   where i.indisunique and c.relkind in ('r', 'p') and ${ours}`;

const foreignQuery = sql<{
  from: string;
  to: string;
  name: string;
  first: string;
  first_there: string;
  sets_null: boolean;
}>`
  select ${name} as from, (select n2.nspname || '.' || c2.relname from pg_class c2 join pg_namespace n2 on n2.oid = c2.relnamespace where c2.oid = k.confrelid) as to, k.conname as name,
         a.attname as first, b.attname as first_there, k.confdeltype = 'n' as sets_null
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]
   where k.contype = 'f' and ${ours}`;

const columnsQuery = sql<{ table: string; name: string; type: string; numbered: boolean }>`
  select ${name} as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
         a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid), '') like 'nextval(%' as numbered
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
   where c.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped and ${ours}`;

const functionsQuery = sql<{ function: string; name: string; type: string }>`
  select p.oid::regprocedure::text as function, arg.name, format_type(arg.type, null) as type
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    cross join unnest(p.proargnames, coalesce(p.proallargtypes, p.proargtypes::oid[])) as arg(name, type)
   where arg.name in ('county', 'p_county') and arg.type <> 'int'::regtype and ${ours}`;

const policiesQuery = sql<{ table: string; name: string }>`
  select format('%s.%s', p.schemaname, p.tablename) as table, p.policyname as name
    from pg_policies p join pg_namespace n on n.nspname = p.schemaname
   where concat(p.qual, ' ', p.with_check) ~* '\\mselect\\M' and ${ours}`;
