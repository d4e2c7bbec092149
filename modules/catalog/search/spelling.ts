import { pinyin } from 'pinyin-pro';

/** The syllables of Han characters without tones, 女 as nv; read as a word, so that 重庆 is chong qing. */
export const syllables = (han: string): string[] =>
  pinyin(han, { toneType: 'none', type: 'array', nonZh: 'removed', v: true }).map((s) => s.toLowerCase());

const readings = (char: string): string[] => [
  ...new Set(pinyin(char, { toneType: 'none', type: 'array', multiple: true, v: true }).map((s) => s.toLowerCase())),
];

const MOST_SPELLINGS = 6;

/**
 * The ways people spell a word, the usual one first: 薄皮 is baopi, and bopi to those who read it so. A word whose
 * characters have many readings is spelt the usual way only.
 */
export function spellings(word: string): string[][] {
  const usual = syllables(word);
  const each = [...word].map(readings);
  if (each.reduce((ways, some) => ways * some.length, 1) > MOST_SPELLINGS) return [usual];
  const all = each.reduce<string[][]>((ways, some) => ways.flatMap((way) => some.map((one) => [...way, one])), [[]]);
  return [usual, ...all];
}

const SYLLABLE =
  /^(?:[bpmf](?:a|o|ai|ei|ao|ou|an|en|ang|eng|i|ie|iao|iu|ian|in|ing|u)|[dtnl](?:a|e|ai|ei|ao|ou|an|en|ang|eng|ong|i|ia|ie|iao|iu|ian|in|iang|ing|u|uo|ui|uan|un|v|ve|ue)|[gkh](?:a|e|ai|ei|ao|ou|an|en|ang|eng|ong|u|ua|uo|uai|ui|uan|un|uang)|[jqx](?:i|ia|ie|iao|iu|ian|in|iang|ing|iong|u|ue|uan|un|v|ve)|(?:[zcs]h?|r)(?:a|e|i|ai|ei|ao|ou|an|en|ang|eng|ong|u|ua|uo|uai|ui|uan|un|uang)|y(?:a|o|e|ao|ou|an|ang|i|in|ing|ong|u|ue|uan|un)|w(?:a|o|ai|ei|an|en|ang|eng|u)|a|o|e|ai|ei|ao|ou|an|en|ang|eng|er)$/;

/** Splits letters typed without spaces into syllables (hetaochengxian → he tao cheng xian); null when they are none. */
export function splitSyllables(letters: string): string[] | null {
  // From the end, each place once: tried anew for every way to get there, sixty letters would take minutes.
  const rest: (string[] | null)[] = Array.from({ length: letters.length + 1 }, () => null);
  rest[letters.length] = [];
  for (let from = letters.length - 1; from >= 0; from--) {
    // Longest first, so that xian is one place name and not xi'an.
    for (let length = Math.min(6, letters.length - from); length > 0; length--) {
      const after = rest[from + length];
      const head = letters.slice(from, from + length);
      if (!after || !SYLLABLE.test(head)) continue;
      rest[from] = [head, ...after];
      break;
    }
  }
  return rest[0] ?? null;
}
