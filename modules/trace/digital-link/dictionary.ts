import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Linter, linters } from './linters.ts';

/** One part of an Application Identifier's data, such as the thirteen digits with which a GDTI begins. */
interface Component {
  /** the characters it may hold */
  set: Linter;
  min: number;
  max: number;
  optional: boolean;
  linters: readonly Linter[];
}

/** What GS1 says of one Application Identifier (AI). */
export interface Identifier {
  ai: string;
  title: string;
  /** its length is known beforehand, so no separator follows it in an element string */
  fixed: boolean;
  /** may stand in the query of a Digital Link */
  attribute: boolean;
  components: readonly Component[];
  /** of a primary key: which qualifiers may follow it in a path, in which order; undefined for all others */
  qualifiers?: readonly (readonly string[])[];
}

const sets = { N: linters.csetnumeric, X: linters.cset82, Y: linters.cset39, Z: linters.cset64 };

/**
 * GS1's table of Application Identifiers, as GS1 publishes it: the file beside this one, under its own licence
 * (Apache-2.0). Its head explains the notation. Which AIs need or exclude others (req, ex) is not read: a code with
 * a companion missing is still the code of something.
 */
export const identifiers: ReadonlyMap<string, Identifier> = readDictionary(
  readFileSync(join(import.meta.dirname, 'gs1-syntax-dictionary.txt'), 'utf8'),
);

function readDictionary(text: string): Map<string, Identifier> {
  const all = text
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .flatMap(readLine);
  return new Map(all.map((one) => [one.ai, one]));
}

function readLine(line: string): Identifier[] {
  const [definition = '', title = ''] = line.split(/\s#\s/);
  const [range = '', ...words] = definition.trim().split(/\s+/);
  const flags = /^[*?]+$/.test(words[0] ?? '') ? (words.shift() ?? '') : '';
  const primary = words.find((word) => /^dlpkey\b/.test(word));
  const components = words.filter((word) => /^\[?[NXYZ][\d.]/.test(word)).map(readComponent);
  const [first = '', last = first] = range.split('-');
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => ({
    ai: String(Number(first) + i).padStart(first.length, '0'),
    title: title.trim(),
    fixed: flags.includes('*'),
    attribute: flags.includes('?'),
    components,
    ...(primary && { qualifiers: readQualifiers(primary) }),
  }));
}

function readComponent(word: string): Component {
  const [shape = '', ...names] = word.replace(/[[\]]/g, '').split(',');
  const [, set = '', upTo = '', length = ''] = /^([NXYZ])(\.\.)?(\d+)$/.exec(shape) ?? [];
  return {
    set: sets[set as keyof typeof sets],
    min: upTo ? 1 : Number(length),
    max: Number(length),
    optional: word.startsWith('['),
    linters: names.map((name) => linters[name as keyof typeof linters]),
  };
}

/** `dlpkey=22,10,21|235`: either of two rows of qualifiers, each of which may be left out. */
function readQualifiers(word: string): string[][] {
  return (word.split('=')[1] ?? '').split('|').map((row) => row.split(',').filter(Boolean));
}
