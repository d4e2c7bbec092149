import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Jieba } from '@node-rs/jieba';
import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import { cropsByCode, regionNames } from '#registry';

/** Cuts a run of Han characters into words: `fine` gives every word inside a word too. */
export interface Segmenter {
  cut(han: string): string[];
  fine(han: string): string[];
}

// The general dictionary knows 核桃 and 成县, hardly any village and not every crop.
const OFTEN = 20_000;
const REFRESH_MS = 10 * 60_000;

// Loading takes some 80 ms and 40 MB, so there is one for the process, made when first asked for. Words are only ever
// added: an old place name does no harm.
let jieba: Jieba | undefined;
const words = new Set<string>();
let refreshed = 0;

/** The segmenter with the words it knows so far. */
export const segmenter: Segmenter = {
  cut: (han) => dictionary().cut(han, true),
  fine: (han) => dictionary().cutForSearch(han, true),
};

function dictionary(): Jieba {
  // Not by the package's own import, which keeps this file and one of 6 MB that nobody asks for in memory.
  jieba ??= Jieba.withDict(readFileSync(fileURLToPath(import.meta.resolve('@node-rs/jieba/dict.txt'))));
  return jieba;
}

/** Makes words known to the segmenter: names of places, crops and categories of at least two Han characters. */
export function learn(names: Iterable<string>): void {
  const fresh = [...new Set(names)].filter((name) => /^\p{Script=Han}{2,12}$/u.test(name) && !words.has(name));
  if (fresh.length === 0) return;
  for (const name of fresh) words.add(name);
  dictionary().loadDict(Buffer.from(fresh.map((name) => `${name} ${OFTEN} n\n`).join('')));
}

/**
 * The segmenter, with the names of crops, categories and the places products come from as words of its own; they are
 * read again every ten minutes, for what other processes wrote. Names of whole products are left out on purpose: as one
 * word 「薄皮核桃」 would hide the 薄皮 in it.
 */
export async function segmenterFor(db: Db): Promise<Segmenter> {
  if (Date.now() - refreshed < REFRESH_MS) return segmenter;
  refreshed = Date.now();
  const [crops, categories, origins] = await Promise.all([
    cropsByCode(db),
    db.selectFrom('catalog.category').select('name_zh').execute(),
    sql<{ origin: string }>`select distinct origin from catalog.product`.execute(db),
  ]);
  const places = await regionNames(
    db,
    origins.rows.flatMap(({ origin }) => placesOf(origin)),
  );
  learn([
    ...[...crops.values()].map((crop) => crop.nameZh),
    ...categories.map((category) => category.name_zh),
    ...[...places.values()].map((place) => place.name),
  ]);
  return segmenter;
}

/** The village, its township and its county. */
export const placesOf = (village: string): [string, string, string] => [
  village,
  `${village.slice(0, 9)}000`,
  `${village.slice(0, 6)}000000`,
];
