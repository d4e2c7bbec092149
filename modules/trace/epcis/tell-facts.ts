import { system } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { everyOpenCounty, FEWEST_HOUSEHOLDS, organisationsById } from '#registry';
import { type LotName, ourEvents, toldKinds } from './our-events.ts';
import { type NewEvent, storeEvents } from './store-events.ts';
import {
  householdsOfVillages,
  type LotOfFact,
  setToldUntil,
  toldUntil,
  untoldAggregations,
  untoldOperations,
  untoldPurchases,
  untoldRecalls,
  untoldStockings,
  untoldUndoings,
} from './tell-facts.queries.ts';

const AT_ONCE = 200;
/** A fact may be written down later than it happened, by a device that had no signal; looked for that long. */
const LATE_MS = 7 * 24 * 60 * 60 * 1000;

type Find = (tx: Tx, at: Context, county: County, since: Date) => Promise<NewEvent[]>;

/** The kinds of facts that are told as events, and where they are found. */
const facts: Readonly<Record<string, Find>> = {
  bought,
  operation: operated,
  undone,
  stocked,
  recall: recalled,
  aggregation: aggregated,
};

/**
 * Tells our facts as EPCIS events: each once, whether it happened a minute or a year ago. It looks for facts that no
 * event tells, so a crash loses none, and what is told again is the same event.
 *
 * @returns how many events were written
 */
export async function tellFacts(at: Context, signal?: AbortSignal): Promise<number> {
  let told = 0;
  for (const county of await everyOpenCounty(at.db)) {
    for (const [kind, find] of Object.entries(facts)) {
      for (let more = true; more && !signal?.aborted; ) {
        const written = await scoped(at.db, String(county), (tx) => tellSome(tx, at, county, kind, find));
        told += written;
        more = written === AT_ONCE;
      }
    }
  }
  return told;
}

async function tellSome(tx: Tx, at: Context, county: County, kind: string, find: Find): Promise<number> {
  const now = at.clock.now();
  const events = await find(tx, at, county, await toldUntil(tx, county, kind));
  const stored = await storeEvents(tx, county, events, { by: system.person, at: now });
  if (events.length < AT_ONCE) await setToldUntil(tx, county, kind, new Date(now.getTime() - LATE_MS));
  return stored.filter((one) => one.outcome === 'stored').length;
}

async function bought(tx: Tx, at: Context, county: County, since: Date): Promise<NewEvent[]> {
  const rows = await untoldPurchases(tx, county, since, AT_ONCE);
  const regionOf = await orgRegions(
    tx,
    county,
    rows.map((row) => row.station),
  );
  const sources = Map.groupBy(
    await householdsOfVillages(
      tx,
      county,
      rows.map((row) => row.lot),
    ),
    (row) => row.lot,
  );
  return rows.map((row) => ({
    event: ourEvents(at.publicUrl).bought({
      ...{ county, id: row.id, at: row.at, grams: row.grams, lot: nameOf(row), region: regionOf(row.station) },
      ...{ harvestedFrom: row.harvested_from, harvestedTo: row.harvested_to },
      origins: originsOf(sources.get(row.lot) ?? []),
    }),
    fact: `bought:${row.id}`,
    ...about([row]),
  }));
}

async function operated(tx: Tx, at: Context, county: County, since: Date): Promise<NewEvent[]> {
  const rows = await untoldOperations(tx, county, toldKinds, since, AT_ONCE);
  const regionOf = await orgRegions(
    tx,
    county,
    rows.flatMap((row) => row.lots.map((one) => one.station)),
  );
  return rows.map((row) => {
    const side = (which: 'in' | 'out') =>
      row.lots.filter((one) => one.side === which).map((one) => ({ lot: nameOf(one), grams: one.grams }));
    const event = ourEvents(at.publicUrl).operated({
      ...{ county, id: row.id, at: row.at, kind: row.kind, region: regionOf(row.lots[0]?.station) },
      ...{ inputs: side('in'), outputs: side('out') },
    });
    return { event, fact: `operation:${row.id}`, ...about(row.lots) };
  });
}

/** An undone operation: the event that told it is declared wrong, and stays. */
async function undone(tx: Tx, _: Context, county: County, since: Date): Promise<NewEvent[]> {
  const rows = await untoldUndoings(tx, county, since, AT_ONCE);
  return rows.map(({ id, at, document, org, station, lots }) => ({
    event: {
      ...document,
      errorDeclaration: { declarationTime: at.toISOString(), reason: 'did_not_occur' },
    },
    fact: `undone:${id}`,
    ...{ prefixes: {}, org, station, lots },
  }));
}

async function stocked(tx: Tx, at: Context, county: County, since: Date): Promise<NewEvent[]> {
  const rows = await untoldStockings(tx, county, since, AT_ONCE);
  const regionOf = await orgRegions(
    tx,
    county,
    rows.map((row) => row.station),
  );
  return rows.map((row) => ({
    event: ourEvents(at.publicUrl).stocked({
      ...{ county, id: row.id, at: row.at, grams: row.grams, lot: nameOf(row), region: regionOf(row.station) },
    }),
    fact: `stocked:${row.id}`,
    ...about([row]),
  }));
}

async function recalled(tx: Tx, at: Context, county: County, since: Date): Promise<NewEvent[]> {
  const rows = await untoldRecalls(tx, county, since, AT_ONCE);
  const regionOf = await orgRegions(
    tx,
    county,
    rows.map((row) => row.station),
  );
  return rows.map((row) => ({
    event: ourEvents(at.publicUrl).recalled({
      ...{ county, id: row.id, at: row.at, lifted: row.to_state === 'lifted', region: regionOf(row.station) },
      lots: (row.lots ?? []).map(nameOf),
    }),
    fact: `recall:${row.id}`,
    ...about(row.lots ?? []),
    ...{ org: row.org, station: row.station },
  }));
}

async function aggregated(tx: Tx, at: Context, county: County, since: Date): Promise<NewEvent[]> {
  const rows = await untoldAggregations(tx, county, since, AT_ONCE);
  const regionOf = await orgRegions(
    tx,
    county,
    rows.map((row) => row.org),
  );
  return rows.map((row) => ({
    event: ourEvents(at.publicUrl).aggregated({
      ...{ county, id: row.id, at: row.at, act: row.act, sscc: row.sscc, region: regionOf(row.org) },
      children: row.children,
      packs: row.packs.map((one) => ({ lot: nameOf(one), packs: one.packs })),
    }),
    fact: `aggregation:${row.id}`,
    ...about(row.packs),
    org: row.org,
  }));
}

const nameOf = (row: LotOfFact): LotName => ({ number: row.number, gtin: row.gtin, packGrams: row.pack_grams });

/** Whose an event of ours is, and which lots it tells of. */
const about = (lots: readonly LotOfFact[]) => ({
  prefixes: {},
  org: lots[0]?.org ?? null,
  station: lots[0]?.station ?? null,
  lots: [...new Set(lots.map((one) => one.lot))],
});

/** Where organisations and stations are; of one that is gone, the county. */
async function orgRegions(tx: Tx, county: County, ids: readonly string[]) {
  const orgs = await organisationsById(tx, county, ids);
  return (id: string | undefined): string => whole(orgs.get(id ?? '')?.region ?? String(county));
}

/** A region's code with all its twelve digits. */
const whole = (prefix: string): string => prefix.padEnd(12, '0');

/** Where a lot grew, as near as may be told: the village, else the township, else the county. */
export function originsOf(sources: readonly { village: string; households: readonly string[] }[]): string[] {
  const enough = (prefix: string) =>
    new Set(sources.filter((one) => one.village.startsWith(prefix)).flatMap((one) => one.households)).size >=
    FEWEST_HOUSEHOLDS;
  const told = sources.map(({ village }) => {
    const nearest = [village, village.slice(0, 9)].find(enough);
    return whole(nearest ?? village.slice(0, 6));
  });
  return [...new Set(told)].sort();
}
