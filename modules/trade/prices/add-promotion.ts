import { type SkuBrief, skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { type Fen, yuan } from '#platform/money.ts';
import { tell } from '#platform/outbox.ts';
import { organisationsById } from '#registry';
import { stockChanged } from '../events.ts';
import { refuse } from '../refuse.ts';
import type { Bearer } from './price-facts.ts';
import { nameOf } from './price-order.ts';
import { belowFloor, type PriceWarning } from './price-warnings.ts';
import { promotionView } from './promotion-views.ts';
import { requireBearer } from './seller-rights.ts';

interface PromotionLineInput {
  sku: string;
  packs?: number;
  priceFen?: Fen | null;
  pieces?: number | null;
  buyerPacks?: number | null;
}

export interface PromotionInput {
  county: County;
  kind: 'campaign' | 'bundle' | 'full_reduction';
  name: string;
  /** for readers of English */
  nameEn?: string | null;
  bearer: Bearer;
  org?: string | null;
  position?: number;
  startsAt: Date | string;
  endsAt: Date | string;
  holdMinutes?: number | null;
  priceFen?: Fen | null;
  pieces?: number | null;
  buyerPieces?: number | null;
  category?: string | null;
  products?: readonly string[] | null;
  onReduced?: boolean;
  repeats?: boolean;
  lines?: readonly PromotionLineInput[];
  steps?: readonly { fromFen: Fen; offFen: Fen }[];
}

/**
 * Makes a promotion: a campaign price, a bundle or a full reduction. It begins and ends by its own times.
 *
 * @throws Refusal `bearer-not-yours` | `goods-not-yours` | `sku-not-on-sale` | `promotion-time-broken` |
 *   `promotion-goods-missing` | `promotion-steps-broken` | `price-not-below-list` | `bundle-not-below-parts` | `not-found`
 */
export async function addPromotion(at: Context, by: Actor, input: PromotionInput, key: OnceKey | null) {
  const { county, kind } = input;
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const skus = await requireSound(tx, by, input, now);
    const id = newId();
    const bundle = kind === 'bundle';
    const full = kind === 'full_reduction';
    await tx
      .insertInto('trade.promotion')
      .values({
        ...{ county, id, kind, name: input.name.trim(), name_en: input.nameEn?.trim() || null },
        ...{ bearer: input.bearer, org: input.org ?? null },
        position: input.position ?? 100,
        starts_at: new Date(input.startsAt),
        ends_at: new Date(input.endsAt),
        hold_minutes: kind === 'campaign' ? (input.holdMinutes ?? null) : null,
        price_fen: bundle ? (input.priceFen ?? null) : null,
        pieces: bundle ? (input.pieces ?? null) : null,
        buyer_pieces: bundle ? (input.buyerPieces ?? null) : null,
        category: full ? (input.category ?? null) : null,
        products: full && input.products ? [...input.products] : null,
        on_reduced: full && (input.onReduced ?? false),
        repeats: full && (input.repeats ?? false),
        ...{ created_by: by.person, created_at: now, ended_by: null, ended_at: null },
      })
      .execute();
    if (!full) {
      await tx
        .insertInto('trade.promotion_line')
        .values(
          linesOf(input).map((line) => ({
            ...{ county, id: newId(), promotion: id, sku: line.sku },
            packs: bundle ? (line.packs ?? 1) : 1,
            price_fen: bundle ? null : (line.priceFen ?? null),
            pieces: bundle ? null : (line.pieces ?? null),
            buyer_packs: bundle ? null : (line.buyerPacks ?? null),
          })),
        )
        .execute();
    } else {
      await tx
        .insertInto('trade.promotion_step')
        .values(
          (input.steps ?? []).map((step) => ({ county, promotion: id, from_fen: step.fromFen, off_fen: step.offFen })),
        )
        .execute();
    }
    await tell(
      tx,
      stockChanged(
        county,
        [...skus.values()].map((sku) => sku.product),
      ),
    );
    return promotionView(tx, now, county, id);
  });
}

/**
 * What its maker should know of a promotion before it begins: other campaigns on the same goods in that time, and
 * prices below the county's floor. Writes nothing.
 *
 * @throws Refusal those of `addPromotion`
 */
export async function checkPromotion(
  at: Context,
  by: Actor,
  input: PromotionInput,
): Promise<{ warnings: PriceWarning[] }> {
  const now = at.clock.now();
  const skus = await requireSound(at.db, by, input, now);
  if (input.kind !== 'campaign') return { warnings: [] };
  const prices = linesOf(input).map((line) => ({ sku: skus.get(line.sku) as SkuBrief, priceFen: line.priceFen ?? 0 }));
  return {
    warnings: [...(await overlaps(at.db, input, skus)), ...(await belowFloor(at.db, input.county, now, prices))],
  };
}

const linesOf = (input: PromotionInput): readonly PromotionLineInput[] =>
  input.kind === 'full_reduction' ? [] : (input.lines ?? []);

/** Whether a promotion may be made by whom and is sound in itself; answers its SKUs. */
async function requireSound(db: Db, by: Actor, input: PromotionInput, now: Date): Promise<Map<string, SkuBrief>> {
  const { county, kind, bearer, org = null, steps = [] } = input;
  requireBearer(by, county, { bearer, org });
  if (org && !(await organisationsById(db, county, [org])).has(org)) throw refusePlatform('not-found');
  const [startsAt, endsAt] = [new Date(input.startsAt), new Date(input.endsAt)];
  if (!(startsAt < endsAt && endsAt > now)) throw refuse('promotion-time-broken');
  if (kind === 'full_reduction') {
    const sorted = [...steps].sort((a, b) => a.fromFen - b.fromFen);
    const rising = sorted.every((step, i) => {
      const before = sorted[i - 1];
      return step.offFen <= step.fromFen && (!before || (step.fromFen > before.fromFen && step.offFen > before.offFen));
    });
    if (steps.length === 0 || !rising || (input.repeats && steps.length > 1)) throw refuse('promotion-steps-broken');
    return new Map();
  }
  const lines = linesOf(input);
  const skus = await skusById(
    db,
    county,
    lines.map((line) => line.sku),
  );
  for (const line of lines) {
    const sku = skus.get(line.sku);
    if (!sku?.onSale) throw refuse('sku-not-on-sale', { name: nameOf(sku) });
    if (org !== null && sku.org !== org) throw refuse('goods-not-yours', { name: nameOf(sku) });
  }
  const packs = lines.reduce((sum, line) => sum + (line.packs ?? 1), 0);
  const once = new Set(lines.map((line) => line.sku)).size === lines.length;
  if (kind === 'bundle') {
    if (!once || packs < 2 || input.priceFen == null) throw refuse('promotion-goods-missing');
    const list = lines.reduce((sum, line) => sum + (skus.get(line.sku) as SkuBrief).priceFen * (line.packs ?? 1), 0);
    if (input.priceFen >= list) throw refuse('bundle-not-below-parts', { list: yuan(list) });
  } else {
    if (!once || lines.length === 0 || lines.some((line) => line.priceFen == null)) {
      throw refuse('promotion-goods-missing');
    }
    for (const line of lines) {
      const sku = skus.get(line.sku) as SkuBrief;
      if ((line.priceFen ?? 0) >= sku.priceFen) {
        throw refuse('price-not-below-list', { name: nameOf(sku), list: yuan(sku.priceFen) });
      }
    }
  }
  return skus;
}

/** Other campaigns on the same SKUs in the same time: the lower price would count, pack by pack. */
async function overlaps(db: Db, input: PromotionInput, skus: ReadonlyMap<string, SkuBrief>): Promise<PriceWarning[]> {
  const rows = await db
    .selectFrom('trade.promotion as p')
    .innerJoin('trade.promotion_line as l', (join) =>
      join.onRef('l.county', '=', 'p.county').onRef('l.promotion', '=', 'p.id'),
    )
    .select(['l.sku', 'p.name'])
    .where('p.county', '=', input.county)
    .where('p.kind', '=', 'campaign')
    .where('p.ended_at', 'is', null)
    .where('p.starts_at', '<', new Date(input.endsAt))
    .where('p.ends_at', '>', new Date(input.startsAt))
    .where('l.sku', 'in', [...skus.keys()])
    .orderBy('p.starts_at')
    .orderBy('l.id')
    .execute();
  return rows.map((row) => {
    const name = nameOf(skus.get(row.sku));
    return {
      ...{ code: 'overlaps', sku: row.sku, name },
      zh: `「${name}」同时还在活动「${row.name}」里，买家得到较低的价`,
      en: `"${name}" is also in "${row.name}" at that time; buyers get the lower price`,
    };
  });
}
