import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { hasPaper } from '#platform/papers.ts';
import { cropsByCode, organisationsById } from '#registry';
import type { MarkMoved } from '../events.ts';
import { isOperator, requireEditor } from '../products/product-rights.ts';
import { findProduct } from '../products/products.queries.ts';
import { refuse } from '../refuse.ts';
import { type MarkKind, type MarkName, markKinds } from './mark-kinds.ts';
import { type MarkState, markMoves } from './mark-states.ts';
import { markViews } from './mark-views.ts';
import { findMark, insertMarkMove, type MarkRow } from './marks.queries.ts';

/** Papers of brand certificates lie under this name. */
export const MARK_PAPERS = 'mark';

export interface NewMark {
  county: County;
  kind: MarkName;
  org: string;
  crop: string;
  product?: string | null;
  number: string;
  issuer?: string | null;
  /** YYYY-MM-DD */
  validFrom: string;
  validUntil?: string | null;
  file?: string | null;
}

/**
 * Records a brand certificate. What a seller records waits for the county's eyes; what the county records is seen.
 *
 * @throws Refusal `product-not-yours` | `mark-kind-not-yours` | `seller-unknown` | `crop-unknown` |
 *   `mark-product-other` | `mark-number-odd` | `mark-issuer-missing` | `mark-until-missing` | `mark-days-broken` |
 *   `paper-unknown` | `mark-exists`
 */
export async function recordMark(at: Context, by: Actor, input: NewMark, key: OnceKey | null) {
  const { county, kind, org, crop } = input;
  return once(at.db, key, async (tx) => {
    requireEditor(by, county, org);
    const rule: MarkKind = markKinds[kind];
    const operator = isOperator(by, county);
    if (!operator && !rule.who.includes('merchant')) throw refuse('mark-kind-not-yours', { kind: rule.words.zh });
    const seller = (await organisationsById(tx, county, [org])).get(org);
    if (!seller || (seller.kind !== 'merchant' && seller.kind !== 'cooperative')) throw refuse('seller-unknown');
    if (!(await cropsByCode(tx)).has(crop)) throw refuse('crop-unknown');
    const product = input.product ?? null;
    if (product !== null && !(await isOf(tx, county, product, { org, crop }))) throw refuse('mark-product-other');
    const number = input.number.trim().toUpperCase();
    if (!rule.number.pattern.test(number)) {
      throw refuse('mark-number-odd', { kind: rule.words.zh, like: rule.number.like });
    }
    const issuer = rule.issuer ?? input.issuer?.trim();
    if (!issuer) throw refuse('mark-issuer-missing');
    const until = checkedUntil(rule, input.validFrom, input.validUntil ?? null);
    const file = input.file ?? null;
    if (file !== null && !(await hasPaper(at.files, MARK_PAPERS, file))) throw refuse('paper-unknown');

    const now = at.clock.now();
    const id = newId();
    const state: MarkState = operator ? 'approved' : 'review';
    await tx
      .insertInto('catalog.mark')
      .values({
        ...{ county, id, kind, org, crop, product, number, issuer, file, state, by_person: by.person, at: now },
        ...{ valid_from: input.validFrom, valid_until: until },
      })
      .execute()
      .catch((error: { code?: string }) => {
        throw error.code === '23505' ? refuse('mark-exists', { number }) : error;
      });
    await insertMarkMove(tx, { county, id }, null, state, { reason: null, by: by.person, at: now });
    return viewOf(tx, county, id, dayOf(now));
  });
}

/**
 * The county approves, returns or withdraws a certificate. Products that claim its mark show it, or show it no more,
 * from the same moment.
 *
 * @throws Refusal `mark-not-found` | `mark-move-not-allowed` | `mark-needs-reason`
 */
export async function moveMark(
  at: Context,
  by: Actor,
  input: { county: County; id: string; to: MarkState; reason?: string },
  key: OnceKey | null,
) {
  const { county, id, to } = input;
  return once(at.db, key, async (tx) => {
    const mark = await lockMark(tx, county, id);
    if (!mark) throw refuse('mark-not-found');
    if (!markMoves.allows(mark.state, to)) {
      const word = (state: MarkState) => markMoves.states[state].zh;
      throw refuse('mark-move-not-allowed', { from: word(mark.state), to: word(to) });
    }
    const reason = input.reason?.trim() || null;
    if (to !== 'approved' && reason === null) throw refuse('mark-needs-reason');
    await tx.updateTable('catalog.mark').set({ state: to }).where('county', '=', county).where('id', '=', id).execute();
    const now = at.clock.now();
    await insertMarkMove(tx, { county, id }, mark.state, to, { reason, by: by.person, at: now });
    const event: MarkMoved = { type: 'catalog.mark-moved', county, payload: { mark: id } };
    await tell(tx, event);
    return viewOf(tx, county, id, dayOf(now));
  });
}

async function isOf(tx: Tx, county: County, id: string, of: { org: string; crop: string }): Promise<boolean> {
  const product = await findProduct(tx, county, id);
  return product.org === of.org && product.crop === of.crop;
}

function checkedUntil(rule: MarkKind, from: string, until: string | null): string | null {
  if (until === null) {
    if (rule.years !== null) throw refuse('mark-until-missing');
    return null;
  }
  const latest = rule.years === null ? '9999' : `${Number(from.slice(0, 4)) + rule.years}${from.slice(4)}`;
  if (until < from || until > latest)
    throw refuse('mark-days-broken', { kind: rule.words.zh, years: rule.years ?? '' });
  return until;
}

function lockMark(tx: Tx, county: County, id: string): Promise<MarkRow | undefined> {
  return tx
    .selectFrom('catalog.mark')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

async function viewOf(tx: Tx, county: County, id: string, day: string) {
  const mark = await findMark(tx, county, id);
  const [view] = mark ? await markViews(tx, county, [mark], day) : [];
  if (!view) throw refuse('mark-not-found');
  return view;
}
