import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { County } from '#platform/ids.ts';
import { lotReading } from '../lots/lot-rights.ts';
import { findLot } from '../lots/lots.queries.ts';
import { refuse } from '../refuse.ts';
import { keyVersionOf } from './code-keys.ts';
import { codePath, rangesOf } from './codes.queries.ts';
import { serialOf } from './serial.ts';

/**
 * Codes of a packed lot, for printing.
 *
 * @param input.from first pack, from 1
 * @throws Refusal `lot-not-found`, also for a raw lot or somebody else's
 */
export async function lotCodes(
  at: Context,
  by: Actor,
  input: { county: County; id: string; from?: number; count?: number },
) {
  const { county, id, from = 1, count = 100 } = input;
  const lot = await findLot(at.db, county, id, lotReading(by, county));
  const range = lot && (await rangesOf(at.db, county, [id])).get(id);
  if (!range) throw refuse('lot-not-found');
  const codes = [];
  for (let pack = from; pack < from + count && pack <= range.packs; pack++) {
    const serial = serialOf(at.sealer, { county, lot: id, pack, keyVersion: keyVersionOf(range, pack) });
    codes.push({ pack, serial, path: codePath(range.gtin, range.lotNumber, serial) });
  }
  return { gtin: range.gtin, lotNumber: range.lotNumber, base: at.publicUrl, packs: range.packs, codes };
}
