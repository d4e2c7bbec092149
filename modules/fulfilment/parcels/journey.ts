import type { Context } from '#platform/context.ts';
import { proportion } from '#platform/money.ts';
import { regionNames } from '#registry';
import { readCode } from '#trace';
import { paidForLine } from '#trade';
import { refuse } from '../refuse.ts';

/**
 * The way of one pack, for whoever scans it: where and when it was packed, when it left, and to which province; no
 * nearer. What was paid for it is the price with its part of the freight, never who paid.
 *
 * @throws Refusal `code-false`
 */
export async function journey(at: Context, code: { gtin: string; lot: string; serial: string }) {
  const { db } = at;
  const read = await readCode(db, at.sealer, code.gtin, code.lot, code.serial);
  if (!read) throw refuse('code-false');
  const parcel = await db
    .selectFrom('fulfilment.parcel_pack as k')
    .innerJoin('fulfilment.parcel as p', (join) =>
      join.onRef('p.county', '=', 'k.county').onRef('p.id', '=', 'k.parcel'),
    )
    .select(['k.line', 'p.packed_at', 'p.packed_in', 'p.sent_at', 'p.carrier', 'p.received_at', 'p.ship_region'])
    .where('k.county', '=', read.county)
    .where('k.lot', '=', read.lot)
    .where('k.first_pack', '<=', read.pack)
    .where('k.last_pack', '>=', read.pack)
    .executeTakeFirst();
  if (!parcel) {
    return {
      packedAt: null,
      packedIn: null,
      sentAt: null,
      carrier: null,
      toProvince: null,
      receivedAt: null,
      order: null,
    };
  }
  const province = parcel.ship_region.slice(0, 2);
  const paid = await paidForLine(db, read.county, parcel.line);
  return {
    packedAt: parcel.packed_at,
    packedIn: parcel.packed_in,
    sentAt: parcel.sent_at,
    carrier: parcel.carrier,
    toProvince: (await regionNames(db, [province])).get(province)?.name ?? null,
    receivedAt: parcel.received_at,
    order: paid ? { paidFen: proportion(paid.fen, 1, paid.packs) } : null,
  };
}
