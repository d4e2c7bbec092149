import { sql } from 'kysely';
import { pinyin } from 'pinyin-pro';
import { type Db, type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { loadCrops } from '../crops/load-crops.ts';
import type { CountyOpened } from '../events.ts';
import { refuse } from '../refuse.ts';
import { countyCode } from './region-code.ts';
import { type Region, regionFile } from './region-file.ts';
import { shortName, villageName } from './region-name.ts';

// Not a number for people, but the same need: one locked row that says how far we are. County 0 is no county.
const VERSION = 'registry.region.version';
const BATCH = 12_000;

/**
 * Brings registry.region up to the region file the program carries: all of China down to townships, for address
 * pickers and for opening counties; villages come when their county is opened. Does nothing when this version is in.
 * Regions that a newer file no longer has stay, because records point at them.
 *
 * @returns rows written, 0 when there was nothing to do
 */
export async function loadRegions(db: Db): Promise<number> {
  const { version, upToTownships } = regionFile();
  return transact(db, async (tx) => {
    // The row is locked until the end, so of two servers that start at once one loads and the other finds it done.
    const claimed = await tx
      .insertInto('platform.counter')
      .values({ county: 0, name: VERSION, value: version })
      .onConflict((c) =>
        c
          .columns(['county', 'name'])
          .doUpdateSet((e) => ({ value: e.ref('excluded.value') }))
          .where('platform.counter.value', '<', version),
      )
      .executeTakeFirst();
    if (claimed.numInsertedOrUpdatedRows === 0n) return 0;
    const regions = upToTownships();
    await insertRegions(tx, regions);
    return regions.length;
  });
}

export type OpenedCounty = {
  county: County;
  /** 12 digits */
  code: string;
  /** official name: 酉阳土家族苗族自治县 */
  name: string;
  /** what people call it: 酉阳 */
  shortName: string;
  townships: number;
  villages: number;
  /** false when it was open before */
  openedNow: boolean;
};

/**
 * Opens a county by its code: its villages become regions that households and products can name, and the county
 * becomes a tenant with an empty shop. Opening an open county changes nothing; a closed one is opened again.
 *
 * @param county six-digit statistical code
 * @throws Refusal `county-unknown` when no county has this code
 */
export async function openCounty(db: Db, county: County, at: Date = new Date()): Promise<OpenedCounty> {
  const file = regionFile();
  const code = countyCode(county);
  const found = file.counties().find((one) => one.code === code);
  if (!found) throw refuse('county-unknown', { county });

  return transact(db, async (tx) => {
    await loadRegions(tx);
    await loadCrops(tx);
    const opened = await tx
      .insertInto('registry.county')
      .values({
        county,
        code,
        name: found.name,
        short_name: shortName(found.name),
        state: 'open',
        opened_at: at,
      })
      .onConflict((c) =>
        c
          .column('county')
          .doUpdateSet((e) => ({ state: e.ref('excluded.state') }))
          .where('registry.county.state', '=', 'closed'),
      )
      .executeTakeFirst();
    const openedNow = opened.numInsertedOrUpdatedRows !== 0n;
    const villages = villageRows(county);
    if (openedNow) {
      await insertRegions(tx, villages);
      await tell(tx, { type: 'registry.county-opened', county, payload: { name: found.name } } satisfies CountyOpened);
    }
    return {
      county,
      code,
      name: found.name,
      shortName: shortName(found.name),
      townships: file.townshipsOf(county).length,
      villages: villages.length,
      openedNow,
    };
  });
}

/** The villages of a county as rows of registry.region, spelt. */
export function villageRows(county: County): Region[] {
  return (
    regionFile()
      .villagesOf(county)
      // Jinmen's one village has the county's own code and is the county in the table.
      .filter((village) => village.code !== countyCode(county))
      .map((village) => ({ ...village, pinyin: spell(villageName(village.name)), longitude: null, latitude: null }))
  );
}

/** A place's name in joined syllables without tones, as search and English pages use it: 成县 → chengxian. */
export function spell(name: string): string {
  return pinyin(name, { toneType: 'none', type: 'array', nonZh: 'removed', v: true }).join('').toLowerCase();
}

/** Writes regions; those already there take the new names. */
export async function insertRegions(tx: Tx, regions: readonly Region[]): Promise<void> {
  for (let from = 0; from < regions.length; from += BATCH) {
    const rows = regions.slice(from, from + BATCH);
    const column = <K extends keyof Region>(key: K) => rows.map((row) => row[key]);
    await sql`
      insert into registry.region (code, level, name, full_name, pinyin, parent, longitude, latitude)
      select * from unnest(
        ${column('code')}::text[], ${column('level')}::smallint[], ${column('name')}::text[],
        ${column('fullName')}::text[], ${column('pinyin')}::text[], ${column('parent')}::text[],
        ${column('longitude')}::real[], ${column('latitude')}::real[])
      on conflict (code) do update set
        level = excluded.level, name = excluded.name, full_name = excluded.full_name, pinyin = excluded.pinyin,
        parent = excluded.parent, longitude = excluded.longitude, latitude = excluded.latitude`.execute(tx);
  }
}
