import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { countyOfGtin } from '#catalog';
import { atMost } from '#platform/at-most.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';
import { type CodeKeys, type Reading, readSerial } from './code-keys.ts';
import { FIRST_KEY_VERSION } from './serial.ts';

/** The packs of one lot and what their codes are made of. */
export interface CodeRange extends CodeKeys {
  county: County;
  lot: string;
  gtin: string;
  lotNumber: string;
  packs: number;
  /** its packing was taken back: what labels there are belong to no pack */
  undone: boolean;
}

/** The path of a pack's code as a GS1 Digital Link: GTIN (01), lot (10), serial (21). */
export const codePath = (gtin: string, lotNumber: string, serial: string): string =>
  `/01/${gtin}/10/${lotNumber}/21/${serial}`;

/** The path of a lot's page, for a label that speaks for all its packs. */
export const lotPath = (gtin: string, lotNumber: string): string => `/01/${gtin}/10/${lotNumber}`;

/** Ranges kept in memory at a time: ten thousand lots are some five megabytes. */
const MOST_KEPT = 20_000;
/** So long a process may read codes as they were before another process reissued or voided them. */
const KEPT_MS = 60_000;

interface Kept {
  ranges: LRUCache<string, CodeRange>;
  /** asked for and not there yet: a page asks for the look at a code and for its journey at once */
  asked: Map<string, Promise<CodeRange | null>>;
  gtins: LRUCache<string, County>;
}

const kept = new WeakMap<Db, Kept>();

// A range changes only by reissuing and by undoing its packing, which is rare; what was not found may still come and is asked for again.
function keptFor(db: Db): Kept {
  let found = kept.get(db);
  if (!found) {
    found = {
      ranges: new LRUCache<string, CodeRange>({ ...atMost(MOST_KEPT), ttl: KEPT_MS }),
      asked: new Map(),
      // A GTIN never changes hands.
      gtins: new LRUCache<string, County>(atMost(MOST_KEPT)),
    };
    kept.set(db, found);
  }
  return found;
}

const nameOf = (gtin: string, lotNumber: string) => `${gtin}/${lotNumber}`;

/** After reissuing or undoing: this process reads the range anew. */
export function forgetRange(db: Db, range: { gtin: string; lotNumber: string }): void {
  const name = nameOf(range.gtin, range.lotNumber);
  kept.get(db)?.ranges.delete(name);
  kept.get(db)?.asked.delete(name);
}

/** The lot that a GTIN and lot number on a pack name; null when no such lot was packed here. */
export async function findRange(db: Db, gtin: string, lotNumber: string): Promise<CodeRange | null> {
  const { ranges, asked } = keptFor(db);
  const name = nameOf(gtin, lotNumber);
  const known = ranges.get(name) ?? asked.get(name);
  if (known) return known;
  const asking = readRange(db, gtin, lotNumber)
    .then((range) => {
      // Unless it was forgotten in between: then this is how it stood before.
      if (range && asked.get(name) === asking) ranges.set(name, range);
      return range;
    })
    .finally(() => {
      if (asked.get(name) === asking) asked.delete(name);
    });
  asked.set(name, asking);
  return asking;
}

async function readRange(db: Db, gtin: string, lotNumber: string): Promise<CodeRange | null> {
  const { gtins } = keptFor(db);
  let county = gtins.get(gtin);
  if (county === undefined) {
    county = (await countyOfGtin(db, gtin))?.county;
    if (county === undefined) return null;
    gtins.set(gtin, county);
  }
  const [range] = await rangesWhere(db, sql`r.county = ${county} and r.gtin = ${gtin} and r.lot_number = ${lotNumber}`);
  return range ?? null;
}

/** The ranges of packed lots by the lots' ids; raw lots have none. */
export async function rangesOf(db: Db, county: County, lots: readonly string[]): Promise<Map<string, CodeRange>> {
  if (lots.length === 0) return new Map();
  const found = await rangesWhere(db, sql`r.county = ${county} and r.lot = any(${lots as string[]}::uuid[])`);
  return new Map(found.map((range) => [range.lot, range]));
}

async function rangesWhere(db: Db, where: ReturnType<typeof sql<boolean>>): Promise<CodeRange[]> {
  const { rows } = await sql<CodeRange>`
    select r.county, r.lot, r.gtin, r.lot_number as "lotNumber", r.packs, r.key_version as "keyVersion",
           coalesce((select json_agg(json_build_object('keyVersion', x.key_version, 'fromPack', x.from_pack)
                                     order by x.key_version)
                       from trace.code_reissue x where x.county = r.county and x.lot = r.lot), '[]') as reissues,
           exists (select from trace.operation_lot made
                     join trace.operation pack on pack.county = made.county and pack.id = made.operation
                     join trace.operation undo on undo.county = pack.county and undo.reverses = pack.id
                    where made.county = r.county and made.lot = r.lot and made.side = 'out' and pack.kind = 'pack') as undone
      from trace.code_range r
     where ${where}
     order by r.lot`.execute(db);
  return rows;
}

/** What a printed code says, genuine or not; null when no such lot was packed here. Touches no row per pack. */
export async function readStanding(
  db: Db,
  sealer: Sealer,
  gtin: string,
  lotNumber: string,
  serial: string,
): Promise<(Reading & { range: CodeRange }) | null> {
  const range = await findRange(db, gtin, lotNumber);
  if (!range) return null;
  const read = readSerial(sealer, range, serial);
  return range.undone && read.standing === 'genuine' ? { ...read, standing: 'withdrawn', range } : { ...read, range };
}

/** The pack a genuine code is on; null for any other. */
export async function readCode(
  db: Db,
  sealer: Sealer,
  gtin: string,
  lotNumber: string,
  serial: string,
): Promise<{ county: County; lot: string; pack: number } | null> {
  const read = await readStanding(db, sealer, gtin, lotNumber, serial);
  return read?.standing === 'genuine' ? { county: read.range.county, lot: read.range.lot, pack: read.pack } : null;
}

/** The key version that lots packed now are coded with. */
export async function keyVersionNow(db: Db, county: County): Promise<number> {
  const row = await db
    .selectFrom('trace.code_key')
    .select((e) => e.fn.max('version').as('version'))
    .where('county', '=', county)
    .executeTakeFirst();
  return row?.version ?? FIRST_KEY_VERSION;
}
