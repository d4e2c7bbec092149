import { checkDigit } from '#catalog';

/** Where GS1's own resolver answers: the host of a canonical Digital Link. */
const GS1 = 'https://id.gs1.org';

/** Company prefix and what follows it, as digits of one key: an EPC URI writes them apart. */
const joined = (prefix: string, rest: string) => prefix + rest;
const checked = (body: string) => body + checkDigit(body);

/** An item reference begins with the indicator digit, which a GTIN writes in front of the company prefix. */
const gtin = (prefix: string, item: string) => checked(item.slice(0, 1) + prefix + item.slice(1));
const sscc = (prefix: string, serial: string) => checked(serial.slice(0, 1) + prefix + serial.slice(1));
const gln = (prefix: string, location: string) => checked(joined(prefix, location));

/**
 * A component of an EPC URI as a Digital Link writes it. The two standards escape different signs: both leave letters,
 * digits and `- . _ ~ ' ; =`, a Digital Link escapes `! ( ) *` as well (GS1 Digital Link URI syntax 1.3, table 7-1).
 */
function escaped(component: string): string {
  const text = unescaped(component);
  return encodeURIComponent(text)
    .replace(/[!()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3B', ';')
    .replaceAll('%3D', '=');
}

function unescaped(component: string): string {
  try {
    return decodeURIComponent(component);
  } catch {
    return component;
  }
}

const D = '(\\d*)';
const PREFIX = '(\\d{6,12})';
const ANY = '([^.]+)';
const REST = '(.+)';

interface Kind {
  /** as it begins: `urn:epc:id:sgtin:` */
  start: string;
  uri: RegExp;
  /** how many digits company prefix and reference have together; 0: any number */
  digits: number;
  path: (...parts: string[]) => string;
}

/** Each kind of EPC URI, class URI and pattern URI (GS1 TDS 2.0, chapter 6) with its Digital Link path. */
const kinds: readonly Kind[] = [
  kind('id:sgtin', [PREFIX, D, REST], 13, (p, i, s) => `/01/${gtin(p, i)}/21/${escaped(s)}`),
  kind('id:sscc', [PREFIX, D], 17, (p, s) => `/00/${sscc(p, s)}`),
  kind('id:sgln', [PREFIX, D, REST], 12, (p, l, e) => `/414/${gln(p, l)}${e === '0' ? '' : `/254/${escaped(e)}`}`),
  kind('id:pgln', [PREFIX, D], 12, (p, l) => `/417/${gln(p, l)}`),
  kind('id:grai', [PREFIX, D, REST], 12, (p, a, s) => `/8003/0${gln(p, a)}${escaped(s)}`),
  kind('id:giai', [PREFIX, REST], 0, (p, a) => `/8004/${p}${escaped(a)}`),
  kind('id:gsrn', [PREFIX, D], 17, (p, s) => `/8018/${checked(joined(p, s))}`),
  kind('id:gsrnp', [PREFIX, D], 17, (p, s) => `/8017/${checked(joined(p, s))}`),
  kind('id:gdti', [PREFIX, D, REST], 12, (p, t, s) => `/253/${gln(p, t)}${escaped(s)}`),
  kind('id:cpi', [PREFIX, ANY, '(\\d+)'], 0, (p, c, s) => `/8010/${p}${escaped(c)}/8011/${s}`),
  kind('id:sgcn', [PREFIX, D, '(\\d+)'], 12, (p, c, s) => `/255/${gln(p, c)}${s}`),
  kind('id:ginc', [PREFIX, REST], 0, (p, c) => `/401/${p}${escaped(c)}`),
  kind('id:gsin', [PREFIX, D], 16, (p, s) => `/402/${checked(joined(p, s))}`),
  kind('id:itip', [PREFIX, D, '(\\d{2})', '(\\d{2})', REST], 13, (p, i, n, of, s) => {
    return `/8006/${gtin(p, i)}${n}${of}/21/${escaped(s)}`;
  }),
  kind('id:upui', [PREFIX, D, REST], 13, (p, i, s) => `/01/${gtin(p, i)}/235/${escaped(s)}`),
  kind('class:lgtin', [PREFIX, D, REST], 13, (p, i, lot) => `/01/${gtin(p, i)}/10/${escaped(lot)}`),
  kind('idpat:sgtin', [PREFIX, D, '\\*'], 13, (p, i) => `/01/${gtin(p, i)}`),
  kind('idpat:grai', [PREFIX, D, '\\*'], 12, (p, a) => `/8003/0${gln(p, a)}`),
  kind('idpat:gdti', [PREFIX, D, '\\*'], 12, (p, t) => `/253/${gln(p, t)}`),
  kind('idpat:sgcn', [PREFIX, D, '\\*'], 12, (p, c) => `/255/${gln(p, c)}`),
  kind('idpat:cpi', [PREFIX, ANY, '\\*'], 0, (p, c) => `/8010/${p}${escaped(c)}`),
  kind('idpat:itip', [PREFIX, D, '(\\d{2})', '(\\d{2})', '\\*'], 13, (p, i, n, of) => `/8006/${gtin(p, i)}${n}${of}`),
];

function kind(scheme: string, parts: readonly string[], digits: number, path: Kind['path']): Kind {
  return { start: `urn:epc:${scheme}:`, uri: new RegExp(`^urn:epc:${scheme}:${parts.join('\\.')}$`), digits, path };
}

function pathOfUrn(uri: string): string | null {
  for (const { uri: form, digits, path } of kinds) {
    const found = form.exec(uri);
    if (!found) continue;
    const parts = found.slice(1) as string[];
    // Prefix and reference share a fixed number of digits, whatever the length of the prefix.
    if (digits > 0 && joined(parts[0] as string, parts[1] as string).length !== digits) return null;
    return path(...(parts as [string, string, string]));
  }
  return null;
}

/** Pure identities that the standard knows and that are no GS1 keys: they have no Digital Link and stay as they are. */
const others = /^urn:epc:(id|idpat):(gid|usdod|adi|bic|imovn):./;

/**
 * What is wrong with an EPC URI: one that fits no kind would be found by nobody and lead nowhere. Null for every URI
 * that can be read, and for what is no EPC URI at all.
 */
export function faultOfUrn(uri: string): string | null {
  if (!uri.startsWith('urn:epc:') || others.test(uri) || pathOfUrn(uri) !== null) return null;
  const of = kinds.find((one) => uri.startsWith(one.start));
  if (!of) return 'must be an EPC URI of GS1 TDS 2.0 (urn:epc:id:…, urn:epc:class:lgtin:…, urn:epc:idpat:…)';
  const digits = of.digits > 0 ? `; company prefix and reference have ${of.digits} digits together` : '';
  return `must be written as an EPC URI of its kind, ${of.start}…${digits}`;
}

/** Keys of a Digital Link, and behind each the qualifiers that make its most exact level; others are attributes. */
const keys: Record<string, { value: RegExp; qualifiers: readonly (readonly string[])[] }> = {
  '00': { value: /^\d{18}$/, qualifiers: [] },
  '01': { value: /^(\d{8}|\d{12,14})$/, qualifiers: [['21'], ['235'], ['10']] },
  '253': { value: /^\d{13}.{0,17}$/, qualifiers: [] },
  '255': { value: /^\d{13,25}$/, qualifiers: [] },
  '401': { value: /^.{1,30}$/, qualifiers: [] },
  '402': { value: /^\d{17}$/, qualifiers: [] },
  '414': { value: /^\d{13}$/, qualifiers: [['254']] },
  '417': { value: /^\d{13}$/, qualifiers: [] },
  '8003': { value: /^\d{14}.{0,16}$/, qualifiers: [] },
  '8004': { value: /^.{1,30}$/, qualifiers: [] },
  '8006': { value: /^\d{18}$/, qualifiers: [['21'], ['10']] },
  '8010': { value: /^.{1,30}$/, qualifiers: [['8011']] },
  '8017': { value: /^\d{18}$/, qualifiers: [] },
  '8018': { value: /^\d{18}$/, qualifiers: [] },
};
/** The words that older Digital Links write for the numbers. */
const words: Record<string, string> = {
  ...{ sscc: '00', gtin: '01', gdti: '253', gcn: '255', ginc: '401', gsin: '402', gln: '414', party: '417' },
  ...{ grai: '8003', giai: '8004', itip: '8006', cpid: '8010', gsrnp: '8017', gsrn: '8018' },
  ...{ cpv: '22', lot: '10', ser: '21', glnx: '254', cpsn: '8011' },
};
const number = (name: string) => words[name] ?? name;

/** Key, value and qualifiers of a GS1 Digital Link on whatever host; null for every other address. */
function readLink(uri: string): { key: string; value: string; qualifiers: ReadonlyMap<string, string> } | null {
  const path = /^https?:\/\/[^/?#]+(\/[^?#]*)/.exec(uri)?.[1];
  if (!path) return null;
  const segments = path.split('/').filter(Boolean);
  // A host may put folders in front; the rightmost primary key counts.
  for (let at = segments.length - 2; at >= 0; at--) {
    const key = number(segments[at] as string);
    const value = segments[at + 1] as string;
    if (!keys[key]?.value.test(unescaped(value)) || (segments.length - at) % 2 !== 0) continue;
    const qualifiers = new Map<string, string>();
    for (let next = at + 2; next + 1 < segments.length; next += 2) {
      qualifiers.set(number(segments[next] as string), segments[next + 1] as string);
    }
    return { key, value: key === '01' ? value.padStart(14, '0') : value, qualifiers };
  }
  return null;
}

function pathOfLink(uri: string): string | null {
  const link = readLink(uri);
  if (!link) return null;
  const level = keys[link.key]?.qualifiers.find((wanted) => wanted.every((ai) => link.qualifiers.has(ai))) ?? [];
  const qualifiers = level.map((ai) => `/${ai}/${escaped(link.qualifiers.get(ai) as string)}`).join('');
  return `/${link.key}/${escaped(link.value)}${qualifiers}`;
}

/**
 * The canonical Digital Link of a GS1 identifier in whatever form an event may carry it: EPC URI, class or pattern URI,
 * or a Digital Link of any host (CBV 2.0, 8.9.2). Only the most exact level stays, without attributes.
 *
 * @returns what was given, when it is no GS1 identifier
 */
export function canonicalUri(uri: string): string {
  const path = uri.startsWith('urn:epc:') ? pathOfUrn(uri) : uri.startsWith('http') ? pathOfLink(uri) : null;
  return path === null ? uri : GS1 + path;
}

/** An EPC URI as a Digital Link; what is a web address already, or no GS1 identifier, stays as it is. */
export const asDigitalLink = (uri: string): string => (uri.startsWith('urn:epc:') ? canonicalUri(uri) : uri);

/** The canonical address of a lot of packs, whoever's host is printed on them. */
export const lotUri = (gtin14: string, lotNumber: string): string => `${GS1}/01/${gtin14}/10/${escaped(lotNumber)}`;

/** The canonical lot a Digital Link names, as the class itself or with a serial behind it; null when it names none. */
export function lotOfUri(uri: string): string | null {
  if (uri.startsWith('urn:epc:class:lgtin:')) return canonicalUri(uri);
  const link = readLink(uri);
  const lot = link?.key === '01' ? link.qualifiers.get('10') : undefined;
  return link && lot !== undefined ? lotUri(link.value, unescaped(lot)) : null;
}
