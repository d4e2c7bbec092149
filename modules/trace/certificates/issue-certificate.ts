import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { cropsByCode } from '#registry';
import { mayHandle } from '../lots/lot-rights.ts';
import { heldIn, lockLot } from '../lots/lots.queries.ts';
import { refuse } from '../refuse.ts';
import { type Basis, certificatesOf, writeCertificate } from './certificates.queries.ts';

/**
 * Issues the certificate of a raw lot for what is in it now and closes the lot: what is weighed in later today goes
 * into a new one. Packed lots get theirs when they are packed.
 *
 * @throws Refusal `lot-not-found` | `lot-not-yours` | `lot-recalled` | `certificate-exists` | `lot-empty`
 */
export async function issueCertificate(
  at: Context,
  by: Actor,
  input: { county: County; id: string; basis: readonly Basis[] },
  key: OnceKey | null,
) {
  const { county, id, basis } = input;
  return once(at.db, key, async (tx) => {
    const lot = await lockLot(tx, county, id);
    if (!lot) throw refuse('lot-not-found');
    if (!mayHandle(by, county, lot)) throw refuse('lot-not-yours');
    if (lot.state === 'recalled') throw refuse('lot-recalled', { lot: lot.number });
    if ((await certificatesOf(tx, county, [id])).has(id)) throw refuse('certificate-exists');
    if (lot.grams_on_hand === 0) throw refuse('lot-empty', { lot: lot.number });

    await withScope(tx, String(county));
    const sources = (await heldIn(tx, county, [id])).get(id) ?? [];
    const crop = (await cropsByCode(tx)).get(lot.crop);
    await tx
      .updateTable('trace.lot')
      .set({ state: 'closed' })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    await writeCertificate(tx, county, {
      lot: id,
      issuer: lot.org,
      productName: `${crop?.nameZh ?? lot.crop}（${lot.grade}）`,
      grams: lot.grams_on_hand,
      villages: [...new Set(sources.map((source) => source.village))].sort(),
      basis,
      by: by.person,
      at: at.clock.now(),
    });
    const issued = (await certificatesOf(tx, county, [id])).get(id);
    if (!issued) throw new Error(`the certificate of lot ${id} was not written`);
    return issued;
  });
}
