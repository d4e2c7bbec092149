// The regions the project carries: every province, city, county, township and village of the statistical codes in one
// file of a few MB. Townships and above are one compressed part; villages are one part per province, so that opening a
// county decodes a few hundred kB and not the whole country.
import { readFileSync } from 'node:fs';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { County } from '#platform/ids.ts';
import type { RegionLevel } from './region-code.ts';
import { padRegionPrefix } from './region-code.ts';
import { joinNames, villageName } from './region-name.ts';

export type Region = {
  /** 12 digits */
  code: string;
  level: RegionLevel;
  /** official name */
  name: string;
  /** code of the region one level up, null for a province */
  parent: string | null;
  /** address from the province down, as people write it */
  fullName: string;
  /** syllables without tones, joined: chengxian */
  pinyin: string;
  /** degrees, of the county seat; the datum is not known (see README.md); null where no point is known */
  longitude: number | null;
  latitude: number | null;
};

/** A village as the file holds it: its pinyin is made when its county is opened. */
export type Village = Omit<Region, 'pinyin' | 'longitude' | 'latitude'>;

export type RegionSource = {
  province: { code: string; name: string; pinyin: string };
  cities: {
    code: string;
    name: string;
    pinyin: string;
    counties: {
      code: string;
      name: string;
      pinyin: string;
      longitude: number | null;
      latitude: number | null;
      townships: { code: string; name: string; pinyin: string; villages: { code: string; name: string }[] }[];
    }[];
  }[];
}[];

type Index = {
  /** day the codes stand for, and the form of this file */
  version: number;
  counts: { provinces: number; cities: number; counties: number; townships: number; villages: number };
  /** [offset, length] behind the index */
  head: [number, number];
  provinces: Record<string, [number, number]>;
};

const MAGIC = 'SHANHUO1';
const FILE = new URL('./regions.bin', import.meta.url);

const squeeze = (text: string) => {
  const bytes = Buffer.from(text);
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
};

/** Writes the whole file; its reader is below, so that the form is described in one place. */
export function encodeRegions(source: RegionSource, version: number): Buffer {
  const head: string[] = [];
  const parts: Buffer[] = [];
  const provinces: Index['provinces'] = {};
  const counts: Index['counts'] = { provinces: 0, cities: 0, counties: 0, townships: 0, villages: 0 };
  let offset = 0;
  const add = (text: string): [number, number] => {
    const part = squeeze(text);
    parts.push(part);
    offset += part.length;
    return [offset - part.length, part.length];
  };

  for (const { province, cities } of source) {
    counts.provinces++;
    head.push(`1${province.code}\t${province.name}\t${province.pinyin}`);
    const villages: string[] = [];
    for (const city of cities) {
      counts.cities++;
      head.push(`2${city.code.slice(2)}\t${city.name}\t${city.pinyin}`);
      for (const county of city.counties) {
        counts.counties++;
        head.push(
          `3${county.code.slice(4)}\t${county.name}\t${county.pinyin}\t${county.longitude ?? ''}\t${county.latitude ?? ''}`,
        );
        villages.push(`#${county.code}`);
        for (const township of county.townships) {
          counts.townships++;
          head.push(`4${township.code.slice(6)}\t${township.name}\t${township.pinyin}`);
          villages.push(`>${township.code.slice(6)}`);
          let last = 0;
          for (const village of township.villages) {
            counts.villages++;
            const number = Number(village.code.slice(9));
            // Numbers mostly run on; only a jump is written down.
            villages.push(number === last + 1 ? village.name : `${village.code.slice(9)}\t${village.name}`);
            last = number;
          }
        }
      }
    }
    provinces[province.code] = add(`${villages.join('\n')}\n`);
  }
  const index: Index = { version, counts, head: add(`${head.join('\n')}\n`), provinces };
  const indexBytes = Buffer.from(JSON.stringify(index));
  const start = Buffer.alloc(MAGIC.length + 4);
  start.write(MAGIC);
  start.writeUInt32LE(indexBytes.length, MAGIC.length);
  return Buffer.concat([start, indexBytes, ...parts]);
}

export type RegionFile = {
  /** yyyymmdd of the codes × 100 + form of the file: grows when the file has something new to say */
  version: number;
  counts: Index['counts'];
  /** The 31 provinces. */
  provinces(): Region[];
  /** All prefecture-level entries, headings of the statistics (市辖区, 县 …) included. */
  cities(): Region[];
  /** All counties, districts and county-level cities, with the seat's coordinates where known. */
  counties(): Region[];
  /** The townships, towns and subdistricts of one county; empty when there is no such county. */
  townshipsOf(county: County): Region[];
  /** The villages and neighbourhoods of one county; empty when there is no such county. */
  villagesOf(county: County): Village[];
  /**
   * Everything from province to township, parents first, one entry for a code. Where the statistics repeat a code a level
   * lower because that level is missing (cities without counties, Jinmen without townships), the county stands for it.
   */
  upToTownships(): Region[];
};

/** Opens a region file; parts are decoded when first asked for. */
export function readRegionFile(bytes: Buffer): RegionFile {
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new Error('not a region file of this form');
  const indexLength = bytes.readUInt32LE(MAGIC.length);
  const body = MAGIC.length + 4 + indexLength;
  const index = JSON.parse(bytes.toString('utf8', MAGIC.length + 4, body)) as Index;
  const part = ([offset, length]: [number, number]) =>
    brotliDecompressSync(bytes.subarray(body + offset, body + offset + length)).toString();

  // Counties are mostly read one after another in the same province.
  let lastProvince = '';
  let lastVillages = '';
  const villagesOfProvince = (province: string) => {
    const range = index.provinces[province];
    if (range && province !== lastProvince) {
      lastVillages = part(range);
      lastProvince = province;
    }
    return range ? lastVillages : '';
  };

  let decoded: Region[] | undefined;
  const head = () => {
    decoded ??= decodeHead(part(index.head));
    return decoded;
  };
  const townships = new Map<County, Region[]>();
  const townshipsOf = (county: County) => {
    if (townships.size === 0) {
      for (const region of head()) {
        if (region.level !== 4) continue;
        const key = Number(region.code.slice(0, 6));
        const list = townships.get(key);
        if (list) list.push(region);
        else townships.set(key, [region]);
      }
    }
    return townships.get(county) ?? [];
  };

  return {
    version: index.version,
    counts: index.counts,
    provinces: () => head().filter((region) => region.level === 1),
    cities: () => head().filter((region) => region.level === 2),
    counties: () => head().filter((region) => region.level === 3),
    townshipsOf,
    upToTownships() {
      const counties = new Set(head().flatMap((region) => (region.level === 3 ? [region.code] : [])));
      return head().filter((region) => region.level === 3 || !counties.has(region.code));
    },
    villagesOf(county) {
      const text = villagesOfProvince(String(county).slice(0, 2));
      const from = text.indexOf(`#${county}\n`);
      if (from < 0) return [];
      const to = text.indexOf('\n#', from + 1);
      const above = new Map(townshipsOf(county).map((township) => [township.code, township]));
      return decodeVillages(text.slice(from, to < 0 ? text.length : to + 1), String(county), above);
    },
  };
}

function decodeHead(text: string): Region[] {
  const regions: Region[] = [];
  // names and prefixes on the way down, by level
  const names = ['', '', '', '', ''];
  const prefixes = ['', '', '', '', ''];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const level = Number(line[0]) as RegionLevel;
    const [digits = '', name = '', pinyin = '', longitude, latitude] = line.slice(1).split('\t');
    prefixes[level] = (prefixes[level - 1] ?? '') + digits;
    names[level] = name;
    const code = padRegionPrefix(prefixes[level]);
    // A city without counties (Dongguan) has one code for both levels.
    const up = level === 3 && digits === '00' ? 1 : level - 1;
    regions.push({
      code,
      level,
      name,
      parent: level === 1 ? null : padRegionPrefix(prefixes[up] ?? ''),
      fullName: joinNames(names.slice(1, level + 1)),
      pinyin,
      longitude: longitude ? Number(longitude) : null,
      latitude: latitude ? Number(latitude) : null,
    });
  }
  return regions;
}

function decodeVillages(text: string, county: string, townships: Map<string, Region>): Village[] {
  const villages: Village[] = [];
  let township: Region | undefined;
  let last = 0;
  for (const line of text.split('\n')) {
    if (line === '' || line[0] === '#') continue;
    if (line[0] === '>') {
      township = townships.get(`${county}${line.slice(1)}000`);
      last = 0;
      continue;
    }
    const tab = line.indexOf('\t');
    const number = tab < 0 ? last + 1 : Number(line.slice(0, tab));
    const name = line.slice(tab + 1);
    last = number;
    const parent = township?.code ?? padRegionPrefix(county);
    villages.push({
      code: parent.slice(0, 9) + String(number).padStart(3, '0'),
      level: 5,
      name,
      parent,
      fullName: (township?.fullName ?? '') + villageName(name),
    });
  }
  return villages;
}

let carried: RegionFile | undefined;

/** The region file that comes with the program. */
export function regionFile(): RegionFile {
  carried ??= readRegionFile(readFileSync(FILE));
  return carried;
}
