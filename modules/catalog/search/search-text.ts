import type { Segmenter } from './segmenter.ts';
import { spellings, splitSyllables, syllables } from './spelling.ts';

/** How much a hit is worth: in the name, in kind and SKU, in place and seller, in what is said about it. */
export type Weight = 'A' | 'B' | 'C' | 'D';

const RUN = /\p{Script=Han}+|[a-z0-9]+/gu;
const HAN = /\p{Script=Han}/u;
const runsOf = (text: string): string[] => text.normalize('NFKC').toLowerCase().match(RUN) ?? [];

/**
 * What a product can be found by, as the text of a tsvector: its words and the words inside them; except in what is
 * merely said about it also their spelling and initials; of names and places single characters too, with the least
 * weight, so that words cut otherwise in a query are found all the same; and of the name the spelling from each word to
 * the end (baopihetao, bpht).
 */
export function searchVector(fields: readonly { text: string; weight: Weight }[], segmenter: Segmenter): string {
  const tokens = new Map<string, Weight>();
  const add = (token: string, weight: Weight) => {
    const known = tokens.get(token);
    if (token !== '' && (known === undefined || weight < known)) tokens.set(token, weight);
  };
  for (const { text, weight } of fields) {
    for (const run of runsOf(text)) {
      if (!HAN.test(run)) {
        add(run, weight);
        continue;
      }
      for (const word of [...segmenter.fine(run), ...segmenter.cut(run)]) {
        // A single character says little by itself; it is here only for words cut otherwise.
        if ([...word].length === 1) continue;
        add(word, weight);
        if (weight === 'D') continue;
        for (const spelt of spellings(word)) {
          add(spelt.join(''), weight);
          add(initials(spelt), weight);
        }
      }
      if (weight === 'A') {
        for (const tail of tails(segmenter.cut(run))) {
          add(tail.join(''), weight);
          add(initials(tail), weight);
        }
      }
      if (weight === 'A' || weight === 'C') for (const char of run) add(char, 'D');
    }
  }
  // Positions only carry the weights; the tokens hold nothing but letters, digits and Han, so nothing needs escaping.
  return [...tokens].map(([token, weight], i) => `'${token}':${Math.min(i + 1, 16_383)}${weight}`).join(' ');
}

/** Syllables from the beginning of each word to the end of the run. */
function tails(words: readonly string[]): string[][] {
  return words.map((_, from) => syllables(words.slice(from).join('')));
}

const initials = (spelt: readonly string[]): string => spelt.map((syllable) => syllable[0]).join('');

// They join words and say nothing themselves.
const EMPTY = new Set(['的', '和', '与', '或', '之']);

/**
 * What somebody typed, as the text of a tsquery; every part must be found. Han is cut into words, each matched by its
 * beginning or by its characters; letters by the beginning of a spelling or of initials, as typed, with the spaces
 * closed up, or as two words written together. Null when there is nothing to look for.
 */
export function searchQuery(typed: string, segmenter: Segmenter): string | null {
  const groups: string[] = [];
  let letters: string[] = [];
  const flush = () => {
    if (letters.length > 0) groups.push(lettersQuery(letters));
    letters = [];
  };
  for (const run of runsOf(typed)) {
    if (!HAN.test(run)) {
      letters.push(run);
      continue;
    }
    flush();
    const words = segmenter.cut(run);
    const telling = words.filter((word) => !EMPTY.has(word));
    groups.push(...(telling.length > 0 ? telling : words).map(wordQuery));
  }
  flush();
  return groups.length > 0 ? groups.join(' & ') : null;
}

const prefix = (token: string) => `'${token}':*`;

function wordQuery(word: string): string {
  const chars = [...word];
  if (chars.length === 1) return prefix(word);
  return `(${prefix(word)} | (${chars.map((char) => `'${char}'`).join(' & ')}))`;
}

function lettersQuery(parts: readonly string[]): string {
  const words = joinSyllables(parts);
  const each = words.map(partQuery).join(' & ');
  return words.length === 1 ? each : `(${prefix(words.join(''))} | (${each}))`;
}

/** he tao chengxian → hetao chengxian: syllables written apart are one word. */
function joinSyllables(parts: readonly string[]): string[] {
  const words: string[] = [];
  let open = false;
  for (const part of parts) {
    const single = splitSyllables(part)?.length === 1;
    if (single && open) words.push(`${words.pop()}${part}`);
    else words.push(part);
    open = single;
  }
  return words;
}

/** As typed, or as two words of at least two syllables each: shorter ones would be found everywhere. */
function partQuery(part: string): string {
  const split = splitSyllables(part) ?? [];
  const ways = [];
  for (let at = 2; at <= split.length - 2; at++) {
    ways.push(`('${split.slice(0, at).join('')}' & ${prefix(split.slice(at).join(''))})`);
  }
  return ways.length === 0 ? prefix(part) : `(${[prefix(part), ...ways].join(' | ')})`;
}
