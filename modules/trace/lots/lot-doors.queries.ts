import { sql } from 'kysely';
import { pipelined } from '#platform/database/pipelined.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen, Grams } from '#platform/money.ts';
import type { CodeKeys } from '../codes/code-keys.ts';
import { rangesOf } from '../codes/codes.queries.ts';

/** A packed lot as stock receives it. */
export interface PackedLot {
  id: string;
  number: string;
  org: string;
  station: string;
  sku: string;
  packs: number;
  packGrams: Grams;
  /** net grams still here; 0 once the lot is in stock */
  gramsOnHand: Grams;
  expiresOn: string;
  state: 'open' | 'closed' | 'recalled';
  /** whether it bears a lot certificate */
  certified: boolean;
}

/** One packed lot; null when there is none of this id, or it is a raw one. */
export async function packedLot(db: Db, county: County, lot: string): Promise<PackedLot | null> {
  const { rows } = await sql<PackedLot>`
    select l.id, l.number, l.org, l.station, l.sku, l.packs, l.pack_grams as "packGrams",
           l.grams_on_hand as "gramsOnHand", l.expires_on as "expiresOn", l.state,
           exists (select from trace.certificate c where c.county = l.county and c.lot = l.id) as certified
      from trace.lot l
     where l.county = ${county} and l.id = ${lot} and l.kind = 'packed'`.execute(db);
  return rows[0] ?? null;
}

/** What one purchase note brought into a lot. */
export interface LotSource {
  lot: string;
  purchase: string;
  household: string;
  village: string;
  /** net grams of the note in the lot */
  grams: Grams;
  /** what the household was paid for what went into the lot, processing loss included */
  fen: Fen;
}

/**
 * What lots are made of, down to the notes: per lot the grams sum to its grams in, the fen to its household fen.
 *
 * @param tx with a scope (platform/db.ts, withScope); sources outside it are missing
 */
export function lotSources(tx: Tx, county: County, lots: readonly string[]): Promise<LotSource[]> {
  if (lots.length === 0) return Promise.resolve([]);
  return tx
    .selectFrom('trace.lot_source')
    .select(['lot', 'purchase', 'household', 'village', 'grams', 'fen'])
    .where('county', '=', county)
    .where('lot', 'in', lots)
    .orderBy('lot')
    .orderBy('purchase')
    .execute();
}

/** What other rooms need of packed lots. */
export interface LotFacts {
  number: string;
  packs: number;
  packGrams: Grams;
  gramsIn: Grams;
  /** what households were paid for all of it, processing loss included */
  householdFen: Fen;
  org: string;
  station: string;
  /** 14 digits */
  gtin: string;
  /** for keyVersionOf and serialOf */
  keys: CodeKeys;
}

/** Facts of packed lots by id; lots that are raw or not there are missing from the answer. */
export async function lotFacts(db: Db, county: County, lots: Iterable<string>): Promise<Map<string, LotFacts>> {
  const asked = [...new Set(lots)];
  if (asked.length === 0) return new Map();
  const [ranges, rows] = await pipelined(db, (one) =>
    Promise.all([
      rangesOf(one, county, asked),
      one
        .selectFrom('trace.lot')
        .select(['id', 'number', 'packs', 'pack_grams as packGrams', 'grams_in as gramsIn'])
        .select(['household_fen as householdFen', 'org', 'station'])
        .where('county', '=', county)
        .where(sql<boolean>`id = any(${asked}::uuid[])`)
        .execute(),
    ]),
  );
  return new Map(
    rows.flatMap(({ id, packs, packGrams, ...row }) => {
      const range = ranges.get(id);
      if (!range) return [];
      const { gtin, keyVersion, reissues } = range;
      return [[id, { ...row, gtin, keys: { keyVersion, reissues }, packs: packs ?? 0, packGrams: packGrams ?? 0 }]];
    }),
  );
}
