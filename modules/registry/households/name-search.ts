import { LRUCache } from 'lru-cache';
import { pinyin } from 'pinyin-pro';
import { atMost } from '#platform/at-most.ts';

interface Spelt {
  name: string;
  /** zhangjianming, zjm: without tones; every reading of the surname would be more than people type */
  letters: string;
  initials: string;
}

// Opening and spelling a sealed name costs some 55 µs, and a keeper types letter by letter. Names of members do not
// change, so what was opened once stays good; it is kept in memory only and for a short while.
const opened = new LRUCache<string, Spelt>({ ...atMost(100_000), ttl: 10 * 60_000 });

/**
 * Whether a name answers to what was typed: a part of the name (张建), its pinyin (zhangjian) or its initials (zjm).
 *
 * @param member the id under which the opened name is remembered
 */
export function nameFits(typed: string, member: string, open: () => string): boolean {
  const spelt = spellings(member, open);
  const wanted = typed.toLowerCase().replaceAll(/\s/g, '');
  return spelt.name.includes(wanted) || spelt.letters.startsWith(wanted) || spelt.initials.startsWith(wanted);
}

/** A member's name and how it sounds, opened at most once in a while. */
export function spellings(member: string, open: () => string): Spelt {
  let spelt = opened.get(member);
  if (!spelt) {
    spelt = spell(open());
    opened.set(member, spelt);
  }
  return spelt;
}

/** How a person's name sounds; surnames are read as surnames (单 shàn, 仇 qiú). */
export function spell(name: string): Spelt {
  const syllables = pinyin(name, { toneType: 'none', type: 'array', v: true, surname: 'head', nonZh: 'consecutive' });
  return {
    name: name.toLowerCase(),
    letters: syllables.join('').toLowerCase(),
    initials: syllables
      .map((syllable) => syllable[0] ?? '')
      .join('')
      .toLowerCase(),
  };
}
