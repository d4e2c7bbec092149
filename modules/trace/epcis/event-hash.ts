import { createHash } from 'node:crypto';
import { canonicalUri } from './epc-uri.ts';
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

/** How a field stands in the canonical text: its children in order, what its items are called, how values are read. */
interface Field {
  name: string;
  /** what XML calls the items of a list; JSON has no name for them */
  item?: string;
  fields?: readonly Field[];
  vocabulary?: Vocabulary;
  time?: true;
}
const text = (...names: string[]): Field[] => names.map((name) => ({ name }));
const time = (name: string): Field => ({ name, time: true });
const word = (name: string, vocabulary: Vocabulary): Field => ({ name, vocabulary });
const epcs = (name: string): Field => ({ name, item: 'epc' });
const quantities = (name: string): Field => ({
  name,
  item: 'quantityElement',
  fields: text('epcClass', 'quantity', 'uom'),
});

/**
 * The canonical order of an event's fields (CBV 2.0, 8.9). Where its text and the published vectors differ, the
 * vectors are followed: sensors come before transactions, and `certificationInfo` is part of the hash.
 */
const order: readonly Field[] = [
  time('eventTime'),
  ...text('eventTimeZoneOffset', 'certificationInfo', 'parentID'),
  epcs('epcList'),
  epcs('inputEPCList'),
  epcs('childEPCs'),
  quantities('quantityList'),
  quantities('childQuantityList'),
  quantities('inputQuantityList'),
  epcs('outputEPCList'),
  quantities('outputQuantityList'),
  ...text('action', 'transformationID'),
  word('bizStep', 'bizStep'),
  word('disposition', 'disposition'),
  { name: 'persistentDisposition', fields: [word('set', 'disposition'), word('unset', 'disposition')] },
  { name: 'readPoint', fields: text('id') },
  { name: 'bizLocation', fields: text('id') },
  {
    name: 'sensorElementList',
    item: 'sensorElement',
    fields: [
      {
        name: 'sensorMetadata',
        fields: [
          ...[time('time'), time('startTime'), time('endTime')],
          ...text('deviceID', 'deviceMetadata', 'rawData', 'dataProcessingMethod', 'bizRules'),
        ],
      },
      {
        name: 'sensorReport',
        fields: [
          word('type', 'measurement'),
          word('exception', 'measurement'),
          ...text('deviceID', 'deviceMetadata', 'rawData', 'dataProcessingMethod'),
          time('time'),
          ...text('microorganism', 'chemicalSubstance', 'value'),
          word('component', 'component'),
          ...text('stringValue', 'booleanValue', 'hexBinaryValue', 'uriValue', 'minValue', 'maxValue', 'meanValue'),
          ...text('sDev', 'percRank', 'percValue', 'uom', 'coordinateReferenceSystem', 'bizRules'),
        ],
      },
    ],
  },
  { name: 'bizTransactionList', item: '', fields: [word('type', 'bizTransaction'), ...text('bizTransaction')] },
  { name: 'sourceList', item: '', fields: [word('type', 'sourceDestination'), ...text('source')] },
  { name: 'destinationList', item: '', fields: [word('type', 'sourceDestination'), ...text('destination')] },
  { name: 'ilmd', fields: [] },
];

/** What says nothing of what happened: who stored the event when, and that it was wrong. A comment is for readers. */
const left = new Set(['type', 'eventID', 'recordTime', 'errorDeclaration', '@context']);
const COMMENT = '{http://www.w3.org/2000/01/rdf-schema#}comment';

/**
 * The canonical text of an event: the same for every way of writing the same fact.
 *
 * @param event with its own `@context`, if it has one
 * @param prefixes those of the document around it
 * @param ignoring full names of fields that the document says not to count
 */
export function prehash(event: JsonObject, prefixes: Prefixes = {}, ignoring: ReadonlySet<string> = new Set()): string {
  const known = { ...prefixes, ...prefixesOf(event['@context']) };
  return `eventType=${event.type}${fieldsText(event, order, known, ignoring, left)}`;
}

/** `ni:///sha-256;…?ver=CBV2.0`: the id of an event that is nothing but its content. */
export const hashId = (prehashed: string): string =>
  `ni:///sha-256;${createHash('sha256').update(prehashed).digest('hex')}?ver=CBV2.0`;

function fieldsText(
  of: JsonObject,
  fields: readonly Field[],
  prefixes: Prefixes,
  ignoring: ReadonlySet<string>,
  without: ReadonlySet<string> = new Set(['@context']),
): string {
  const ordered = new Set(fields.map((field) => field.name));
  const standard = fields.map((field) => fieldText(field, of[field.name], prefixes, ignoring)).join('');
  const others = Object.entries(of)
    .filter(([name]) => !ordered.has(name) && !without.has(name))
    .map(([name, value]) => [fullName(name, prefixes), value] as const)
    .filter(([name]) => name !== COMMENT && !ignoring.has(name))
    .map(([name, value]) => otherText(name, value, prefixes, ignoring));
  return standard + others.sort(byCodePoint).join('');
}

function fieldText(field: Field, value: Json | undefined, prefixes: Prefixes, ignoring: ReadonlySet<string>): string {
  const values = (Array.isArray(value) ? value : [value]).filter((one) => one !== undefined && one !== null);
  const texts = values
    .map((one) => {
      if (!isObject(one)) return `=${canonical(one as Json, field, prefixes)}`;
      return fieldsText(one, field.fields ?? [], prefixes, ignoring);
    })
    .filter((one) => one !== '' && one !== '=')
    .map((one) => (field.item ?? field.name) + one)
    .sort(byCodePoint);
  if (texts.length === 0) return '';
  return (field.item === undefined ? '' : field.name) + texts.join('');
}

/** A field of somebody's own: all that is in it, sorted. */
function otherText(name: string, value: Json, prefixes: Prefixes, ignoring: ReadonlySet<string>): string {
  if (Array.isArray(value)) {
    return value
      .map((one) => otherText(name, one, prefixes, ignoring))
      .sort(byCodePoint)
      .join('');
  }
  if (isObject(value)) return name + fieldsText(value, [], prefixes, ignoring);
  return value === null || value === '' ? name : `${name}=${canonical(value, { name }, prefixes)}`;
}

function canonical(value: Json, field: Field, prefixes: Prefixes): string {
  if (typeof value === 'number') return numberText(String(value));
  const said = String(value).trim();
  if (field.time) return utc(said);
  if (field.vocabulary) return vocabularyUri(said, field.vocabulary, prefixes);
  return /^[+-]?\d+(\.\d+)?$/.test(said) ? numberText(said) : canonicalUri(said);
}

/** Without leading and trailing zeros and without a plus, in a text of any length. */
function numberText(said: string): string {
  const parts = /^([+-]?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(said);
  if (!parts) return said;
  const [, sign, whole, fraction] = parts;
  return `${sign === '-' ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}

/** A point in time in UTC with whole milliseconds, rounded. */
export function utc(said: string): string {
  const parts = /^(.*?)(?:\.(\d+))?(Z|[+-]\d{2}:?\d{2})$/i.exec(said);
  const seconds = parts ? Date.parse(`${parts[1]}${parts[3]}`) : Number.NaN;
  if (Number.isNaN(seconds)) return said;
  return new Date(seconds + Math.round(Number(`0.${parts?.[2] ?? 0}`) * 1000)).toISOString();
}

// UTF-16 order differs from code points only beyond the basic plane, where no identifier lies.
const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
