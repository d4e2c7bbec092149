import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';

/**
 * The schema of a database as SQL text in a stable order, for people to read in reviews and for the checks to
 * compare. Written from the catalogue functions, because the embedded PostgreSQL carries no pg_dump.
 */
export async function schemaText(db: Db): Promise<string> {
  const parts: string[] = ['-- Made by tools/dump-schema.ts from db/migrations; never edited by hand.'];
  for (const { name } of await rows<{ name: string }>(db, schemas)) {
    parts.push(`create schema ${name};`);
    const inSchema = (query: (schema: string) => ReturnType<typeof sql>) => rows<{ text: string }>(db, query(name));
    for (const { text } of await inSchema(types)) parts.push(text);
    for (const { text } of await inSchema(functions)) parts.push(`${text.trim()};`);
    for (const { text } of await inSchema(sequences)) parts.push(text);
    for (const { text } of await inSchema(tables)) parts.push(text);
    for (const { text } of await inSchema(views)) parts.push(text);
  }
  return `${parts.join('\n\n')}\n`;
}

async function rows<Row>(db: Db, query: ReturnType<typeof sql>): Promise<Row[]> {
  return (await query.execute(db)).rows as Row[];
}

const schemas = sql`
  select nspname as name from pg_namespace
   where nspname !~ '^pg_' and nspname not in ('information_schema', 'public') order by 1`;

const types = (schema: string) => sql`
  select format('create type %s as enum (%s);', t.oid::regtype,
                (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid)) as text
    from pg_type t where t.typnamespace = ${schema}::regnamespace and t.typtype = 'e' order by t.typname`;

// Functions of extensions belong to the extension, not to us.
const functions = (schema: string) => sql`
  select pg_get_functiondef(p.oid) as text
    from pg_proc p
   where p.pronamespace = ${schema}::regnamespace and p.prokind in ('f', 'p')
     and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
   order by p.proname, pg_get_function_identity_arguments(p.oid)`;

const sequences = (schema: string) => sql`
  select format('create sequence %I.%I as %s;', n.nspname, c.relname, s.seqtypid::regtype) as text
    from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = ${schema}
     and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'i')
   order by c.relname`;

// One block per table: columns and constraints, then what hangs on it.
const tables = (schema: string) => sql`
  select concat_ws(E'\n',
    format(E'create table %I.%I (\n%s\n)%s;', n.nspname, c.relname,
      concat_ws(E',\n',
        (select string_agg(format('  %I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
                  case when a.attnotnull then ' not null' end,
                  case when a.attidentity <> '' then ' generated ' || case a.attidentity when 'a' then 'always' else 'by default' end || ' as identity'
                       when a.attgenerated <> '' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ')' || case a.attgenerated when 's' then ' stored' else '' end
                       when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) end,
                  case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::regcollation end), E',\n' order by a.attnum)
           from pg_attribute a join pg_type t on t.oid = a.atttypid
           left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
        -- Since PostgreSQL 18 "not null" is a constraint of its own; the column says it already.
        (select string_agg(format('  constraint %I %s', conname, pg_get_constraintdef(oid)), E',\n'
                  order by array_position('{p,u,x,f,c}', contype::text), conname)
           from pg_constraint where conrelid = c.oid and contype in ('p', 'u', 'x', 'f', 'c'))),
      case c.relkind when 'p' then ' partition by ' || pg_get_partkeydef(c.oid) end),
    (select string_agg(pg_get_indexdef(i.indexrelid) || ';', E'\n' order by ic.relname)
       from pg_index i join pg_class ic on ic.oid = i.indexrelid
      where i.indrelid = c.oid and not exists (select from pg_constraint where conindid = i.indexrelid and contype in ('p', 'u', 'x'))),
    (select string_agg(pg_get_triggerdef(oid) || ';', E'\n' order by tgname)
       from pg_trigger where tgrelid = c.oid and not tgisinternal),
    case when c.relrowsecurity then format('alter table %I.%I enable row level security;', n.nspname, c.relname) end,
    case when c.relforcerowsecurity then format('alter table %I.%I force row level security;', n.nspname, c.relname) end,
    (select string_agg(format('create policy %I on %I.%I as %s for %s to %s%s%s;', policyname, schemaname, tablename,
              lower(permissive), lower(cmd), array_to_string(roles, ', '), ' using (' || qual || ')', ' with check (' || with_check || ')'),
              E'\n' order by policyname)
       from pg_policies where schemaname = n.nspname and tablename = c.relname),
    (select string_agg(format('comment on %s is %L;', case when d.objsubid = 0 then format('table %I.%I', n.nspname, c.relname)
              else format('column %I.%I.%I', n.nspname, c.relname, a.attname) end, d.description), E'\n' order by d.objsubid)
       from pg_description d left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid
      where d.classoid = 'pg_class'::regclass and d.objoid = c.oid)) as text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = ${schema} and c.relkind in ('r', 'p') order by c.relname`;

const views = (schema: string) => sql`
  select format(E'create %sview %I.%I%s as\n%s', case c.relkind when 'm' then 'materialized ' else '' end,
                n.nspname, c.relname, ' with (' || array_to_string(c.reloptions, ', ') || ')',
                pg_get_viewdef(c.oid)) as text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = ${schema} and c.relkind in ('v', 'm') order by c.relname`;
