import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { productChanged } from '../products/product-changed.ts';
import { requireEditor } from '../products/product-rights.ts';
import { lockProduct, type ProductRow } from '../products/products.queries.ts';
import { refuse } from '../refuse.ts';
import { type MarkName, markKinds, markNames } from './mark-kinds.ts';
import { claimViews } from './mark-views.ts';
import { claimsOf, marksCovering, validOn } from './marks.queries.ts';

/**
 * Says which marks a product bears. One without a certificate that is valid today cannot be added; one whose certificate
 * has ended may stay and is hidden, until there is a new one.
 *
 * @throws Refusal `product-not-found` | `product-not-yours` | `claim-without-certificate`
 */
export async function setClaims(
  at: Context,
  by: Actor,
  input: { county: County; id: string; kinds: readonly MarkName[] },
) {
  const { county, id, kinds } = input;
  return transact(at.db, async (tx) => {
    const product = await lockProduct(tx, county, id);
    requireEditor(by, county, product.org);
    const now = at.clock.now();
    const before = await claimsOf(tx, county, id);
    const added = kinds.filter((kind) => !before.includes(kind));
    await requireValid(tx, product, dayOf(now), added);
    await tx.deleteFrom('catalog.product_claim').where('county', '=', county).where('product', '=', id).execute();
    if (kinds.length > 0) {
      await tx
        .insertInto('catalog.product_claim')
        .values(kinds.map((kind) => ({ county, product: id, kind, by_person: by.person, at: now })))
        .execute();
    }
    await productChanged(tx, county, id, now);
    return claimViews(tx, county, id, dayOf(now));
  });
}

async function requireValid(tx: Tx, product: ProductRow, day: string, kinds: readonly MarkName[]): Promise<void> {
  const valid = validOn(day, await marksCovering(tx, product));
  const missing = kinds.find((kind) => !valid.has(kind));
  if (missing) throw refuse('claim-without-certificate', { kind: markKinds[missing].words.zh });
}

/**
 * Before a product goes to review or on sale: what it claims, in marks or in words, it has a valid certificate for.
 *
 * @throws Refusal `claim-without-certificate` | `words-claim-mark`
 */
export async function requireHonestClaims(tx: Tx, product: ProductRow, day: string): Promise<void> {
  const claims = await claimsOf(tx, product.county, product.id);
  await requireValid(tx, product, day, claims);
  const text = [product.name_zh, product.tagline_zh, product.story_zh].join('\n');
  for (const kind of markNames) {
    const word = markKinds[kind].claimedBy.find((claimed) => text.includes(claimed));
    if (word && !claims.includes(kind)) throw refuse('words-claim-mark', { word, kind: markKinds[kind].words.zh });
  }
}
