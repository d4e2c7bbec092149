import { en } from './en.ts';
import { type Messages, zh } from './zh.ts';

export type Lang = 'zh' | 'en';
export type { Messages };

export const messages: Record<Lang, Messages> = { zh, en };
export const langTag: Record<Lang, string> = { zh: 'zh-CN', en: 'en' };

/**
 * The visitor's language: what they asked for just now, then what they chose before, then what their browser
 * prefers among the two we speak. Chinese when nothing says otherwise.
 */
export function chooseLang(
  asked: string | null | undefined,
  chosen: string | undefined,
  accept: string | undefined,
): Lang {
  for (const wish of [asked, chosen]) if (wish === 'zh' || wish === 'en') return wish;
  const best = (accept ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().split(';');
      const q = Number(
        rest
          .find((r) => r.trim().startsWith('q='))
          ?.trim()
          .slice(2) ?? 1,
      );
      return { lang: tag.slice(0, 2).toLowerCase(), q };
    })
    .filter((wish) => (wish.lang === 'zh' || wish.lang === 'en') && wish.q > 0)
    .sort((a, b) => b.q - a.q)[0];
  return best?.lang === 'en' ? 'en' : 'zh';
}
