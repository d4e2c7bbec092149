import { type Selectable, sql } from 'kysely';
import type { CatalogMark } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { isValidOn, type MarkName } from './mark-kinds.ts';
import type { MarkState } from './mark-states.ts';

export type MarkRow = Selectable<CatalogMark>;

/** Approved certificates that cover a product, whatever the day: its own and those of its seller's crop. */
export async function marksCovering(
  db: Db,
  product: { county: County; id: string; org: string; crop: string },
): Promise<MarkRow[]> {
  const { rows } = await sql<MarkRow>`
    select * from catalog.mark
     where county = ${product.county} and org = ${product.org} and crop = ${product.crop} and state = 'approved'
       and (product is null or product = ${product.id})
     order by kind, valid_until desc nulls first, number`.execute(db);
  return rows;
}

/** The best certificate of each kind that is valid on a day: the one that lasts longest. */
export function validOn(day: string, marks: readonly MarkRow[]): Map<MarkName, MarkRow> {
  const valid = new Map<MarkName, MarkRow>();
  for (const mark of marks) {
    const kind = mark.kind as MarkName;
    if (!valid.has(kind) && isValidOn(day, { validFrom: mark.valid_from, validUntil: mark.valid_until })) {
      valid.set(kind, mark);
    }
  }
  return valid;
}

/** What a product says that it is. */
export async function claimsOf(db: Db, county: County, product: string): Promise<MarkName[]> {
  const rows = await db
    .selectFrom('catalog.product_claim')
    .select('kind')
    .where('county', '=', county)
    .where('product', '=', product)
    .orderBy('kind')
    .execute();
  return rows.map((row) => row.kind as MarkName);
}

export interface MarkFilter {
  kind?: MarkName;
  state?: MarkState;
  /** approved, and valid no longer than this day */
  endingBy?: string;
  q?: string;
  /** only of these sellers */
  orgs?: readonly string[];
  page: number;
  size: number;
}

/** A page of certificates: what waits first, then what ends first. */
export async function listMarks(
  db: Db,
  county: County,
  filter: MarkFilter,
): Promise<{ rows: MarkRow[]; total: number }> {
  const { kind, state, endingBy, orgs } = filter;
  const q = filter.q?.trim();
  const where = sql.join(
    [
      sql`county = ${county}`,
      ...(kind === undefined ? [] : [sql`kind = ${kind}`]),
      ...(state === undefined ? [] : [sql`state = ${state}`]),
      ...(endingBy === undefined ? [] : [sql`state = 'approved' and valid_until <= ${endingBy}`]),
      ...(orgs === undefined ? [] : [sql`org = any(${orgs as string[]}::uuid[])`]),
      ...(q ? [sql`(strpos(upper(number), upper(${q})) > 0 or strpos(issuer, ${q}) > 0)`] : []),
    ],
    sql` and `,
  );
  const counted = await sql<{ total: number }>`select count(*) as total from catalog.mark where ${where}`.execute(db);
  const { rows } = await sql<MarkRow>`
    select * from catalog.mark where ${where}
     order by state <> 'review', valid_until nulls last, at desc, id
     limit ${filter.size} offset ${(filter.page - 1) * filter.size}`.execute(db);
  return { rows, total: counted.rows[0]?.total ?? 0 };
}

export function findMark(db: Db, county: County, id: string): Promise<MarkRow | undefined> {
  return db.selectFrom('catalog.mark').selectAll().where('county', '=', county).where('id', '=', id).executeTakeFirst();
}

export async function insertMarkMove(
  tx: Tx,
  mark: { county: County; id: string },
  from: MarkState | null,
  to: MarkState,
  said: { reason: string | null; by: string; at: Date },
): Promise<void> {
  await tx
    .insertInto('catalog.mark_move')
    .values({
      ...{ county: mark.county, id: newId(), mark: mark.id, from_state: from, to_state: to },
      ...{ reason: said.reason, by_person: said.by, at: said.at },
    })
    .execute();
}

/** Of each product of a county: marks it bears whose certificate is not valid on a day, and those that are. */
export async function claimsWithoutCertificate(
  db: Db,
  county: County,
  day: string,
  products: readonly string[],
): Promise<Map<string, { valid: string[]; ended: string[] }>> {
  const { rows } = await sql<{ product: string; valid: string[]; ended: string[] }>`
    select c.product, coalesce(array_agg(c.kind) filter (where v.number is not null), '{}') as valid,
           coalesce(array_agg(c.kind) filter (where v.number is null), '{}') as ended
      from catalog.product_claim c
      join catalog.product p on p.county = c.county and p.id = c.product
      left join lateral (
        select m.number from catalog.mark m
         where m.county = c.county and m.kind = c.kind and m.org = p.org and m.crop = p.crop and m.state = 'approved'
           and (m.product is null or m.product = p.id)
           and m.valid_from <= ${day}::date and (m.valid_until is null or m.valid_until >= ${day}::date)
         limit 1) v on true
     where c.county = ${county} and c.product = any(${products as string[]}::uuid[])
     group by c.product`.execute(db);
  return new Map(rows.map(({ product, ...claims }) => [product, claims]));
}
