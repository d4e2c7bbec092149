import { sql } from 'kysely';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import { type Db, takeNumbers } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { regionNames } from '#registry';
import { readPriceFacts } from '../prices/price-facts.queries.ts';
import type { PriceFacts } from '../prices/price-facts.ts';
import { openShelf, type Shelf } from '../stock/shelf.ts';
import { openLots } from '../stock/stock.queries.ts';
import type { PlaceAsk } from './place-batch.ts';

/** Where an order goes: the contact stays sealed as it is. */
export interface AddressToShip {
  id: string;
  person: string;
  region: string;
  regionName: string;
  contact: Buffer;
}

/** What the desk knows of a county while it works on a batch. */
export interface DeskCounty {
  prices: PriceFacts;
  shelf: Shelf;
  /** the next free order number of the day */
  number(): string;
}

/** All that a batch of carts depends on, read at one moment. */
export interface DeskFacts {
  addresses: ReadonlyMap<string, AddressToShip>;
  /** counties that are open */
  counties: ReadonlyMap<County, DeskCounty>;
}

/** Reads for a whole batch: one statement for all carts and a few per county, however many carts there are. */
export const readDesk = (at: Context, now: Date, asks: readonly PlaceAsk[]): Promise<DeskFacts> =>
  pipelined(at.db, (db) => readAll(db, at.db, now, asks));

async function readAll(db: Db, at: Db, now: Date, asks: readonly PlaceAsk[]): Promise<DeskFacts> {
  const codes = [...new Set(asks.flatMap((ask) => ask.lines.map((line) => line.county)))];
  const [addresses, ...counties] = await Promise.all([
    addressesFor(db, asks),
    ...codes.map((county) => readCounty(db, at, now, county, asks)),
  ]);
  return {
    addresses,
    counties: new Map(codes.flatMap((code, i) => (counties[i] ? [[code, counties[i]] as const] : []))),
  };
}

async function readCounty(
  db: Db,
  of: Db,
  now: Date,
  county: County,
  asks: readonly PlaceAsk[],
): Promise<DeskCounty | undefined> {
  const wishes = asks
    .map(({ by, lines, coupons = [] }) => ({
      person: by.person,
      lines: lines.filter((line) => line.county === county),
      coupons,
    }))
    .filter((wish) => wish.lines.length > 0);
  const skus = [...new Set(wishes.flatMap((wish) => wish.lines.map((line) => line.sku)))];
  const day = dayOf(now);
  const date = day.slice(2).replaceAll('-', '');
  const [prices, lots, numbers] = await Promise.all([
    readPriceFacts(db, county, wishes, now).catch((error: unknown) => {
      if (error instanceof Refusal) return undefined;
      throw error;
    }),
    openLots(db, county, skus, day),
    // Before the transaction: the county's counter is the one row that all its orders share.
    drawNumbers(db, of, county, `order ${date}`, wishes.length),
  ]);
  if (!prices) return undefined;
  let next = 0;
  return {
    prices: { ...prices, used: new Map(prices.used) },
    shelf: openShelf(lots),
    number: () => `${date}-${String(numbers[next++]).padStart(4, '0')}`,
  };
}

/** Numbers of a county's counter that this process has drawn and nobody has been given yet. */
interface Drawn {
  counter: string;
  /** each from the first to the one after the last */
  ranges: { next: number; end: number }[];
  at: number;
}
const drawn = new WeakMap<Db, Map<County, Drawn>>();
/** Batches that come within so many milliseconds of each other draw for several at once. */
const IN_A_ROW_MS = 250;
const BATCHES_AHEAD = 16;

/**
 * `n` numbers of a counter, each given once. While many order, the county's one row is asked for many batches at once;
 * what a process that ends has not given is skipped.
 *
 * @param db the handle to ask by
 * @param of the handle that keeps what is left
 */
async function drawNumbers(db: Db, of: Db, county: County, counter: string, n: number): Promise<number[]> {
  // Numbers drawn in a transaction that is taken back would come twice.
  if (of.isTransaction) return give([await takeRange(db, county, counter, n)], n);
  const counties = drawn.get(of) ?? new Map<County, Drawn>();
  drawn.set(of, counties);
  let own = counties.get(county);
  if (own?.counter !== counter) own = { counter, ranges: [], at: Number.NEGATIVE_INFINITY };
  counties.set(county, own);
  const numbers = give(own.ranges, n);
  const missing = n - numbers.length;
  if (missing === 0) return numbers;
  const at = performance.now();
  const ahead = at - own.at < IN_A_ROW_MS ? n * BATCHES_AHEAD : 0;
  own.at = at;
  const range = await takeRange(db, county, counter, missing + ahead);
  own.ranges.push(range);
  return [...numbers, ...give([range], missing)];
}

async function takeRange(db: Db, county: County, counter: string, n: number): Promise<Drawn['ranges'][number]> {
  const next = await takeNumbers(db, county, counter, n);
  return { next, end: next + n };
}

/** Takes up to `n` numbers out of some ranges; those that are empty leave the list. */
function give(ranges: Drawn['ranges'], n: number): number[] {
  const numbers: number[] = [];
  for (let range = ranges[0]; range && numbers.length < n; range = ranges[0]) {
    while (range.next < range.end && numbers.length < n) numbers.push(range.next++);
    if (range.next === range.end) ranges.shift();
  }
  return numbers;
}

async function addressesFor(db: Db, asks: readonly PlaceAsk[]): Promise<DeskFacts['addresses']> {
  const rows = await db
    .selectFrom('trade.address')
    .select(['id', 'person', 'region', 'contact_sealed as contact'])
    .where(sql<boolean>`id = any(${[...new Set(asks.map((ask) => ask.address))]}::uuid[])`)
    .execute();
  const names = await regionNames(
    db,
    rows.map((row) => row.region),
  );
  return new Map(rows.map((row) => [row.id, { ...row, regionName: names.get(row.region)?.fullName ?? row.region }]));
}
