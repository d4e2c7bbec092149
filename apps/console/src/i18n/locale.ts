export type Locale = 'zh' | 'en';

export const locales: readonly { key: Locale; name: string; tag: string }[] = [
  { key: 'zh', name: '中文', tag: 'zh-CN' },
  { key: 'en', name: 'English', tag: 'en' },
];

const STORED = 'shanhuo.console.locale';

/** The chosen language; Chinese unless the person chose English here before. */
export function storedLocale(): Locale {
  try {
    return localStorage.getItem(STORED) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}

export function storeLocale(locale: Locale): void {
  try {
    localStorage.setItem(STORED, locale);
  } catch {
    // A browser that keeps nothing simply starts in Chinese again.
  }
}
