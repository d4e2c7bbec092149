import { type Identifier, identifiers } from './dictionary.ts';

/** One Application Identifier with its data: `{ ai: '10', value: 'P260917-0001' }`. */
export interface Element {
  ai: string;
  value: string;
}

/** Text that is no code by GS1's rules; `code` is GS1's name for what is wrong. */
export class SyntaxFault extends Error {
  readonly code: string;
  constructor(code: string, about: string) {
    super(`${code}: ${about}`);
    this.name = 'SyntaxFault';
    this.code = code;
  }
}

/** In text, the separator FNC1 of an element string. */
export const FNC1 = '^';

/** Data of the next AI must fit its components in order; the last may be shorter than its limit. */
function checkValue({ ai, components }: Identifier, value: string): void {
  let rest = value;
  for (const part of components) {
    if (rest === '' && part.optional) continue;
    const text = rest.slice(0, part.max);
    if (text.length < part.min) throw new SyntaxFault('AI_DATA_TOO_SHORT', `(${ai})${value}`);
    for (const look of [part.set, ...part.linters]) {
      const found = look(text);
      if (found) throw new SyntaxFault(found.error, `(${ai})${value}`);
    }
    rest = rest.slice(text.length);
  }
  if (rest !== '') throw new SyntaxFault('AI_DATA_TOO_LONG', `(${ai})${value}`);
}

/**
 * Checks one element by GS1's dictionary.
 *
 * @param permitUnknown lets an AI pass that the dictionary does not know, with data of the widest character set
 * @throws SyntaxFault
 */
export function checkElement({ ai, value }: Element, permitUnknown = false): void {
  const known = identifiers.get(ai);
  if (known) checkValue(known, value);
  else if (!permitUnknown || !/^\d{2,4}$/.test(ai)) throw new SyntaxFault('UNKNOWN_AI', ai);
  else if (!/^[\x21-\x7e]{1,90}$/.test(value)) throw new SyntaxFault('AI_DATA_TOO_LONG', `(${ai})${value}`);
}

/** AIs have two to four digits, and no AI begins with another. */
const identifierAt = (text: string): Identifier | undefined =>
  [2, 3, 4].map((length) => identifiers.get(text.slice(0, length))).find(Boolean);

/**
 * Reads what a barcode holds: `^01…^10…`. Separators are needed after AIs whose length is not fixed; after the others
 * one is allowed.
 *
 * @throws SyntaxFault
 */
export function parseElementString(text: string): Element[] {
  if (!text.startsWith(FNC1)) throw new SyntaxFault('MISSING_FNC1_IN_FIRST_POSITION', text);
  const elements: Element[] = [];
  for (let rest = text.slice(1); rest !== ''; ) {
    const known = identifierAt(rest);
    if (!known) throw new SyntaxFault('NO_AI_FOR_PREFIX', rest);
    const data = rest.slice(known.ai.length);
    const end = data.indexOf(FNC1);
    const upTo = end < 0 ? data.length : end;
    const length = known.fixed
      ? Math.min(
          upTo,
          known.components.reduce((sum, part) => sum + part.max, 0),
        )
      : upTo;
    const element = { ai: known.ai, value: data.slice(0, length) };
    checkElement(element);
    elements.push(element);
    rest = data.slice(length).replace(/^\^/, '');
  }
  if (elements.length === 0) throw new SyntaxFault('NO_AI_FOR_PREFIX', text);
  return elements;
}

/** Reads how people write elements: `(01)…(10)…`; a bracket inside data has a backslash before it. */
export function parseBracketed(text: string, permitUnknown = false): Element[] {
  const elements: Element[] = [];
  const pattern = /\((\d{2,4})\)((?:\\\(|[^(])+)/y;
  let end = 0;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const element = { ai: found[1] as string, value: (found[2] as string).replaceAll('\\(', '(') };
    checkElement(element, permitUnknown);
    elements.push(element);
    end = pattern.lastIndex;
  }
  if (elements.length === 0 || end !== text.length) throw new SyntaxFault('MALFORMED_AI_DATA', text);
  return elements;
}

/** The elements as a barcode holds them. */
export function elementString(elements: readonly Element[]): string {
  let text = FNC1;
  elements.forEach(({ ai, value }, i) => {
    const last = i === elements.length - 1;
    text += ai + value + (last || identifiers.get(ai)?.fixed ? '' : FNC1);
  });
  return text;
}
