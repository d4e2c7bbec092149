import { createHash } from 'node:crypto';
import { canonicalUri, lotOfUri } from './epc-uri.ts';
import { utc } from './event-hash.ts';
import {
  fullName,
  isObject,
  type Json,
  type JsonObject,
  type Prefixes,
  prefixesOf,
  type Vocabulary,
  vocabularyUri,
} from './names.ts';

/** One thing an event can be found by. */
export interface Term {
  field: string;
  value: string;
  /** the value as a number, or a time as milliseconds; for greater and less */
  number: number | null;
}

// An index takes no value of more than a third of a page; longer ones are found by what they hash to.
const LONGEST = 300;
/** A text as it stands in the index. */
export const indexed = (text: string): string =>
  text.length <= LONGEST ? text : `sha-256;${createHash('sha256').update(text).digest('hex')}`;

/** A JSON value as one that can be found: its text, and its number if it is one or a time. */
export function indexedValue(value: Json): { value: string; number: number | null } {
  if (typeof value === 'number') return { value: String(value), number: value };
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (/^\d{4}-\d\d-\d\d(T.*)?$/.test(text)) {
    const time = Date.parse(utc(text));
    if (!Number.isNaN(time)) return { value: indexed(text), number: time };
  }
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return { value: indexed(text), number: Number.isFinite(number) ? number : null };
}

const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
const texts = (value: Json | undefined): string[] => list(value).filter((one) => typeof one === 'string');
const objects = (value: Json | undefined): JsonObject[] => list(value).filter(isObject);

/** Lists of single things and of classes: field of the event → what a query calls them. */
const epcLists = {
  epcList: 'epc',
  childEPCs: 'epc',
  parentID: 'parentID',
  inputEPCList: 'inputEPC',
  outputEPCList: 'outputEPC',
} as const;
const classLists = {
  quantityList: 'epcClass',
  childQuantityList: 'epcClass',
  inputQuantityList: 'inputEPCClass',
  outputQuantityList: 'outputEPCClass',
} as const;
const parties: readonly [list: string, of: string, vocabulary: Vocabulary][] = [
  ['bizTransactionList', 'bizTransaction', 'bizTransaction'],
  ['sourceList', 'source', 'sourceDestination'],
  ['destinationList', 'destination', 'sourceDestination'],
];
const sensorTexts = [
  ...['deviceID', 'dataProcessingMethod', 'bizRules', 'microorganism', 'chemicalSubstance'],
  ...['stringValue', 'booleanValue', 'hexBinaryValue', 'uriValue'],
];
export const sensorNumbers = ['value', 'minValue', 'maxValue', 'meanValue', 'sDev', 'percRank', 'percValue'] as const;
const sensorTimes = ['time', 'startTime', 'endTime'];

/** All that an event can be found by, each once. */
export function termsOf(event: JsonObject, around: Prefixes): Term[] {
  const prefixes = { ...around, ...prefixesOf(event['@context']) };
  const found = new Map<string, Term>();
  const add = (field: string, value: string, number: number | null = null) =>
    found.set(`${field} ${value}`, { field, value: indexed(value), number });
  const addUri = (field: string, uri: string) => {
    add(field, canonicalUri(uri));
    const lot = lotOfUri(uri);
    if (lot !== null) add('lot', lot);
  };

  for (const [name, field] of Object.entries(epcLists)) for (const uri of texts(event[name])) addUri(field, uri);
  for (const [name, field] of Object.entries(classLists)) {
    for (const element of objects(event[name])) {
      for (const uri of texts(element.epcClass)) addUri(field, uri);
      if (typeof element.quantity === 'number') add('quantity', String(element.quantity), element.quantity);
    }
  }
  for (const step of texts(event.bizStep)) add('bizStep', vocabularyUri(step, 'bizStep', prefixes));
  for (const state of texts(event.disposition)) add('disposition', vocabularyUri(state, 'disposition', prefixes));
  const lasting = isObject(event.persistentDisposition) ? event.persistentDisposition : {};
  for (const side of ['set', 'unset'] as const) {
    for (const state of texts(lasting[side])) add(side, vocabularyUri(state, 'disposition', prefixes));
  }
  for (const place of ['readPoint', 'bizLocation'] as const) {
    for (const at of objects(event[place])) for (const uri of texts(at.id)) add(place, canonicalUri(uri));
  }
  for (const id of texts(event.transformationID)) add('transformationID', id);
  for (const [name, of, vocabulary] of parties) {
    for (const one of objects(event[name])) {
      const type = typeof one.type === 'string' ? vocabularyUri(one.type, vocabulary, prefixes) : '';
      for (const uri of texts(one[of])) add(`${of} ${type}`, canonicalUri(uri));
    }
  }
  sensorTerms(event, prefixes, add);
  if (isObject(event.errorDeclaration)) {
    const { reason, correctiveEventIDs, ...own } = event.errorDeclaration;
    for (const why of texts(reason)) add('errorReason', vocabularyUri(why, 'errorReason', prefixes));
    for (const id of texts(correctiveEventIDs)) add('correctiveEventID', id);
    ownTerms(own, 'errorDeclaration', prefixes, add);
  }
  if (isObject(event.ilmd)) ownTerms(event.ilmd, 'ilmd', prefixes, add);
  ownTerms(event, 'event', prefixes, add);
  return [...found.values()];
}

type Add = (field: string, value: string, number?: number | null) => void;

function sensorTerms(event: JsonObject, prefixes: Prefixes, add: Add): void {
  for (const element of objects(event.sensorElementList)) {
    add('sensorElementList', 'true');
    for (const part of [...objects(element.sensorMetadata), ...objects(element.sensorReport)]) {
      for (const type of texts(part.type)) add('sensor type', vocabularyUri(type, 'measurement', prefixes));
      for (const name of sensorTexts) {
        const value = part[name];
        if (value === undefined || isObject(value) || Array.isArray(value)) continue;
        add(`sensor ${name}`, canonicalUri(String(value)));
      }
      for (const name of sensorTimes) {
        for (const said of texts(part[name])) add(`sensor ${name}`, utc(said), Date.parse(utc(said)));
      }
      for (const name of sensorNumbers) {
        const value = part[name];
        if (typeof value !== 'number') continue;
        add(`sensor ${name} ${part.uom ?? ''}`, String(value), value);
        add(`sensor ${name}`, String(value), value);
      }
    }
  }
}

/** Fields of somebody's own (`ex:colour`): at the top of a part, and, as `inner`, anywhere below. */
function ownTerms(part: JsonObject, of: string, prefixes: Prefixes, add: Add): void {
  const walk = (name: string, value: Json, field: string) => {
    if (Array.isArray(value)) {
      for (const one of value) walk(name, one, field);
      return;
    }
    const full = `${field} ${fullName(name, prefixes)}`;
    if (!isObject(value)) {
      const { value: text, number } = indexedValue(value);
      add(full, text, number);
      return;
    }
    add(full, '');
    for (const [below, inner] of Object.entries(value)) {
      if (below.includes(':')) walk(below, inner, `inner ${of}`);
    }
  };
  for (const [name, value] of Object.entries(part)) {
    if (name.includes(':') && !name.startsWith('@')) walk(name, value, of);
  }
}
