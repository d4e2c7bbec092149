import { productNames, skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { tell } from '#platform/outbox.ts';
import type { Basis } from '../certificates/basis-kinds.ts';
import { writeCertificate } from '../certificates/certificates.queries.ts';
import { keyVersionNow } from '../codes/codes.queries.ts';
import type { LotPacked } from '../events.ts';
import { type MadeLot, operate } from '../operations/operate.ts';
import { refuse } from '../refuse.ts';
import { lotDetail } from './lot-detail.ts';

/**
 * Grades and packs certified raw lots into packs of one SKU. Grams in = packs × net weight + loss, to the gram; what
 * households were paid for all that was taken, the loss included, is what the packs cost. The packed lot gets its own
 * certificate and its range of codes; it is stock only when trade receives it.
 *
 * @param input.inputs grams taken of each lot; a lot named twice gives both
 * @param input.place where it was done, as buyers will read it
 * @throws Refusal `sku-unknown` | those of operate
 */
export async function pack(
  at: Context,
  by: Actor,
  input: {
    county: County;
    sku: string;
    inputs: readonly { lot: string; grams: Grams }[];
    packs: number;
    lossGrams: Grams;
    place: string;
    note?: string;
    basis: readonly Basis[];
  },
  key: OnceKey | null,
) {
  const { county, packs, basis } = input;
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const sku = (await skusById(tx, county, [input.sku])).get(input.sku);
    if (!sku) throw refuse('sku-unknown');
    const grams = packs * sku.netGrams;
    const { made } = await operate(tx, by, now, {
      ...input,
      kind: 'pack',
      outputs: [{ grams, packed: { sku, packs } }],
    });
    const { id, number, villages } = made[0] as MadeLot;
    const keyVersion = await keyVersionNow(tx, county);
    await tx
      .insertInto('trace.code_range')
      .values({ county, lot: id, gtin: sku.gtin, lot_number: number, packs, key_version: keyVersion, created_at: now })
      .execute();
    const product = (await productNames(tx, county, [sku.product])).get(sku.product);
    await writeCertificate(tx, county, {
      lot: id,
      issuer: sku.org,
      productName: `${product?.nameZh ?? sku.nameZh} ${sku.skuNameZh}`,
      grams,
      villages,
      basis,
      by: by.person,
      at: now,
    });
    const event: LotPacked = {
      type: 'trace.lot-packed',
      county,
      payload: { lot: id, sku: sku.id, product: sku.product },
    };
    await tell(tx, event);
    return lotDetail(tx, at.sealer, by, county, id);
  });
}
