import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { type OperationName, operationKinds } from '../operations/operation-kinds.ts';
import type { JsonObject } from './names.ts';
import { ourUris } from './our-uris.ts';

/** A lot as an event names it: by its GTIN when it is packed, by its number when it is not. */
export interface LotName {
  number: string;
  gtin: string | null;
  packGrams: number | null;
}

interface Told {
  county: County;
  /** when it happened */
  at: Date;
  /** twelve digits of the village or wider region where it happened */
  region: string;
}

/**
 * The disposition that lots have after each kind of operation; its business step stands with the kind itself. A new kind
 * is a line here. Undoing is told by declaring the undone event wrong.
 */
const dispositions: Readonly<Record<Exclude<OperationName, 'undo'>, string>> = {
  grade: 'in_progress',
  mix: 'in_progress',
  split: 'in_progress',
  process: 'in_progress',
  pack: 'in_progress',
  move: 'in_transit',
  receive: 'in_progress',
  lose: 'destroyed',
};
/** Kinds of operations that are told by an event of their own. */
export const toldKinds = Object.keys(dispositions) as (keyof typeof dispositions)[];

/** The sentences our facts are told in: events of EPCIS 2.0 with CBV terms. None names a person or a household. */
export function ourEvents(publicUrl: string) {
  const uris = ourUris(publicUrl);
  const common = (told: Told) => ({
    eventTime: told.at.toISOString(),
    eventTimeZoneOffset: '+08:00',
    readPoint: { id: uris.village(told.region) },
    bizLocation: { id: uris.village(told.region) },
  });
  const uriOf = (county: County, lot: LotName) =>
    lot.gtin === null ? uris.rawLot(county, lot.number) : uris.packedLot(lot.gtin, lot.number);
  /** Of packs how many, of everything else kilograms. */
  const amountOf = (county: County, lot: LotName, grams: Grams): JsonObject =>
    lot.packGrams === null
      ? { epcClass: uriOf(county, lot), quantity: grams / 1000, uom: 'KGM' }
      : { epcClass: uriOf(county, lot), quantity: grams / lot.packGrams };
  /** The record of ours behind an event: two facts that read alike stay two events. */
  const record = (kind: string, id: string) => ({
    bizTransactionList: [{ bizTransaction: `${publicUrl}/records/${kind}/${id}` }],
  });

  return {
    /** A station bought produce until its raw lot was closed: the lot comes into being. */
    bought(
      told: Told & {
        id: string;
        lot: LotName;
        grams: Grams;
        /** where it grew, as near as may be told */
        origins: readonly string[];
        harvestedFrom: string;
        harvestedTo: string;
      },
    ): JsonObject {
      return {
        type: 'ObjectEvent',
        ...common(told),
        action: 'ADD',
        bizStep: 'commissioning',
        disposition: 'active',
        epcList: [],
        quantityList: [amountOf(told.county, told.lot, told.grams)],
        ...record('lot', told.id),
        sourceList: told.origins.map((code) => ({ type: 'location', source: uris.village(code) })),
        ilmd: {
          'cbvmda:lotNumber': told.lot.number,
          'cbvmda:harvestStartDate': told.harvestedFrom,
          'cbvmda:harvestEndDate': told.harvestedTo,
          'cbvmda:countryOfOrigin': 'CN',
        },
      };
    },

    /**
     * Something was done with lots. Where other lots came out, the first became them; else they were seen, or what was
     * lost of them is no more.
     */
    operated(
      told: Told & {
        id: string;
        kind: (typeof toldKinds)[number];
        inputs: readonly { lot: LotName; grams: Grams }[];
        outputs: readonly { lot: LotName; grams: Grams }[];
      },
    ): JsonObject {
      const amounts = (lots: readonly { lot: LotName; grams: Grams }[]) =>
        lots.map(({ lot, grams }) => amountOf(told.county, lot, grams));
      const words = { bizStep: operationKinds[told.kind].bizStep, disposition: dispositions[told.kind] };
      const before = new Set(told.inputs.map(({ lot }) => lot.number));
      if (told.outputs.some(({ lot }) => !before.has(lot.number))) {
        return {
          type: 'TransformationEvent',
          ...common(told),
          transformationID: `${publicUrl}/records/operation/${told.id}`,
          inputQuantityList: amounts(told.inputs),
          outputQuantityList: amounts(told.outputs),
          ...words,
        };
      }
      const gone = told.outputs.length === 0;
      return {
        type: 'ObjectEvent',
        ...common(told),
        action: gone ? 'DELETE' : 'OBSERVE',
        ...words,
        epcList: [],
        quantityList: amounts(gone ? told.inputs : told.outputs),
        ...record('operation', told.id),
      };
    },

    /** A lot of packs went to the seller's stock. */
    stocked(told: Told & { id: string; lot: LotName; grams: Grams }): JsonObject {
      return {
        type: 'ObjectEvent',
        ...common(told),
        action: 'OBSERVE',
        bizStep: 'stocking',
        disposition: 'sellable_accessible',
        epcList: [],
        quantityList: [amountOf(told.county, told.lot, told.grams)],
        ...record('movement', told.id),
      };
    },

    /** A lot and what was made of it was recalled, or a recall was lifted. */
    recalled(told: Told & { id: string; lifted: boolean; lots: readonly LotName[] }): JsonObject {
      return {
        type: 'ObjectEvent',
        ...common(told),
        action: 'OBSERVE',
        bizStep: told.lifted ? 'other' : 'holding',
        disposition: told.lifted ? 'available' : 'recalled',
        epcList: [],
        quantityList: told.lots.map((lot) => ({ epcClass: uriOf(told.county, lot) })),
        ...record('recall', told.id),
      };
    },

    /** Packs or smaller cases were put into a case or pallet with an SSCC, or taken out of it. */
    aggregated(
      told: Told & {
        id: string;
        act: 'add' | 'remove';
        sscc: string;
        children: readonly string[];
        packs: readonly { lot: LotName; packs: number }[];
      },
    ): JsonObject {
      return {
        type: 'AggregationEvent',
        ...common(told),
        action: told.act === 'add' ? 'ADD' : 'DELETE',
        bizStep: told.act === 'add' ? 'packing' : 'unpacking',
        disposition: 'in_progress',
        parentID: uris.unit(told.sscc),
        childEPCs: told.children.map(uris.unit),
        childQuantityList: told.packs.map(({ lot, packs }) => ({ epcClass: uriOf(told.county, lot), quantity: packs })),
        ...record('aggregation', told.id),
      };
    },

    /** Packs were put into a parcel. Their serials stay out: whoever knows a code could print it. */
    parcelPacked(told: Told & { number: string; packs: readonly { lot: LotName; packs: number }[] }): JsonObject {
      return {
        type: 'AggregationEvent',
        ...common(told),
        action: 'ADD',
        bizStep: 'packing',
        disposition: 'in_progress',
        parentID: uris.parcel(told.county, told.number),
        childQuantityList: told.packs.map(({ lot, packs }) => ({
          epcClass: uriOf(told.county, lot),
          quantity: packs,
        })),
      };
    },

    /** The parcel was opened again before it left. */
    parcelUnpacked(told: Told & { number: string }): JsonObject {
      return {
        type: 'AggregationEvent',
        ...common(told),
        action: 'DELETE',
        bizStep: 'unpacking',
        disposition: 'in_progress',
        parentID: uris.parcel(told.county, told.number),
        childEPCs: [],
      };
    },

    /** The parcel left for its buyer, of whom nothing is said. */
    parcelSent(told: Told & { number: string; order: string }): JsonObject {
      return {
        type: 'ObjectEvent',
        ...common(told),
        action: 'OBSERVE',
        bizStep: 'shipping',
        disposition: 'in_transit',
        epcList: [uris.parcel(told.county, told.number)],
        bizTransactionList: [{ type: 'po', bizTransaction: uris.order(told.county, told.order) }],
      };
    },
  };
}
