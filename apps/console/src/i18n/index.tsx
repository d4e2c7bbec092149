/**
 * Words of the console. `zh` is the source; another language must have exactly its keys (a missing
 * one is a type error) and a phrase's `{names}` are checked where it is used.
 */
import { createContext, use } from 'react';
import { listed } from '../format.ts';
import { fill } from './fill.ts';
import type { Locale } from './locale.ts';
import type { Catalogue, MessageKey } from './zh.ts';
import { zh } from './zh.ts';

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Values<K extends MessageKey> = { [N in Names<(typeof zh)[K]>]: string | number };
type Arguments<K extends MessageKey> = [Names<(typeof zh)[K]>] extends [never] ? [] : [values: Values<K>];

export type Translate = <K extends MessageKey>(key: K, ...values: Arguments<K>) => string;

/** A translator over one catalogue. */
export function translator(catalogue: Catalogue): Translate {
  return (key, ...values) => (values[0] ? fill(catalogue[key], values[0]) : catalogue[key]);
}

/** Loads a language; English is fetched only by those who chose it. */
export async function loadCatalogue(locale: Locale): Promise<Catalogue> {
  return locale === 'en' ? (await import('./en.ts')).en : zh;
}

/** A word that the contracts themselves carry in both languages. */
type Said = Record<Locale, string>;

/** Keys of phrases without names to fill in, for tables that hold a label. */
export type PlainKey = { [K in MessageKey]: [Names<(typeof zh)[K]>] extends [never] ? K : never }[MessageKey];

interface Words {
  locale: Locale;
  t: Translate;
  say: (word: Said) => string;
  /** several names in one line, with the comma of the language */
  listed: (names: readonly string[]) => string;
  setLocale: (locale: Locale) => void;
}

export const WordsContext = createContext<Words>({
  locale: 'zh',
  t: translator(zh),
  say: (word) => word.zh,
  listed: (names) => listed(names, 'zh'),
  setLocale: () => {},
});

/** The words in the person's language: `const { t, locale } = useWords()`. */
export function useWords(): Words {
  return use(WordsContext);
}
