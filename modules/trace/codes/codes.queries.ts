import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { countyOfGtin } from '#catalog';
import { atMost } from '#platform/at-most.ts';
import type { Db, Tx } from '#platform/db.ts';
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
  /** how often codes of the county had been changed when this was read */
  changes: number;
}

/** The path of a pack's code as a GS1 Digital Link: GTIN (01), lot (10), serial (21). */
export const codePath = (gtin: string, lotNumber: string, serial: string): string =>
  `/01/${gtin}/10/${lotNumber}/21/${serial}`;

/** The path of a lot's page, for a label that speaks for all its packs. */
export const lotPath = (gtin: string, lotNumber: string): string => `/01/${gtin}/10/${lotNumber}`;

/** Ranges kept in memory at a time: ten thousand lots are some five megabytes. */
const MOST_KEPT = 20_000;
/** So long a process goes by how often a county's codes were changed before it asks again, which is one row. */
const CHANGES_KEPT_MS = 1000;

interface Kept {
  ranges: LRUCache<string, CodeRange>;
  /** asked for and not there yet: a page asks for the look at a code and for its journey at once */
  asked: Map<string, Promise<CodeRange | null>>;
  changes: Map<County, { count: Promise<number>; askedAt: number }>;
  gtins: LRUCache<string, County>;
}

const kept = new WeakMap<Db, Kept>();

// What was not found may still come and is asked for again.
function keptFor(db: Db): Kept {
  let found = kept.get(db);
  if (!found) {
    found = {
      ranges: new LRUCache<string, CodeRange>(atMost(MOST_KEPT)),
      asked: new Map(),
      changes: new Map(),
      // A GTIN never changes hands.
      gtins: new LRUCache<string, County>(atMost(MOST_KEPT)),
    };
    kept.set(db, found);
  }
  return found;
}

/**
 * Codes of the county that were given out are changed in this transaction: reissued, or voided with their packing. Every
 * process reads the county's ranges anew when it sees that the count has grown.
 */
export async function countChange(tx: Tx, county: County): Promise<void> {
  await sql`
    insert into trace.code_change as c (county, changes) values (${county}, 1)
    on conflict (county) do update set changes = c.changes + 1`.execute(tx);
}

/** After a change is committed: this process sees it at once, and does not wait until it asks again. */
export function forgetChanges(db: Db, county: County): void {
  kept.get(db)?.changes.delete(county);
}

/** How often codes of a county were changed, as of `CHANGES_KEPT_MS` ago or later. */
function changesOf(db: Db, county: County): Promise<number> {
  const { changes } = keptFor(db);
  const known = changes.get(county);
  const now = performance.now();
  if (known && now - known.askedAt < CHANGES_KEPT_MS) return known.count;
  const asked = {
    count: db
      .selectFrom('trace.code_change')
      .select('changes')
      .where('county', '=', county)
      .executeTakeFirst()
      .then((row) => row?.changes ?? 0),
    askedAt: now,
  };
  changes.set(county, asked);
  asked.count.catch(() => changes.get(county) === asked && changes.delete(county));
  return asked.count;
}

/** The lot that a GTIN and lot number on a pack name; null when no such lot was packed here. */
export async function findRange(db: Db, gtin: string, lotNumber: string): Promise<CodeRange | null> {
  const { ranges } = keptFor(db);
  const name = `${gtin}/${lotNumber}`;
  for (;;) {
    const range = ranges.get(name) ?? (await askRange(db, name, gtin, lotNumber));
    // It may have been read before a change and kept, or waited for, until after it.
    if (!range || range.changes >= (await changesOf(db, range.county))) return range;
    if (ranges.get(name) === range) ranges.delete(name);
  }
}

function askRange(db: Db, name: string, gtin: string, lotNumber: string): Promise<CodeRange | null> {
  const { ranges, asked } = keptFor(db);
  const known = asked.get(name);
  if (known) return known;
  const asking = readRange(db, gtin, lotNumber)
    .then((range) => {
      if (range) ranges.set(name, range);
      return range;
    })
    .finally(() => asked.delete(name));
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
                    where made.county = r.county and made.lot = r.lot and made.side = 'out' and pack.kind = 'pack') as undone,
           coalesce((select c.changes from trace.code_change c where c.county = r.county), 0) as changes
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
