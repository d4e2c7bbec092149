import { sql } from 'kysely';
import type { Static } from 'typebox';
import type { Context } from '#platform/context.ts';
import { plainArray } from '#platform/database/arrays.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type Gather, gather, type Outcome } from '#platform/gather.ts';
import type { County } from '#platform/ids.ts';
import { proportion } from '#platform/money.ts';
import { regionNames } from '#registry';
import { readCode } from '#trace';
import { paidForLines } from '#trade';
import type { fulfilment } from '../contract.ts';
import { refuse } from '../refuse.ts';

type Journey = Omit<Static<(typeof fulfilment.journey)['answer']>, DateKey> & Record<DateKey, Date | null>;
type DateKey = 'packedAt' | 'sentAt' | 'receivedAt';
type Pack = { county: County; lot: string; pack: number };

/** Looks journeys up that are asked for together, in one go. */
export type JourneyReader = Gather<Pack, Journey>;

/** The reader of one process: a page waits for one batch, and while that is in the database the next one gathers. */
export const journeyReader = (at: Context): JourneyReader =>
  gather<Pack, Journey>({
    ...{ most: 256, atOnce: 2, waiting: 5_000, patience: 5_000 },
    full: () => refusePlatform('too-many-requests', { retryAfter: 1 }),
    work: (batch) => journeysOf(at, batch),
  });

/**
 * The way of one pack, for whoever scans it: where and when it was packed, when it left, and to which province; no
 * nearer. What was paid for it is the price with its part of the freight, never who paid.
 *
 * @throws Refusal `code-false`
 */
export async function journey(at: Context, reader: JourneyReader, code: { gtin: string; lot: string; serial: string }) {
  const read = await readCode(at.db, at.sealer, code.gtin, code.lot, code.serial);
  if (!read) throw refuse('code-false');
  return reader.take(read);
}

const notSentYet: Journey = {
  ...{ packedAt: null, packedIn: null, sentAt: null, carrier: null, toProvince: null, receivedAt: null, order: null },
};

async function journeysOf(at: Context, batch: readonly Pack[]): Promise<Outcome<Journey>[]> {
  const found = new Map<string, Journey>();
  for (const [county, packs] of Map.groupBy(batch, (pack) => pack.county)) {
    for (const [key, one] of await journeysOfCounty(at, county, packs)) found.set(key, one);
  }
  return batch.map((pack) => ({ value: found.get(keyOf(pack)) ?? notSentYet }));
}

const keyOf = ({ county, lot, pack }: Pack): string => `${county} ${lot}/${pack}`;

/** By pack; those that are in no parcel are left out. */
async function journeysOfCounty({ db }: Context, county: County, packs: readonly Pack[]) {
  const { rows } = await sql<
    Pick<Journey, DateKey | 'packedIn' | 'carrier'> & { lot: string; pack: number; line: string; shipRegion: string }
  >`
    select a.lot, a.pack, k.line, p.packed_at as "packedAt", p.packed_in as "packedIn", p.sent_at as "sentAt", p.carrier,
           p.received_at as "receivedAt", p.ship_region as "shipRegion"
      from unnest(${plainArray(packs.map((p) => p.lot))}::uuid[], ${plainArray(packs.map((p) => p.pack))}::int[])
             as a (lot, pack)
      join fulfilment.parcel_pack k
        on k.county = ${county} and k.lot = a.lot and k.first_pack <= a.pack and k.last_pack >= a.pack
      join fulfilment.parcel p on p.county = k.county and p.id = k.parcel`.execute(db);
  if (rows.length === 0) return [];
  const provinceOf = (region: string) => region.slice(0, 2);
  const [paid, names] = await Promise.all([
    paidForLines(db, county, [...new Set(rows.map((row) => row.line))]),
    regionNames(
      db,
      rows.map((row) => provinceOf(row.shipRegion)),
    ),
  ]);
  return rows.map(({ lot, pack, line, shipRegion, ...row }): [string, Journey] => {
    const price = paid.get(line);
    const order = price ? { paidFen: proportion(price.fen, 1, price.packs) } : null;
    return [
      keyOf({ county, lot, pack }),
      { ...row, toProvince: names.get(provinceOf(shipRegion))?.name ?? null, order },
    ];
  });
}
