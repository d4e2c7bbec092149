import type { Static } from 'typebox';
import { productNames, skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { cropsByCode } from '#registry';
import type { Certificate } from '../contract.ts';
import { lotSources } from '../lots/lot-doors.queries.ts';
import { mayHandle } from '../lots/lot-rights.ts';
import { type LotRow, lockLot } from '../lots/lots.queries.ts';
import { refuse } from '../refuse.ts';
import type { Basis } from './basis-kinds.ts';
import { ofLotInForce } from './certificate-lookups.ts';
import { certificatesOf, certificatesWhere, writeCertificate } from './certificates.queries.ts';

/**
 * Issues the certificate of a raw lot for what is in it now and closes the lot: what is weighed in later today goes
 * into a new one. Packed lots get theirs when they are packed.
 *
 * @throws Refusal `lot-not-found` | `lot-not-yours` | `lot-recalled` | `certificate-exists` | `lot-empty` |
 *   `report-missing`
 */
export async function issueCertificate(
  at: Context,
  by: Actor,
  input: { county: County; id: string; basis: readonly Basis[] },
  key: OnceKey | null,
) {
  const { county, id, basis } = input;
  return once(at.db, key, async (tx) => {
    const lot = await lotToCertify(tx, by, county, id);
    if ((await certificatesOf(tx, county, [id])).has(id)) throw refuse('certificate-exists');
    if (lot.grams_on_hand === 0) throw refuse('lot-empty', { lot: lot.number });
    await tx
      .updateTable('trace.lot')
      .set({ state: 'closed' })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    return write(tx, by, at.clock.now(), lot, { grams: lot.grams_on_hand, basis });
  });
}

/**
 * Issues a certificate again that had a mistake, or whose promise can now rest on a test: for the same goods, in the
 * issuer's words of today. The one it replaces stays, and whoever looks it up is led to the new one.
 *
 * @throws Refusal `lot-not-found` | `lot-not-yours` | `lot-recalled` | `certificate-missing` | `report-missing`
 */
export async function replaceCertificate(
  at: Context,
  by: Actor,
  input: { county: County; id: string; basis: readonly Basis[]; reason: string },
  key: OnceKey | null,
) {
  const { county, id, basis, reason } = input;
  return once(at.db, key, async (tx) => {
    const lot = await lotToCertify(tx, by, county, id);
    const [old] = await certificatesWhere(tx, ofLotInForce(county, id));
    if (!old) throw refuse('certificate-missing');
    const replaces = { id: old.id, reason: reason.trim() };
    return write(tx, by, at.clock.now(), lot, { grams: old.grams, basis, replaces });
  });
}

async function lotToCertify(tx: Tx, by: Actor, county: County, id: string): Promise<LotRow> {
  const lot = await lockLot(tx, county, id);
  if (!lot) throw refuse('lot-not-found');
  if (!mayHandle(by, county, lot)) throw refuse('lot-not-yours');
  if (lot.state === 'recalled') throw refuse('lot-recalled', { lot: lot.number });
  return lot;
}

async function write(
  tx: Tx,
  by: Actor,
  now: Date,
  lot: LotRow,
  of: { grams: Grams; basis: readonly Basis[]; replaces?: { id: string; reason: string } },
): Promise<Static<typeof Certificate>> {
  const { county, id } = lot;
  await withScope(tx, String(county));
  const sources = await lotSources(tx, county, [id]);
  const inIt = sources.filter((source) => source.grams > 0);
  await writeCertificate(tx, county, {
    ...{ ...of, lot: id, issuer: lot.org, by: by.person, at: now },
    productName: await nameOf(tx, lot),
    villages: [...new Set(inIt.map((source) => source.village))].sort(),
  });
  const issued = (await certificatesOf(tx, county, [id])).get(id);
  if (!issued) throw new Error(`the certificate of lot ${id} was not written`);
  return issued;
}

/** What stands on the paper as the product: the goods as they are sold, or the crop with its grade. */
async function nameOf(tx: Tx, lot: LotRow): Promise<string> {
  const sku = lot.sku === null ? undefined : (await skusById(tx, lot.county, [lot.sku])).get(lot.sku);
  if (!sku) return `${(await cropsByCode(tx)).get(lot.crop)?.nameZh ?? lot.crop}（${lot.grade}）`;
  const product = (await productNames(tx, lot.county, [sku.product])).get(sku.product);
  return `${product?.nameZh ?? sku.nameZh} ${sku.skuNameZh}`;
}
