// The shape of the demo's content. A county is one file of plain data; ids, code numbers and dates are made by the
// loader, so that the same content can be played on any day.
import type { ProduceKind } from '#registry';

/** A text people read in the shop, in both languages. */
export type Words = { zh: string; en: string };

/**
 * What an acre or a tree gives in a good year, and how long the raw produce keeps. A tree crop is counted in trees only,
 * a field crop in mu only; for honey a "tree" is a hive, for eggs a hen or duck.
 */
export type DemoCrop = {
  code: string;
  name: Words;
  gramsPerMu: number | null;
  gramsPerTree: number | null;
  /** by which the rule on the lot certificate goes */
  produce: ProduceKind;
  shelfLifeDays: number;
};

export type OrganisationKind =
  | 'merchant'
  | 'cooperative'
  | 'station'
  | 'county_centre'
  | 'platform'
  | 'purchasing_unit'
  | 'logistics';

export type DemoOrganisation = {
  /** how the other entries of the same county name it */
  key: string;
  kind: OrganisationKind;
  name: string;
  /** GB 32100 code with a true check digit; MADEUP in it says that it is invented */
  code: string;
  /** region prefix it works for: 6, 9 or 12 digits, '' for the whole country */
  region: string;
  contact: string;
  phone: string;
  /** a station buys in for this cooperative or merchant */
  buysFor?: string;
};

export type Role = 'keeper' | 'merchant' | 'cadre' | 'operator' | 'platform' | 'purchaser' | 'courier' | 'auditor';

/** A person who signs in to the console. All have the one password the loader shows at start. */
export type DemoPerson = { username: string; name: string; role: Role; org: string; region: string };

export type DemoMember = {
  relation: 'head' | 'spouse' | 'child' | 'parent' | 'other';
  name: string;
  /** GB 11643 with a true check digit; born in 1900, so that it can belong to nobody alive */
  idNumber: string;
  phone?: string;
};

export type DemoHousehold = {
  village: string;
  category: 'general' | 'lifted' | 'monitored';
  members: DemoMember[];
  /** hundredths of a mu, and trees (hives, hens) */
  yields: { crop: string; areaCentimu: number; trees: number }[];
};

export type DemoPairing = {
  helperKind: 'branch' | 'firm' | 'shop' | 'secretary';
  helperName: string;
  village: string;
  /** name of the head of the household this pairing is for; none: the village */
  household?: string;
  duty: string;
  since: string;
};

/** The county's farm-gate price of a crop and grade: what a day usually brings, how far it moves, and the promised floor. */
export type DemoPrice = {
  crop: string;
  grade: string;
  fenPerKg: number;
  /** largest daily move either way, in basis points; see priceOfDay */
  swingBp: number;
  floorFenPerKg: number | null;
};

export type DemoSku = {
  name: Words;
  netGrams: number;
  grossGrams: number;
  grade: string;
  priceFen: number;
  /** grade at which its raw produce is bought in */
  rawGrade: string;
  /** lost in sorting and processing, in basis points of the raw grams: 8000 means 5 kg of flowers give 1 kg */
  lossBp: number;
  /** packs the loader packs and puts on sale while the produce is in season or keeps */
  packs: number;
};

export type DemoProduct = {
  key: string;
  org: string;
  /** station that buys in for it */
  station: string;
  crop: string;
  category: string;
  origin: string;
  name: Words;
  tagline: Words;
  /** paragraphs, separated by an empty line */
  story: Words;
  storage: 'ambient' | 'cool' | 'chilled' | 'frozen';
  shelfLifeDays: number;
  harvestMonths: number[];
  /** names of pictures in demo/pictures, the first is the cover */
  pictures: { name: string; alt: string }[];
  skus: DemoSku[];
  /** agreed with the households: fen of every sold pack, on top of what they were paid at the purchase */
  householdFenPerPack: number;
};

export type DemoFreight = {
  /** prefix of the region sent to; '' is everywhere else */
  toRegion: string;
  firstGrams: number;
  firstFen: number;
  stepGrams: number;
  stepFen: number;
  freeFromFen: number | null;
};

/** The split of every line that no product's own rule covers; the merchant takes what remains. */
export type DemoSplit = { name: string; basis: string; stationBp: number; platformBp: number; fundBp: number };

export type DemoCounty = {
  county: number;
  name: Words;
  /** one line under the county's name on its page */
  line: Words;
  organisations: DemoOrganisation[];
  people: DemoPerson[];
  households: DemoHousehold[];
  pairings: DemoPairing[];
  prices: DemoPrice[];
  products: DemoProduct[];
  freight: DemoFreight[];
  split: DemoSplit;
};

/**
 * The reference price of a day in fen per kilogram: the usual price moved by a wave that depends on the day alone, so
 * that a chart of weeks looks like a market and every run gives the same figures.
 *
 * @param day YYYY-MM-DD
 */
export function priceOfDay(price: DemoPrice, day: string): number {
  const n = Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  const phase = [...`${price.crop}${price.grade}`].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const wave = 0.6 * Math.sin(n / 9 + phase) + 0.4 * Math.sin(n / 3.7 + phase * 1.7);
  const moved = price.fenPerKg * (1 + (wave * price.swingBp) / 10_000);
  // Markets quote in steps of ten fen.
  return Math.max(price.floorFenPerKg ?? 0, Math.round(moved / 10) * 10);
}

/** Raw grams that go into a number of packs of a SKU, loss included. */
export function rawGrams(sku: DemoSku, packs: number): number {
  return Math.ceil((sku.netGrams * packs * 10_000) / (10_000 - sku.lossBp));
}
