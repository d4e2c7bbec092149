import { canonicalUri } from './epc-uri.ts';
import { utc } from './event-hash.ts';
import { indexed, indexedValue, sensorNumbers } from './event-terms.ts';
import { fullName, isObject, type Json, type Prefixes, prefixesOf, type Vocabulary, vocabularyUri } from './names.ts';

/** What an event must have to be found. Values are alternatives, conditions all hold. */
export type Condition =
  | { kind: 'column'; column: 'type' | 'action' | 'event_id'; values: string[] }
  | { kind: 'time'; column: 'event_time' | 'record_time' | 'declared'; op: Comparison; at: Date }
  | { kind: 'declared' }
  | { kind: 'term'; fields: string[]; values?: string[]; below?: string[]; number?: { op: Comparison; than: number } }
  | { kind: 'place'; field: 'readPoint' | 'bizLocation'; values: string[] };
export type Comparison = '=' | '>' | '>=' | '<' | '<=';

/** What an EPCIS query asks: conditions, order and limits. */
export interface EventQuery {
  conditions: Condition[];
  orderBy: 'event_time' | 'record_time' | null;
  descending: boolean;
  eventCountLimit: number | null;
  maxEventCount: number | null;
}

/** A parameter that cannot be: which, and why. */
export class BadParameter extends Error {
  readonly parameter: string;
  constructor(parameter: string, why: string) {
    super(why);
    this.parameter = parameter;
  }
}

const comparisons: Record<string, Comparison> = { EQ: '=', GT: '>', GE: '>=', LT: '<', LE: '<=' };
const eventTypes = ['ObjectEvent', 'AggregationEvent', 'TransactionEvent', 'TransformationEvent', 'AssociationEvent'];
const actions = ['ADD', 'OBSERVE', 'DELETE'];

type Reader = (values: string[], name: string, prefixes: Prefixes) => Condition;

const words =
  (field: string, vocabulary: Vocabulary): Reader =>
  (values, _, prefixes) => ({
    kind: 'term',
    fields: [field],
    values: values.map((value) => indexed(vocabularyUri(value, vocabulary, prefixes))),
  });
const uris =
  (...fields: string[]): Reader =>
  (values) => ({ kind: 'term', fields, values: values.map((value) => indexed(canonicalUri(value))) });
/** Identifiers, or with `urn:epc:idpat:…*` all of a class. */
const matches =
  (...fields: string[]): Reader =>
  (values) => ({
    kind: 'term',
    fields,
    values: values.map((value) => indexed(canonicalUri(value))),
    below: values.filter((value) => value.startsWith('urn:epc:idpat:')).map((value) => `${canonicalUri(value)}/`),
  });
const plain =
  (field: string): Reader =>
  (values) => ({ kind: 'term', fields: [field], values: values.map(indexed) });
const numbers =
  (op: Comparison, field: string): Reader =>
  (values, name) => ({ kind: 'term', fields: [field], number: { op, than: numberIn(values, name) } });
const times =
  (op: Comparison, field: string): Reader =>
  (values, name) => ({ kind: 'term', fields: [field], number: { op, than: timeIn(values, name).getTime() } });
const column =
  (op: Comparison, of: 'event_time' | 'record_time' | 'declared'): Reader =>
  (values, name) => ({ kind: 'time', column: of, op, at: timeIn(values, name) });
const place =
  (field: 'readPoint' | 'bizLocation'): Reader =>
  (values) => ({ kind: 'place', field, values: values.map((value) => indexed(canonicalUri(value))) });
const oneOf =
  (of: 'type' | 'action', allowed: readonly string[]): Reader =>
  (values, name) => {
    const other = values.find((value) => !allowed.includes(value) && !(of === 'type' && value.includes(':')));
    if (other !== undefined) throw new BadParameter(name, `must be one of ${allowed.join(', ')}`);
    return { kind: 'column', column: of, values };
  };

/** The standard's parameters, one line each (EPCIS 2.0, 8.2.7.1). */
const standard: Record<string, Reader> = {
  eventType: oneOf('type', eventTypes),
  EQ_action: oneOf('action', actions),
  EQ_eventID: (values) => ({ kind: 'column', column: 'event_id', values }),
  GE_eventTime: column('>=', 'event_time'),
  LT_eventTime: column('<', 'event_time'),
  GE_recordTime: column('>=', 'record_time'),
  LT_recordTime: column('<', 'record_time'),
  EQ_bizStep: words('bizStep', 'bizStep'),
  EQ_disposition: words('disposition', 'disposition'),
  EQ_persistentDisposition_set: words('set', 'disposition'),
  EQ_persistentDisposition_unset: words('unset', 'disposition'),
  EQ_readPoint: uris('readPoint'),
  WD_readPoint: place('readPoint'),
  EQ_bizLocation: uris('bizLocation'),
  WD_bizLocation: place('bizLocation'),
  EQ_transformationID: plain('transformationID'),
  MATCH_epc: matches('epc'),
  MATCH_parentID: matches('parentID'),
  MATCH_inputEPC: matches('inputEPC'),
  MATCH_outputEPC: matches('outputEPC'),
  MATCH_anyEPC: matches('epc', 'parentID', 'inputEPC', 'outputEPC'),
  MATCH_epcClass: matches('epcClass'),
  MATCH_inputEPCClass: matches('inputEPCClass'),
  MATCH_outputEPCClass: matches('outputEPCClass'),
  MATCH_anyEPCClass: matches('epcClass', 'inputEPCClass', 'outputEPCClass'),
  EQ_quantity: (values, name) => ({
    kind: 'term',
    fields: ['quantity'],
    values: values.map((value) => String(numberIn([value], name))),
  }),
  GT_quantity: numbers('>', 'quantity'),
  GE_quantity: numbers('>=', 'quantity'),
  LT_quantity: numbers('<', 'quantity'),
  LE_quantity: numbers('<=', 'quantity'),
  EXISTS_errorDeclaration: () => ({ kind: 'declared' }),
  GE_errorDeclarationTime: column('>=', 'declared'),
  LT_errorDeclarationTime: column('<', 'declared'),
  GE_errorDeclaration_Time: column('>=', 'declared'),
  LT_errorDeclaration_Time: column('<', 'declared'),
  EQ_errorReason: words('errorReason', 'errorReason'),
  EQ_correctiveEventID: plain('correctiveEventID'),
  EXISTS_sensorElementList: () => ({ kind: 'term', fields: ['sensorElementList'] }),
  EQ_type: words('sensor type', 'measurement'),
  ...Object.fromEntries(
    ['deviceID', 'dataProcessingMethod', 'microorganism', 'chemicalSubstance', 'bizRules', 'uriValue'].map((name) => [
      `EQ_${name}`,
      uris(`sensor ${name}`),
    ]),
  ),
  ...Object.fromEntries(
    ['stringValue', 'hexBinaryValue', 'booleanValue'].map((name) => [`EQ_${name}`, plain(`sensor ${name}`)]),
  ),
  ...Object.fromEntries(
    ['time', 'startTime', 'endTime'].flatMap((name) => [
      [`GE_${name}`, times('>=', `sensor ${name}`)],
      [`LT_${name}`, times('<', `sensor ${name}`)],
    ]),
  ),
};

/** Parameters whose name says which: of what type a transaction is, in which unit a sensor measured, whose own field. */
const families: readonly { name: RegExp; reader: (parts: string[], prefixes: Prefixes) => Reader }[] = [
  {
    name: /^EQ_(bizTransaction|source|destination)_(.+)$/,
    reader: ([of, type], prefixes) => {
      const vocabulary = of === 'bizTransaction' ? 'bizTransaction' : 'sourceDestination';
      return uris(`${of} ${vocabularyUri(type as string, vocabulary, prefixes)}`);
    },
  },
  {
    name: new RegExp(`^(EQ|GT|GE|LT|LE)_(${sensorNumbers.join('|')})(?:_([A-Z0-9]{2,4}))?$`),
    reader: ([op, of, unit]) =>
      numbers(comparisons[op as string] as Comparison, unit ? `sensor ${of} ${unit}` : `sensor ${of}`),
  },
  {
    name: /^(EQ|GT|GE|LT|LE|EXISTS)_(INNER_)?(ILMD_|ERROR_DECLARATION_)?([a-zA-Z][\w.+-]*:.+)$/,
    reader: ([op, inner, part, name], prefixes) => {
      const of = part === 'ILMD_' ? 'ilmd' : part === 'ERROR_DECLARATION_' ? 'errorDeclaration' : 'event';
      const fields = [`${inner ? 'inner ' : ''}${of} ${fullName(name as string, prefixes)}`];
      if (op === 'EXISTS') return () => ({ kind: 'term', fields });
      if (op === 'EQ') {
        return (values) => ({ kind: 'term', fields, values: values.map((value) => indexedValue(value).value) });
      }
      return (values, parameter) => {
        const than = indexedValue(values[0] ?? '').number;
        if (than === null) throw new BadParameter(parameter, 'must be a number or a time');
        return { kind: 'term', fields, number: { op: comparisons[op as string] as Comparison, than } };
      };
    },
  },
];

/** Names that are no conditions: order, limits, and what belongs to the page and not to the query. */
const controls = new Set(['orderBy', 'orderDirection', 'eventCountLimit', 'maxEventCount', '@context']);
const MOST_CONDITIONS = 20;
const MOST_VALUES = 200;

/**
 * Reads the parameters of a query, from an address (`EQ_bizStep=shipping|receiving`) or from the body of a named query.
 *
 * @param given name → text, number, boolean or list
 * @param extensions prefixes that a client declares beside the query, in the header GS1-Extensions
 * @throws BadParameter that names the first parameter that is unknown or has no such value
 */
export function readQuery(given: Readonly<Record<string, Json | undefined>>, extensions: Prefixes = {}): EventQuery {
  const prefixes = { ...extensions, ...prefixesOf(given['@context']) };
  const conditions: Condition[] = [];
  let values = 0;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || controls.has(name)) continue;
    const said = valuesOf(name, value);
    values += said.length;
    conditions.push(readerOf(name, prefixes)(said, name, prefixes));
  }
  if (conditions.length > MOST_CONDITIONS || values > MOST_VALUES) throw new TooComplex();

  const orderBy = one(given, 'orderBy', ['eventTime', 'recordTime']);
  const direction = one(given, 'orderDirection', ['ASC', 'DESC']);
  const eventCountLimit = count(given, 'eventCountLimit');
  const maxEventCount = count(given, 'maxEventCount');
  if (eventCountLimit !== null && maxEventCount !== null) {
    throw new BadParameter('maxEventCount', 'cannot stand beside eventCountLimit');
  }
  if (eventCountLimit !== null && orderBy === null) {
    throw new BadParameter('eventCountLimit', 'needs orderBy: without an order there are no first ones');
  }
  return {
    conditions,
    orderBy: orderBy === null ? null : orderBy === 'eventTime' ? 'event_time' : 'record_time',
    // The standard's default, where an order is asked for.
    descending: orderBy !== null && direction !== 'ASC',
    eventCountLimit,
    maxEventCount,
  };
}

/** More conditions than a query may have. */
export class TooComplex extends Error {}

function readerOf(name: string, prefixes: Prefixes): Reader {
  const known = Object.hasOwn(standard, name) ? standard[name] : undefined;
  if (known) return known;
  for (const { name: form, reader } of families) {
    const parts = form.exec(name);
    if (parts) return reader(parts.slice(1), prefixes);
  }
  throw new BadParameter(name, 'is not a known parameter');
}

function valuesOf(name: string, value: Json): string[] {
  const said = Array.isArray(value) ? value : typeof value === 'string' ? value.split('|') : [value];
  if (said.length === 0) throw new BadParameter(name, 'needs a value');
  return said.map((one) => {
    if (one === null || isObject(one) || Array.isArray(one)) {
      if (name.startsWith('EXISTS_')) return '';
      throw new BadParameter(name, 'must be a text, a number or a list of these');
    }
    return String(one);
  });
}

function one(given: Readonly<Record<string, Json | undefined>>, name: string, allowed: readonly string[]) {
  const value = given[name];
  if (value === undefined) return null;
  if (typeof value !== 'string' || !allowed.includes(value)) {
    throw new BadParameter(name, `must be one of ${allowed.join(', ')}`);
  }
  return value;
}

function count(given: Readonly<Record<string, Json | undefined>>, name: string): number | null {
  const value = given[name];
  if (value === undefined) return null;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new BadParameter(name, 'must be a whole number above zero');
  return number;
}

function numberIn(values: readonly string[], name: string): number {
  const number = Number(values[0]);
  if (values.length !== 1 || values[0] === '' || !Number.isFinite(number)) {
    throw new BadParameter(name, 'must be one number');
  }
  return number;
}

function timeIn(values: readonly string[], name: string): Date {
  const said = values[0] ?? '';
  const time = new Date(utc(said));
  if (values.length !== 1 || !/^\d{4}-\d\d-\d\dT/.test(said) || Number.isNaN(time.getTime())) {
    throw new BadParameter(name, 'must be one time with its offset, as 2026-09-17T06:00:00Z');
  }
  return time;
}
