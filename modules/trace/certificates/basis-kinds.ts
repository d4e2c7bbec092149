import type { ReportKind } from '../reports/report-kinds.ts';

/** What a lot certificate's promise may rest on (the rule's own words); the tests are kinds of reports. */
export const certificateBases = ['quality_control', 'own_test', 'outside_test'] as const satisfies readonly (
  | 'quality_control'
  | ReportKind
)[];
export type Basis = (typeof certificateBases)[number];

export const certificateBasisWords = {
  quality_control: { zh: '质量安全控制符合要求', en: 'Quality control meets requirements' },
  own_test: { zh: '自行检测合格', en: 'Passed own test' },
  outside_test: { zh: '委托检测合格', en: 'Passed outside test' },
} as const;
