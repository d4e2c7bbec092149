/** JSON as it arrives. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const GS1_CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';

/** Short names for namespaces, `prefix` → address. */
export type Prefixes = Readonly<Record<string, string>>;

/** Those that GS1's own context gives to every document. */
const ofGs1: Prefixes = {
  epcis: 'https://ref.gs1.org/epcis/',
  cbv: 'https://ref.gs1.org/cbv/',
  cbvmda: 'urn:epcglobal:cbv:mda:',
  gs1: 'https://gs1.org/voc/',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  owl: 'http://www.w3.org/2002/07/owl#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  dcterms: 'http://purl.org/dc/terms/',
};

/** The prefixes a JSON-LD `@context` declares; addresses in it name contexts that stand elsewhere and are not fetched. */
export function prefixesOf(context: Json | undefined): Prefixes {
  const parts = Array.isArray(context) ? context : context === undefined ? [] : [context];
  const found: Record<string, string> = {};
  for (const part of parts) {
    if (!isObject(part)) continue;
    for (const [prefix, address] of Object.entries(part)) {
      const at = isObject(address) ? address['@id'] : address;
      if (typeof at === 'string' && !prefix.startsWith('@')) found[prefix] = at;
    }
  }
  return found;
}

/**
 * A name with its namespace: `ex:colour` → namespace and local name. An address is cut behind its last `#` or `/`.
 *
 * @returns null for a name that has no namespace, that is, one of the standard's own
 */
export function qualified(name: string, prefixes: Prefixes): { namespace: string; local: string } | null {
  const colon = name.indexOf(':');
  if (colon < 0) return null;
  const address = prefixes[name.slice(0, colon)] ?? ofGs1[name.slice(0, colon)];
  if (address !== undefined) return { namespace: address, local: name.slice(colon + 1) };
  const cut = Math.max(name.lastIndexOf('#'), name.lastIndexOf('/'), colon);
  return { namespace: name.slice(0, cut + 1), local: name.slice(cut + 1) };
}

/** One text for a name, whatever prefix it was written with. */
export function fullName(name: string, prefixes: Prefixes): string {
  const parts = qualified(name, prefixes);
  return parts ? `{${parts.namespace}}${parts.local}` : name;
}

/** Vocabularies whose standard values are bare words in JSON, and the address each stands under. */
const vocabularies = {
  bizStep: 'https://ref.gs1.org/cbv/BizStep-',
  disposition: 'https://ref.gs1.org/cbv/Disp-',
  bizTransaction: 'https://ref.gs1.org/cbv/BTT-',
  sourceDestination: 'https://ref.gs1.org/cbv/SDT-',
  errorReason: 'https://ref.gs1.org/cbv/ER-',
  component: 'https://ref.gs1.org/cbv/Comp-',
  measurement: 'https://gs1.org/voc/',
} as const;
export type Vocabulary = keyof typeof vocabularies;

const oldUrns: Record<string, Vocabulary> = {
  'urn:epcglobal:cbv:bizstep:': 'bizStep',
  'urn:epcglobal:cbv:disp:': 'disposition',
  'urn:epcglobal:cbv:btt:': 'bizTransaction',
  'urn:epcglobal:cbv:sdt:': 'sourceDestination',
  'urn:epcglobal:cbv:er:': 'errorReason',
};

/** A vocabulary value as its full address: from the bare word, the URN of CBV 1.2, a prefixed name or the address. */
export function vocabularyUri(value: string, of: Vocabulary, prefixes: Prefixes): string {
  if (!value.includes(':')) return vocabularies[of] + value;
  const urn = Object.keys(oldUrns).find((old) => value.startsWith(old));
  if (urn) return vocabularies[oldUrns[urn] as Vocabulary] + value.slice(urn.length);
  const prefix = value.slice(0, value.indexOf(':'));
  const address = prefixes[prefix] ?? ofGs1[prefix];
  return address === undefined ? value : address + value.slice(prefix.length + 1);
}

/** The bare word of a standard value, or the address of one that is not. */
export const bareWord = (uri: string, of: Vocabulary): string =>
  uri.startsWith(vocabularies[of]) ? uri.slice(vocabularies[of].length) : uri;
