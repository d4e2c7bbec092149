import { sql } from 'kysely';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { answersTo, type Db, takeNumbers } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { regionNames } from '#registry';
import { readPriceFacts } from '../prices/price-facts.queries.ts';
import type { PriceFacts } from '../prices/price-facts.ts';
import { openShelf, type Shelf } from '../stock/shelf.ts';
import { openLots } from '../stock/stock.queries.ts';
import type { CheckoutView } from './checkout-view.ts';
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
  /** by `onceName` */
  answered: ReadonlyMap<string, { hash: string; answer: CheckoutView }>;
  addresses: ReadonlyMap<string, AddressToShip>;
  /** counties that are open */
  counties: ReadonlyMap<County, DeskCounty>;
}

/** Reads for a whole batch: some statements for all carts and a few per county, however many carts there are. */
export async function readDesk(at: Context, now: Date, asks: readonly PlaceAsk[]): Promise<DeskFacts> {
  const codes = [...new Set(asks.flatMap((ask) => ask.lines.map((line) => line.county)))];
  const [answered, addresses, ...counties] = await Promise.all([
    answersTo<CheckoutView>(
      at.db,
      asks.flatMap((ask) => ask.key ?? []),
    ),
    addressesFor(at.db, asks),
    ...codes.map((county) => readCounty(at.db, now, county, asks)),
  ]);
  return {
    answered,
    addresses,
    counties: new Map(codes.flatMap((code, i) => (counties[i] ? [[code, counties[i]] as const] : []))),
  };
}

async function readCounty(
  db: Db,
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
  const prices = await readPriceFacts(db, county, wishes, now).catch((error: unknown) => {
    if (error instanceof Refusal) return undefined;
    throw error;
  });
  if (!prices) return undefined;
  // Numbers are taken before the transaction: the county's counter is the one row that all its orders share.
  const date = day.slice(2).replaceAll('-', '');
  const [lots, first] = await Promise.all([
    openLots(db, county, skus, day),
    takeNumbers(db, county, `order ${date}`, wishes.length),
  ]);
  let next = first;
  return {
    prices: { ...prices, used: new Map(prices.used) },
    shelf: openShelf(lots),
    number: () => `${date}-${String(next++).padStart(4, '0')}`,
  };
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
