import { sql } from 'kysely';
import { type Actor, sellersRead } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once, type Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { organisationsById } from '#registry';
import { refuse } from '../refuse.ts';
import type { Bearer } from './price-facts.ts';
import { discountCosts } from './promotion-views.ts';
import { requireBearer } from './seller-rights.ts';

export interface CouponTemplateInput {
  county: County;
  name: string;
  /** for readers of English */
  nameEn?: string | null;
  bearer: Bearer;
  org?: string | null;
  offFen: Fen;
  fromFen: Fen;
  category?: string | null;
  products?: readonly string[] | null;
  onReduced?: boolean;
  total: number;
  perPerson: number;
  open: boolean;
  takeFrom: Date | string;
  takeUntil: Date | string;
  validDays?: number | null;
  validUntil: Date | string;
}

/**
 * Makes a coupon that people may take, or be given.
 *
 * @throws Refusal `bearer-not-yours` | `promotion-time-broken` | `coupon-face-broken` | `not-found`
 */
export async function addCouponTemplate(at: Context, by: Actor, input: CouponTemplateInput, key: OnceKey | null) {
  const { county, bearer, org = null } = input;
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    requireBearer(by, county, { bearer, org });
    if (org && !(await organisationsById(tx, county, [org])).has(org)) throw refusePlatform('not-found');
    const [takeFrom, takeUntil, validUntil] = [input.takeFrom, input.takeUntil, input.validUntil].map(
      (t) => new Date(t),
    );
    if (!takeFrom || !takeUntil || !validUntil || takeFrom >= takeUntil || takeUntil <= now || validUntil < takeUntil) {
      throw refuse('promotion-time-broken');
    }
    if (input.fromFen > 0 && input.offFen > input.fromFen) throw refuse('coupon-face-broken');
    const id = newId();
    await tx
      .insertInto('trade.coupon_template')
      .values({
        ...{ county, id, name: input.name.trim(), name_en: input.nameEn?.trim() || null, bearer, org },
        ...{ off_fen: input.offFen, from_fen: input.fromFen, category: input.category ?? null },
        products: input.products ? [...input.products] : null,
        on_reduced: input.onReduced ?? true,
        ...{ total: input.total, taken: 0, per_person: input.perPerson, open: input.open },
        ...{ take_from: takeFrom, take_until: takeUntil, valid_days: input.validDays ?? null, valid_until: validUntil },
        ...{ created_by: by.person, created_at: now, ended_by: null, ended_at: null },
      })
      .execute();
    return templateView(tx, county, id);
  });
}

/** A template's row, locked: all who take or give of one wait for each other, so that no more go out than there are. */
export function lockTemplate(tx: Tx, county: County, id: string) {
  return tx
    .selectFrom('trade.coupon_template')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/**
 * No more coupons of a template go out; those that people have stay good.
 *
 * @throws Refusal `coupon-template-not-found` | `bearer-not-yours` | `promotion-over`
 */
export async function endCouponTemplate(
  at: Context,
  by: Actor,
  input: { county: County; id: string },
  key: OnceKey | null,
) {
  const { county, id } = input;
  return once(at.db, key, async (tx) => {
    const found = await lockTemplate(tx, county, id);
    if (!found) throw refuse('coupon-template-not-found');
    requireBearer(by, county, found);
    if (found.ended_at) throw refuse('promotion-over');
    await tx
      .updateTable('trade.coupon_template')
      .set({ ended_at: at.clock.now(), ended_by: by.person })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    return templateView(tx, county, id);
  });
}

/** Coupons of a county with what they cost, the newest first; sellers see their own and those for all goods. */
export async function templatePage(db: Db, by: Actor, county: County, query: { page?: number; size?: number }) {
  const { page = 1, size = 20 } = query;
  const orgs = sellersRead(by, county);
  let found = db.selectFrom('trade.coupon_template').where('county', '=', county);
  if (orgs !== 'all') {
    found = found.where((e) => e.or([e('org', 'is', null), ...(orgs.length > 0 ? [e('org', 'in', orgs)] : [])]));
  }
  const { total } = await found.select((e) => e.fn.countAll().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .select('id')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  const views = await templateViews(
    db,
    county,
    rows.map((row) => row.id),
  );
  return { rows: views, total: Number(total), page, size };
}

async function templateView(db: Db, county: County, id: string) {
  const [view] = await templateViews(db, county, [id]);
  if (!view) throw refuse('coupon-template-not-found');
  return view;
}

async function templateViews(db: Db, county: County, ids: readonly string[]) {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('trade.coupon_template as t')
    .selectAll('t')
    .select(
      sql<number>`(select count(*)::int from trade.coupon c
                     join trade.quota q on q.county = c.county and q.subject = c.id and q.holder = '' and q.used > 0
                    where c.county = t.county and c.template = t.id)`.as('used'),
    )
    .where('t.county', '=', county)
    .where('t.id', 'in', ids)
    .orderBy('t.created_at', 'desc')
    .orderBy('t.id', 'desc')
    .execute();
  const orgs = await organisationsById(
    db,
    county,
    rows.flatMap((row) => row.org ?? []),
  );
  const costs = await discountCosts(db, county, 'coupon_template', ids);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    nameEn: row.name_en,
    bearer: row.bearer,
    org: row.org,
    orgName: row.org ? (orgs.get(row.org)?.name ?? null) : null,
    offFen: row.off_fen,
    fromFen: row.from_fen,
    category: row.category,
    products: row.products,
    onReduced: row.on_reduced,
    total: row.total,
    taken: row.taken,
    used: row.used,
    perPerson: row.per_person,
    open: row.open,
    takeFrom: row.take_from,
    takeUntil: row.take_until,
    validDays: row.valid_days,
    validUntil: row.valid_until,
    endedAt: row.ended_at,
    cost: (costs.get(row.id) ?? []).map(({ bearer, fen, orders }) => ({ bearer, fen, orders })),
  }));
}
