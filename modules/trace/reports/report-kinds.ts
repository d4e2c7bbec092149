import type { Role } from '#platform/actor.ts';

type Words = Record<'zh' | 'en', string>;

/** Kinds of test reports as data; their names are the bases that a lot certificate's promise may rest on. */
export const reportKinds = {
  own_test: {
    words: { zh: '自行检测（快检）', en: 'Own test' },
    who: ['keeper', 'merchant', 'operator'],
    /** whether the laboratory must be accredited and name its number */
    cma: false,
  },
  outside_test: {
    words: { zh: '委托检测（实验室）', en: 'Laboratory test' },
    who: ['keeper', 'merchant', 'operator'],
    cma: true,
  },
} as const satisfies Record<string, { words: Words; who: readonly Role[]; cma: boolean }>;
export type ReportKind = keyof typeof reportKinds;
export const reportKindNames = Object.keys(reportKinds) as ReportKind[];

/** 检验检测机构资质认定 certificate number: twelve digits, as printed above the CMA mark. */
export const CMA_NUMBER = '^\\d{12}$';

/** One line of a report. Figures are decimals as they are printed, at most six places. */
export interface TestItem {
  name: string;
  unit: string;
  /** the limit; null: must not be there at all */
  most: string | null;
  /** null: not detected */
  measured: string | null;
}

/** A decimal as whole millionths, so that 0.3 and 0.30 are one figure and nothing is rounded. */
function millionths(figure: string): bigint {
  const [whole = '0', part = ''] = figure.split('.');
  return BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, '0'));
}

/** Whether one item keeps its limit; what must not be there keeps it only when it was not detected. */
export function itemPasses({ most, measured }: Pick<TestItem, 'most' | 'measured'>): boolean {
  if (measured === null) return true;
  return most !== null && millionths(measured) <= millionths(most);
}

/** A report's verdict is its items' and nothing that somebody ticks: it passes when every one of them does. */
export const verdictOf = (items: readonly TestItem[]): boolean => items.length > 0 && items.every(itemPasses);
