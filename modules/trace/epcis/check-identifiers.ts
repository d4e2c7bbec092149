import type { Fault } from './check-document.ts';
import { faultOfUrn } from './epc-uri.ts';
import { isObject, type Json } from './names.ts';

/** Where an event names things and places: fields with identifiers, and fields of objects with one in a field. */
const plain = ['epcList', 'childEPCs', 'parentID', 'inputEPCList', 'outputEPCList'];
const inside: readonly (readonly [field: string, id: string])[] = [
  ...(['quantityList', 'childQuantityList', 'inputQuantityList', 'outputQuantityList'] as const).map(
    (field) => [field, 'epcClass'] as const,
  ),
  ['readPoint', 'id'],
  ['bizLocation', 'id'],
  ['sourceList', 'source'],
  ['destinationList', 'destination'],
];

/**
 * EPC URIs of an event that cannot be read as the key they claim to be. GS1's schema asks only that they are URIs; one
 * with a digit too few has no Digital Link, so nothing would ever find it.
 *
 * @param pointer the event's place in its document (RFC 6901)
 */
export function identifierFaults(event: Json, pointer: string): Fault[] {
  if (!isObject(event)) return [];
  const faults: Fault[] = [];
  const look = (uri: Json | undefined, place: string) => {
    const message = typeof uri === 'string' ? faultOfUrn(uri) : null;
    if (message !== null) faults.push({ pointer: place, keyword: 'format', message });
  };
  const each = (field: string, of: (one: Json, place: string) => void) => {
    const value = event[field];
    if (Array.isArray(value)) for (const [i, one] of value.entries()) of(one, `${pointer}/${field}/${i}`);
    else if (value !== undefined) of(value, `${pointer}/${field}`);
  };
  for (const field of plain) each(field, look);
  for (const [field, id] of inside)
    each(field, (one, place) => look(isObject(one) ? one[id] : undefined, `${place}/${id}`));
  return faults;
}
