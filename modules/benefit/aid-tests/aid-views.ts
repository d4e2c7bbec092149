import { sql } from 'kysely';
import type { Static } from 'typebox';
import { productNames } from '#catalog';
import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById, personNames } from '#registry';
import { refuse } from '../refuse.ts';
import { type AidRule, aidRuleOn } from './aid-rules.ts';
import type { AidTest, AppealState, Occasion, Standing, Verdict } from './aid-states.ts';
import type { AidRecord, AidRow } from './aid-tests.contract.ts';

const everyone = ['operator', 'platform', 'auditor', 'cadre', 'keeper'] as const;

/** Whose products somebody of the staff may see the tests of: all, or those of the organisations he sells for. */
function readingOf(by: Actor, county: County): 'all' | string[] {
  if (membershipsIn(by, county, everyone).length > 0) return 'all';
  return membershipsIn(by, county, ['merchant']).map((m) => m.org);
}

interface Row {
  product: string;
  org: string;
  nameZh: string;
  nameEn: string;
  listing: string;
  state: Standing;
  failed: string[];
  dueOn: string | null;
  quality: Verdict;
  price: Verdict;
  benefit: Verdict;
  testedAt: Date;
  appeal: string | null;
}

/** Of each product its last run and how it stands. */
const rowsWhere = (county: County, reading: 'all' | readonly string[]) => sql`
  from catalog.product_facts p
  join lateral (select * from benefit.aid_test t where t.county = p.county and t.product = p.product
                 order by t.at desc, t.id desc limit 1) t on true
  left join benefit.aid_standing s on s.county = p.county and s.product = p.product
  left join benefit.aid_appeal a on a.county = p.county and a.product = p.product and a.state = 'open'
 where p.county = ${county} and (${reading === 'all'} or p.org = any(${(reading === 'all' ? [] : reading) as string[]}::uuid[]))`;

const columns = sql`p.product, p.org, p.name_zh as "nameZh", p.name_en as "nameEn", p.state as listing,
  coalesce(s.state, 'clear') as state, coalesce(s.failed, '{}') as failed, s.due_on as "dueOn",
  t.quality, t.price, t.benefit, t.at as "testedAt", a.id as appeal`;

/** A page of tested products: what is in trouble or appealed first. */
export async function aidPage(
  at: Context,
  by: Actor,
  county: County,
  query: { state?: Standing; appealed?: boolean; verdict?: Verdict; page?: number; size?: number },
) {
  const { state, appealed, verdict, page = 1, size = 20 } = query;
  const where = sql`${rowsWhere(county, readingOf(by, county))}
    and (${state ?? null}::text is null or coalesce(s.state, 'clear') = ${state ?? null})
    and (${!appealed} or a.id is not null)
    and (${verdict ?? null}::text is null or ${verdict ?? null} in (t.quality, t.price, t.benefit))`;
  const counted = await sql<{ total: number }>`select count(*)::int as total ${where}`.execute(at.db);
  const { rows } = await sql<Row>`
    select ${columns} ${where}
     order by a.id is null, array_position(array['withdrawn', 'hidden', 'warned', 'clear'], coalesce(s.state, 'clear')),
              s.due_on, p.name_zh, p.product
     limit ${size} offset ${(page - 1) * size}`.execute(at.db);
  return { rows: await named(at.db, county, rows), total: counted.rows[0]?.total ?? 0, page, size };
}

async function named(db: Db, county: County, rows: readonly Row[]): Promise<Static<typeof AidRow>[]> {
  const orgs = await organisationsById(
    db,
    county,
    rows.map((row) => row.org),
  );
  return rows.map((row) => ({ ...row, orgName: orgs.get(row.org)?.name ?? '' }) as Static<typeof AidRow>);
}

interface Run {
  id: string;
  occasion: Occasion;
  day: string;
  quality: Verdict;
  price: Verdict;
  benefit: Verdict;
  restsOn: Static<typeof AidRecord>['tests'][number]['restsOn'];
  at: Date;
}

/** Everything of one product: its last runs, moves and appeals. @throws Refusal `product-not-found` */
export async function aidRecord(
  at: Context,
  by: Actor,
  county: County,
  product: string,
): Promise<Static<typeof AidRecord>> {
  const where = sql`${rowsWhere(county, readingOf(by, county))} and p.product = ${product}`;
  const [row] = await named(at.db, county, (await sql<Row>`select ${columns} ${where}`.execute(at.db)).rows);
  if (!row) throw refuse('product-not-found');
  const { rows: tests } = await sql<Run>`
    select id, occasion, day, quality, price, benefit, rests_on as "restsOn", at from benefit.aid_test
     where county = ${county} and product = ${product} order by at desc, id desc limit 30`.execute(at.db);
  const { rows: moves } = await sql<{
    to: Standing;
    failed: string[];
    dueOn: string | null;
    appeal: string | null;
    at: Date;
  }>`
    select to_state as to, failed, due_on as "dueOn", appeal, at from benefit.aid_move
     where county = ${county} and product = ${product} order by at desc, id desc limit 100`.execute(at.db);
  const { rows: appeals } = await sql<{
    id: string;
    failed: string[];
    words: string;
    state: AppealState;
    by: string;
    at: Date;
    dueAt: Date;
    answer: string | null;
    excusedUntil: string | null;
  }>`
    select id, failed, words, state, by_person as by, at, due_at as "dueAt", answer, excused_until as "excusedUntil"
      from benefit.aid_appeal where county = ${county} and product = ${product} order by at desc`.execute(at.db);
  const { rows: overrides } = await sql<{ failed: string[]; reason: string; by: string; at: Date }>`
    select failed, reason, by_person as by, at from benefit.aid_override
     where county = ${county} and product = ${product} order by at desc, id desc limit 30`.execute(at.db);
  const people = await personNames(
    at.db,
    [...appeals, ...overrides].map((one) => one.by),
  );
  const now = at.clock.now();
  return {
    ...row,
    rule: aidRuleOn(tests[0]?.day ?? dayOf(now)),
    ours: membershipsIn(by, county, ['merchant']).some((m) => m.org === row.org),
    decides: overCounty(by, county, ['operator']) && !membershipsIn(by, county).some((m) => m.org === row.org),
    tests,
    moves: moves as Static<typeof AidRecord>['moves'],
    overrides: overrides.map(({ by: person, failed, ...one }) => ({
      ...one,
      failed: failed as AidTest[],
      byName: people.get(person) ?? '',
    })),
    appeals: appeals.map(({ by: person, ...one }) => ({
      ...one,
      failed: one.failed as AidTest[],
      byName: people.get(person) ?? '',
      overdue: one.state === 'open' && one.dueAt < now,
    })),
  };
}

/** What anyone may read of a product's tests: the last run with what it rests on. @throws Refusal `product-not-found` */
export async function publicTests(at: Context, county: County, product: string) {
  const { rows } = await sql<
    Omit<Run, 'id' | 'occasion'> & {
      state: Standing;
      dueOn: string | null;
      appealed: boolean;
      listedBecause: string | null;
    }
  >`
    select t.day, t.quality, t.price, t.benefit, t.rests_on as "restsOn", t.at,
           coalesce(s.state, 'clear') as state, s.due_on as "dueOn",
           exists (select from benefit.aid_appeal a where a.county = t.county and a.product = t.product and a.state = 'open') as appealed,
           case when s.state <> 'clear' then (
             select o.reason from benefit.aid_override o where o.county = t.county and o.product = t.product
              order by o.at desc, o.id desc limit 1) end as "listedBecause"
      from benefit.aid_test t
      join catalog.product_facts p on p.county = t.county and p.product = t.product
      left join benefit.aid_standing s on s.county = t.county and s.product = t.product
     where t.county = ${county} and t.product = ${product} and p.state in ('on_sale', 'hidden', 'withdrawn')
     order by t.at desc, t.id desc limit 1`.execute(at.db);
  const [last] = rows;
  if (!last) throw refuse('product-not-found');
  const rule: AidRule = aidRuleOn(last.day);
  return { ...last, rule };
}

/** The county's public notice of the tests: products that are not clear, since when and until when. */
export async function publicNotices(at: Context, county: County) {
  const { rows } = await sql<{
    product: string;
    org: string;
    state: Standing;
    failed: AidTest[];
    since: Date;
    dueOn: string | null;
  }>`
    select s.product, p.org, s.state, s.failed, s.since, s.due_on as "dueOn"
      from benefit.aid_standing s
      join catalog.product_facts p on p.county = s.county and p.product = s.product
     where s.county = ${county} and s.state <> 'clear'
     order by s.since desc, s.product limit 500`.execute(at.db);
  const { rows: counts } = await sql<{ tested: number; passed: number }>`
    select count(*)::int as tested, count(*) filter (where 'pass' = all (array[t.quality, t.price, t.benefit]))::int as passed
      from catalog.product_facts p
      join lateral (select * from benefit.aid_test t where t.county = p.county and t.product = p.product
                     order by t.at desc, t.id desc limit 1) t on true
     where p.county = ${county} and p.state in ('on_sale', 'hidden')`.execute(at.db);
  const [names, orgs] = await Promise.all([
    productNames(
      at.db,
      county,
      rows.map((row) => row.product),
    ),
    organisationsById(
      at.db,
      county,
      rows.map((row) => row.org),
    ),
  ]);
  return {
    ...(counts[0] ?? { tested: 0, passed: 0 }),
    rows: rows.map((row) => ({
      ...row,
      nameZh: names.get(row.product)?.nameZh ?? '',
      nameEn: names.get(row.product)?.nameEn ?? '',
      orgName: orgs.get(row.org)?.name ?? '',
    })),
  };
}
