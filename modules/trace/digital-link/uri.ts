import { identifiers } from './dictionary.ts';
import { checkElement, type Element, SyntaxFault } from './elements.ts';

/** Departures from the standard's defaults that a reader of older codes may want. */
export interface UriOptions {
  /** `/gtin/…` for `/01/…`, as the first versions of the standard allowed */
  permitConvenienceAlphas?: boolean;
  /** GTINs of 8, 12 or 13 digits, which are then filled up with zeros */
  permitZeroSuppressedGTIN?: boolean;
  permitUnknownAIs?: boolean;
  permitUnknownAIasDLattribute?: boolean;
}

/** What a Digital Link says: the key, its qualifiers and attributes in the order of the address. */
export interface DigitalLink {
  /** the primary key and its qualifiers, from the path */
  path: Element[];
  /** from the query; parameters that are no AI are somebody else's and are left out */
  attributes: Element[];
}

const alphas: Record<string, string> = {
  gtin: '01',
  itip: '8006',
  gmn: '8013',
  cpid: '8010',
  gln: '414',
  payTo: '415',
  partyGln: '417',
  gsrnp: '8017',
  gsrn: '8018',
  gcn: '255',
  sscc: '00',
  gdti: '253',
  ginc: '401',
  gsin: '402',
  grai: '8003',
  giai: '8004',
  cpv: '22',
  lot: '10',
  ser: '21',
  cpsn: '8011',
  refno: '8020',
  srin: '8019',
  glnx: '254',
};

/** The characters of RFC 3986; brackets only ever stand in a host. */
const URI_CHARACTERS = /^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/;
const HOST = /^(?:\[[\da-fA-F:.]+\]|[A-Za-z\d\-.]+)(?::\d{1,5})?$/;

/** Escapes data for a path or a query: everything but letters, digits and `-._~`, a space in a query as `+`. */
export function escapeUri(text: string, inQuery = false): string {
  const escaped = text.replace(/[^\w\-.~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  return inQuery ? escaped.replaceAll('%20', '+') : escaped;
}

/** Undoes `escapeUri`, byte for byte; a percent sign that begins no pair of hex digits stays as it is. */
export function unescapeUri(text: string, inQuery = false): string {
  const spaced = inQuery ? text.replaceAll('+', ' ') : text;
  return spaced.replace(/%([\da-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/**
 * Reads a GS1 Digital Link. The rightmost primary key of the path counts, what stands before it is the resolver's own
 * business; fragments and parameters that are no AI are ignored.
 *
 * @throws SyntaxFault when it is no address, holds no key, or breaks a rule of one of its AIs
 */
export function parseDigitalLink(uri: string, options: UriOptions = {}): DigitalLink {
  if (!URI_CHARACTERS.test(uri)) throw new SyntaxFault('URI_CONTAINS_ILLEGAL_CHARACTERS', uri);
  const [, host = '', rest = ''] = /^https?:\/\/([^/]*)(\/.*)?$/i.exec(uri) ?? [];
  if (!HOST.test(host)) throw new SyntaxFault('DOMAIN_CONTAINS_ILLEGAL_CHARACTERS', uri);
  const [address = ''] = rest.split('#');
  const mark = address.indexOf('?');
  const path = keyOfPath(mark < 0 ? address : address.slice(0, mark), options);
  const attributes = mark < 0 ? [] : attributesOf(address.slice(mark + 1), options);

  const inPath = path.map((element) => element.ai);
  const seen = new Set(inPath);
  for (const { ai } of attributes) {
    if (seen.has(ai)) throw new SyntaxFault('DUPLICATE_AI', ai);
    seen.add(ai);
    if (fitsPath(inPath, ai)) throw new SyntaxFault('AI_SHOULD_BE_IN_PATH', ai);
  }
  return { path, attributes };
}

function keyOfPath(path: string, options: UriOptions): Element[] {
  const segments = path.split('/');
  const elements: Element[] = [];
  for (let i = segments.length - 2; i >= 1; i -= 2) {
    const name = segments[i] as string;
    const ai = (options.permitConvenienceAlphas && alphas[name]) || name;
    const known = identifiers.get(ai);
    if (!known) break;
    elements.unshift(elementOf(ai, unescapeUri(segments[i + 1] as string), options));
    if (!known.qualifiers) continue;
    const qualifiers = elements.slice(1).map((element) => element.ai);
    if (known.qualifiers.some((row) => isPartOf(qualifiers, row))) return elements;
    throw new SyntaxFault('INVALID_KEY_QUALIFIERS', path);
  }
  throw new SyntaxFault('NO_GS1_DL_KEYS_FOUND_IN_PATH_INFO', path);
}

function attributesOf(query: string, options: UriOptions): Element[] {
  return query.split('&').flatMap((pair) => {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? '' : pair.slice(0, equals);
    if (!/^\d+$/.test(name)) return [];
    const known = identifiers.get(name);
    if (known ? !known.attribute : !options.permitUnknownAIasDLattribute) {
      throw new SyntaxFault('INVALID_DL_ATTRIBUTE', name);
    }
    return [elementOf(name, unescapeUri(pair.slice(equals + 1), true), options)];
  });
}

function elementOf(ai: string, text: string, options: UriOptions): Element {
  const short = ai === '01' && options.permitZeroSuppressedGTIN && /^(\d{8}|\d{12}|\d{13})$/.test(text);
  const element = { ai, value: short ? text.padStart(14, '0') : text };
  checkElement(element, options.permitUnknownAIs);
  return element;
}

/** Whether some words are words of a row, in its order. */
function isPartOf(words: readonly string[], row: readonly string[]): boolean {
  let from = 0;
  for (const word of words) {
    const at = row.indexOf(word, from);
    if (at < 0) return false;
    from = at + 1;
  }
  return true;
}

/** Whether a qualifier could stand in the path beside those that do; then it must. */
function fitsPath([key = '', ...qualifiers]: readonly string[], ai: string): boolean {
  const rows = identifiers.get(key)?.qualifiers ?? [];
  return rows.some((row) => row.includes(ai) && qualifiers.every((one) => row.includes(one)));
}

/**
 * The Digital Link of some elements: the first primary key among them with its qualifiers as path, the others as query
 * in the order given. An element named twice with the same data counts once.
 *
 * @param stem scheme and host, and a path if the resolver has one; GS1's own when left out
 * @throws SyntaxFault when no element is a primary key, or one may not stand in the query
 */
export function digitalLink(
  elements: readonly Element[],
  stem = 'https://id.gs1.org',
  options: UriOptions = {},
): string {
  const values = new Map<string, string>();
  for (const { ai, value } of elements) {
    if ((values.get(ai) ?? value) !== value) throw new SyntaxFault('DUPLICATE_AI', ai);
    values.set(ai, value);
  }
  const key = [...values.keys()].find((ai) => identifiers.get(ai)?.qualifiers);
  if (!key) throw new SyntaxFault('NO_PRIMARY_KEY', [...values.keys()].join(' '));
  const rows = identifiers.get(key)?.qualifiers ?? [];
  const present = rows.map((row) => row.filter((ai) => values.has(ai)));
  const qualifiers = present.reduce((best, row) => (row.length > best.length ? row : best), []);
  const path = [key, ...qualifiers];
  const query = [...values.keys()].filter((ai) => !path.includes(ai));
  for (const ai of query) {
    const known = identifiers.get(ai);
    if (known ? !known.attribute : !options.permitUnknownAIasDLattribute)
      throw new SyntaxFault('INVALID_DL_ATTRIBUTE', ai);
  }
  const value = (ai: string) => values.get(ai) as string;
  const uri = stem + path.map((ai) => `/${ai}/${escapeUri(value(ai))}`).join('');
  return query.length === 0 ? uri : `${uri}?${query.map((ai) => `${ai}=${escapeUri(value(ai), true)}`).join('&')}`;
}
