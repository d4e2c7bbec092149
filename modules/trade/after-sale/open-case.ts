import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { type Fen, splitByWeight, yuan } from '#platform/money.ts';
import { lockOrder } from '../orders/orders.queries.ts';
import { refuse } from '../refuse.ts';
import { packsLeft, worthOf } from './case-budget.ts';
import { optionOf } from './case-options.ts';
import { type CaseKind, caseKindWords } from './case-states.ts';
import { damageFen, dueAt } from './case-terms.ts';
import { insertCaseMove, lockCase } from './cases.queries.ts';
import type { Fault } from './freight-kinds.ts';
import { damageBearer, grantRefund, type Share } from './grant-refund.ts';
import { type LineStanding, standingOfLines } from './line-standing.ts';
import { attachPhotos } from './photos.ts';
import { freightBearerOf } from './return-freight.ts';

/** What a buyer asks. */
export interface NewCase {
  county: County;
  order: string;
  kind: CaseKind;
  lines: readonly { line: string; packs: number }[];
  reason: string;
  /** less than the packs are worth, if the buyer wants no more; of a refund without return only */
  fen?: Fen;
  /** damaged share by weight, of damaged fruit only */
  damageBp?: number;
  photos: readonly string[];
  /** of goods that go back: whether they are not as sold; left out, the buyer has changed their mind */
  fault?: Fault;
}

/**
 * Opens a case for packs of one seller in one's own order. What it asks for is kept for it from now on, so that no
 * other case can have the same packs or money. Damaged fruit within the county's rule and below its amount is
 * compensated at once.
 *
 * @returns the case's id
 * @throws Refusal `order-not-found` | `case-lines-broken` | `case-one-seller` | `case-terms-differ` | any `WhyNot` |
 *   `case-packs-over` | `photo-needed` | `damage-missing` | `damage-too-small` | `case-fen-over` | `photo-not-found` |
 *   `too-many-photos`
 */
export async function openCase(at: Context, by: Actor, input: NewCase, key: OnceKey | null): Promise<string> {
  const { county, kind, fault = 'buyer' } = input;
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const order = await lockOrder(tx, county, input.order);
    if (order?.person !== by.person) throw refuse('order-not-found');
    const chosen = choose(await standingOfLines(tx, order), input);
    const terms = (chosen[0] as Chosen).standing.terms;
    for (const { standing, packs } of chosen) {
      const { why } = optionOf(kind, standing.state, standing.terms, now);
      const name = `${standing.line.name} ${standing.line.sku_name}`;
      if (why) throw refuse(why, { name, kind: caseKindWords[kind].zh, kindEn: caseKindWords[kind].en });
      const left = packsLeft(standing.account);
      if (packs > left) throw refuse('case-packs-over', { name, left });
    }
    const shares = askedOf(chosen, input, terms);
    const askedFen = shares.reduce((sum, share) => sum + share.goodsFen + share.freightFen, 0);

    const id = newId();
    const day = dayOf(now).slice(2).replaceAll('-', '');
    const org = (chosen[0] as Chosen).standing.line.org;
    await tx
      .insertInto('trade.after_sale_case')
      .values({
        county,
        id,
        number: `S${day}-${String(await nextNumber(tx, county, `case ${day}`)).padStart(4, '0')}`,
        order: order.id,
        org,
        person: by.person,
        kind,
        state: 'applied',
        reason: input.reason.trim(),
        damage_bp: kind === 'damage' ? (input.damageBp ?? null) : null,
        rule: terms.id,
        fault: freightBearerOf(kind, fault, terms) && fault,
        freight_bearer: freightBearerOf(kind, fault, terms),
        asked_fen: askedFen,
        due_at: dueAt('applied', terms, now),
        opened_at: now,
      })
      .execute();
    await tx
      .insertInto('trade.after_sale_line')
      .values(
        shares.map((share, i) => ({
          county,
          case: id,
          line: share.line,
          packs: (chosen[i] as Chosen).packs,
          goods_fen: share.goodsFen,
          freight_fen: share.freightFen,
        })),
      )
      .execute();
    await attachPhotos(tx, by, { county, order: order.id, case: id, photos: input.photos });
    const opened = { county, case: id, from: null, to: 'applied' as const, act: 'apply', party: 'buyer' as const };
    await insertCaseMove(tx, { ...opened, note: input.reason.trim(), by: by.person, at: now });
    if (kind === 'damage' && askedFen <= terms.damageAutoFen) {
      const found = await lockCase(tx, county, id);
      if (!found) throw new Error(`case ${id} is gone`);
      await grantRefund(
        tx,
        now,
        by,
        { order, found, terms },
        {
          act: 'accept',
          mover: { party: 'rule', by: null, note: `按规则自动赔付 ${yuan(askedFen)} 元` },
          bearer: await damageBearer(tx, { found, terms }),
        },
      );
    }
    return id;
  });
}

interface Chosen {
  standing: LineStanding;
  packs: number;
}

/** The lines that were asked for, each once, of one seller and under one set of terms. */
function choose(standings: readonly LineStanding[], input: NewCase): Chosen[] {
  const chosen = input.lines.flatMap(({ line, packs }) => {
    const standing = standings.find((of) => of.line.id === line);
    return standing ? [{ standing, packs }] : [];
  });
  const distinct = new Set(chosen.map(({ standing }) => standing.line.id));
  if (chosen.length === 0 || chosen.length < input.lines.length || distinct.size < chosen.length) {
    throw refuse('case-lines-broken');
  }
  if (new Set(chosen.map(({ standing }) => standing.line.org)).size > 1) throw refuse('case-one-seller');
  if (new Set(chosen.map(({ standing }) => standing.terms.id)).size > 1) throw refuse('case-terms-differ');
  return chosen;
}

/** What a case asks for, line by line: nothing for goods that are sent again, freight only for goods never sent. */
function askedOf(chosen: readonly Chosen[], input: NewCase, terms: LineStanding['terms']): Share[] {
  const worth = chosen.map(({ standing, packs }) => {
    const { goodsFen, freightFen } = worthOf(standing.account, packs);
    return { line: standing.line.id, goodsFen, freightFen: standing.state.waiting ? freightFen : 0 };
  });
  if (input.kind === 'resend' || input.kind === 'exchange') {
    // Kept all the same: goods that are not there any more are refunded, and nobody else may have that money then.
    return worth;
  }
  if (input.kind === 'damage') {
    if (input.photos.length === 0) throw refuse('photo-needed');
    if (input.damageBp === undefined) throw refuse('damage-missing');
    const goods = worth.reduce((sum, share) => sum + share.goodsFen, 0);
    const fen = damageFen(terms, input.damageBp, goods);
    if (fen === null || fen === 0) throw refuse('damage-too-small', { percent: terms.damageFreeBp / 100 });
    return spreadGoods(worth, fen);
  }
  const most = worth.reduce((sum, share) => sum + share.goodsFen + share.freightFen, 0);
  if (input.fen === undefined || input.fen === most) return worth;
  if (chosen.some(({ standing }) => standing.state.waiting)) throw refuse('case-fen-waiting');
  if (input.fen > most || input.kind === 'return') throw refuse('case-fen-over', { left: yuan(most) });
  const goods = worth.reduce((sum, share) => sum + share.goodsFen, 0);
  const rest = spreadGoods(worth, Math.min(input.fen, goods));
  const freight = splitIfAny(
    Math.max(0, input.fen - goods),
    worth.map((share) => share.freightFen),
  );
  return rest.map((share, i) => ({ ...share, freightFen: freight[i] ?? 0 }));
}

const spreadGoods = (worth: readonly Share[], fen: Fen): Share[] => {
  const goods = splitIfAny(
    fen,
    worth.map((share) => share.goodsFen),
  );
  return worth.map((share, i) => ({ ...share, goodsFen: goods[i] ?? 0, freightFen: 0 }));
};

const splitIfAny = (fen: Fen, weights: readonly Fen[]): Fen[] =>
  weights.every((weight) => weight === 0) ? weights.map(() => 0) : splitByWeight(fen, weights);
