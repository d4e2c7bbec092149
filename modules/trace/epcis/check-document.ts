import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { Lang } from '#platform/errors.ts';
import { isObject, type Json, type JsonObject } from './names.ts';

/** Where a document is wrong (a JSON pointer, RFC 6901) and how. */
export interface Fault {
  pointer: string;
  keyword: string;
  message: string;
}

const MOST_FAULTS = 20;
/** Keywords that only say that something inside them is wrong. */
const wrappers = new Set(['if', 'anyOf', 'oneOf', 'allOf', 'not']);

let compiled: ValidateFunction | undefined;
// A quarter of a second, and only who captures needs it.
function schema(): ValidateFunction {
  if (!compiled) {
    const ajv = new Ajv({ allErrors: true, strict: false });
    (formats as unknown as (ajv: Ajv) => void)(ajv);
    compiled = ajv.compile(
      JSON.parse(readFileSync(new URL('./schema/epcis-json-schema.json', import.meta.url), 'utf8')) as object,
    );
  }
  return compiled;
}

/** What is wrong with a document or a single event by GS1's own schema; nothing when it is right. */
export function faultsOf(document: Json): Fault[] {
  if (!isObject(document)) return [{ pointer: '', keyword: 'type', message: 'must be object' }];
  const check = schema();
  return check(document) ? [] : readable(check.errors ?? []);
}

/**
 * What is wrong with one event of a document, looked at by itself so that its neighbours' faults do not count.
 *
 * @param at its place in the document's list
 */
export function faultsOfEvent(document: JsonObject, event: Json, at: number, pointer: string): Fault[] {
  const alone = {
    '@context': document['@context'] ?? null,
    type: 'EPCISDocument',
    schemaVersion: document.schemaVersion ?? null,
    creationDate: document.creationDate ?? null,
    epcisBody: { eventList: [event] },
  };
  return faultsOf(alone).map((fault) => ({
    ...fault,
    pointer: fault.pointer.replace('/epcisBody/eventList/0', `${pointer}/${at}`),
  }));
}

/** One line per place. A branch that did not apply complains too, of the type of an event above all; the deepest place says most. */
function readable(errors: readonly ErrorObject[]): Fault[] {
  const said = errors
    .filter((error) => !wrappers.has(error.keyword) || errors.length === 1)
    .map((error) => ({ pointer: placeOf(error), keyword: error.keyword, message: messageOf(error) }));
  const faults = new Map<string, Fault>();
  for (const fault of said.toSorted((a, b) => depth(b.pointer) - depth(a.pointer))) {
    if (!faults.has(fault.pointer)) faults.set(fault.pointer, fault);
  }
  const found = [...faults.values()];
  // A place is told only when none below it is: "must be array" of a list says nothing beside its item's fault.
  return found
    .filter((fault) => !found.some((other) => other !== fault && other.pointer.startsWith(`${fault.pointer}/`)))
    .slice(0, MOST_FAULTS);
}

const depth = (pointer: string): number => pointer.split('/').length;
const asToken = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function placeOf(error: ErrorObject): string {
  const params = error.params as Record<string, string>;
  const own = params.missingProperty ?? params.additionalProperty ?? params.propertyName ?? error.propertyName;
  return own === undefined ? error.instancePath : `${error.instancePath}/${asToken(own)}`;
}

function messageOf(error: ErrorObject): string {
  if (error.keyword === 'required') return 'is required';
  if (
    error.keyword === 'additionalProperties' ||
    error.propertyName !== undefined ||
    error.keyword === 'propertyNames'
  ) {
    return 'is not a known field and has no namespace';
  }
  const { allowedValues } = error.params as { allowedValues?: unknown[] };
  return allowedValues ? `must be one of ${allowedValues.join(', ')}` : (error.message ?? error.keyword);
}

/** What is wrong at a place, in Chinese by the schema's keyword; the standard itself speaks English. */
const inChinese: Readonly<Record<string, string>> = {
  required: '必填',
  type: '类型不对',
  format: '格式不对',
  enum: '不是允许的值',
  const: '不是允许的值',
  pattern: '格式不对',
  additionalProperties: '没有这个字段',
  propertyNames: '没有这个字段，自己的字段要带命名空间',
  uniqueItems: '有重复',
  minItems: '项数太少',
  maxItems: '项数太多',
  minimum: '太小',
  maximum: '太大',
};

/** A fault in the reader's language. */
export const faultText = (fault: Fault, lang: Lang): string =>
  lang === 'en' ? fault.message : `${inChinese[fault.keyword] ?? '不对'}（${fault.message}）`;
