import { system } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById } from '#registry';
import { lotFacts } from '../lots/lot-doors.queries.ts';
import type { JsonObject } from './names.ts';
import { ourEvents } from './our-events.ts';
import { type NewEvent, storeEvents } from './store-events.ts';

/** What happened to a parcel, as the floor that packs them knows it. */
export interface ParcelFact {
  id: string;
  number: string;
  /** whose goods are in it */
  org: string;
  step: 'packed' | 'sent' | 'unpacked';
  at: Date;
  /** the order's number */
  order: string;
  packs: readonly { lot: string; packs: number }[];
}

/**
 * Tells what happened to parcels as EPCIS events, in the caller's transaction. A fact told twice is told once. Of the
 * buyer nothing is said but the number of the order, and of packs their lots but not their codes.
 */
export async function tellParcels(tx: Tx, at: Context, county: County, facts: readonly ParcelFact[]): Promise<void> {
  const events = ourEvents(at.publicUrl);
  const orgs = await organisationsById(
    tx,
    county,
    facts.map((fact) => fact.org),
  );
  const lots = await lotFacts(
    tx,
    county,
    facts.flatMap((fact) => fact.packs.map((one) => one.lot)),
  );
  const eventOf = (fact: ParcelFact): JsonObject => {
    const region = (orgs.get(fact.org)?.region ?? String(county)).padEnd(12, '0');
    const told = { county, at: fact.at, region, number: fact.number };
    if (fact.step === 'sent') return events.parcelSent({ ...told, order: fact.order });
    if (fact.step === 'unpacked') return events.parcelUnpacked(told);
    const packs = fact.packs.flatMap(({ lot, packs: n }) => {
      const known = lots.get(lot);
      return known ? [{ lot: known, packs: n }] : [];
    });
    return events.parcelPacked({ ...told, packs });
  };
  await storeEvents(
    tx,
    county,
    facts.map(
      (fact): NewEvent => ({
        event: eventOf(fact),
        prefixes: {},
        fact: `parcel-${fact.step}:${fact.id}`,
        org: fact.org,
        lots: [...new Set(fact.packs.map((one) => one.lot))],
      }),
    ),
    { by: system.person, at: at.clock.now() },
  );
}
