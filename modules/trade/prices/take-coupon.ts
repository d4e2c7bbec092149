import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { lockTemplate } from './coupon-templates.ts';
import { myCoupon } from './my-coupons.ts';
import { requireBearer } from './seller-rights.ts';

type Template = NonNullable<Awaited<ReturnType<typeof lockTemplate>>>;

/**
 * Takes one of the coupons that whoever likes may take.
 *
 * @throws Refusal `coupon-template-not-found` | `coupon-not-open` | `coupon-taken` | `coupons-gone`
 */
export async function takeCoupon(at: Context, by: Actor, input: { county: County; id: string }, key: OnceKey | null) {
  const { county } = input;
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const template = await lockTemplate(tx, county, input.id);
    if (!template) throw refuse('coupon-template-not-found');
    const { name, total, taken } = template;
    const most = template.per_person;
    if (!template.open || template.ended_at || now < template.take_from || now >= template.take_until) {
      throw refuse('coupon-not-open', { name });
    }
    if ((await heldBy(tx, template, [by.person])).get(by.person) === most) throw refuse('coupon-taken', { name, most });
    if (taken >= total) throw refuse('coupons-gone', { name });
    const [id] = await handOut(tx, template, [by.person], now, null);
    return myCoupon(tx, now, by.person, county, id as string);
  });
}

/**
 * Gives a coupon to the county's members, or to the buyers of some orders; who already has as many as one may have is
 * passed by. All of the list or nobody.
 *
 * @throws Refusal `coupon-template-not-found` | `bearer-not-yours` | `promotion-over` | `coupons-gone`
 */
export async function giveCoupons(
  at: Context,
  by: Actor,
  input: { county: County; id: string; members?: boolean; orders?: readonly string[] },
  key: OnceKey | null,
): Promise<{ given: number; passedBy: number }> {
  const { county } = input;
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const template = await lockTemplate(tx, county, input.id);
    if (!template) throw refuse('coupon-template-not-found');
    requireBearer(by, county, template);
    if (template.ended_at || template.valid_until <= now) throw refuse('promotion-over');
    const persons = await personsOf(tx, county, input);
    const held = await heldBy(tx, template, persons);
    const to = persons.filter((person) => (held.get(person) ?? 0) < template.per_person);
    if (template.taken + to.length > template.total) throw refuse('coupons-gone', { name: template.name });
    if (to.length > 0) await handOut(tx, template, to, now, by.person);
    return { given: to.length, passedBy: persons.length - to.length };
  });
}

async function personsOf(
  tx: Tx,
  county: County,
  of: { members?: boolean; orders?: readonly string[] },
): Promise<string[]> {
  const members = of.members
    ? await tx
        .selectFrom('trade.member')
        .select('person')
        .where('county', '=', county)
        .where('left_at', 'is', null)
        .execute()
    : [];
  const buyers = of.orders?.length
    ? await tx
        .selectFrom('trade.order')
        .select('person')
        .where('county', '=', county)
        .where('number', 'in', of.orders)
        .execute()
    : [];
  return [...new Set([...members, ...buyers].map((row) => row.person))].sort();
}

/** How many of a template some persons have had. */
async function heldBy(tx: Tx, template: Template, persons: readonly string[]): Promise<Map<string, number>> {
  if (persons.length === 0) return new Map();
  const rows = await tx
    .selectFrom('trade.coupon')
    .select(['person', (e) => e.fn.max('number').as('n')])
    .where('county', '=', template.county)
    .where('template', '=', template.id)
    .where('person', 'in', persons)
    .groupBy('person')
    .execute();
  return new Map(rows.map((row) => [row.person, row.n]));
}

/** Writes one coupon for each of some persons; the template is locked. */
async function handOut(
  tx: Tx,
  template: Template,
  persons: readonly string[],
  now: Date,
  givenBy: string | null,
): Promise<string[]> {
  const { county, valid_days: days, valid_until: end } = template;
  const held = await heldBy(tx, template, persons);
  const until = days === null ? end.getTime() : Math.min(end.getTime(), now.getTime() + days * 86_400_000);
  const rows = persons.map((person) => ({
    ...{ county, id: newId(), template: template.id, person, number: (held.get(person) ?? 0) + 1 },
    ...{ given_by: givenBy, taken_at: now, valid_until: new Date(until) },
  }));
  await tx.insertInto('trade.coupon').values(rows).execute();
  await tx
    .updateTable('trade.coupon_template')
    .set((e) => ({ taken: e('taken', '+', rows.length) }))
    .where('county', '=', county)
    .where('id', '=', template.id)
    .execute();
  return rows.map((row) => row.id);
}
