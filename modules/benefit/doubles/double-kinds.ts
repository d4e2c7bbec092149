export const doubleHows = ['evidence', 'likeness', 'year'] as const;
export type DoubleHow = (typeof doubleHows)[number];
export const doubleHowWords = {
  evidence: { zh: '同一凭据', en: 'One and the same evidence' },
  likeness: { zh: '同户、同额、同日', en: 'Same household, amount and day' },
  year: { zh: '隔年照抄', en: 'The same again in another year' },
} as const;

export const doubleDecisions = ['same', 'different'] as const;
export type DoubleDecision = (typeof doubleDecisions)[number];
export const doubleDecisionWords = {
  same: { zh: '是同一笔', en: 'One and the same' },
  different: { zh: '是两笔', en: 'Two different ones' },
} as const;

/** Amounts below this come together by chance too often to look at, in fen. */
export const LEAST_ALIKE_FEN = 5_000;
/** How far apart two entries of one day may be noted. */
export const DAYS_ALIKE = 1;
/** How far back entries are compared with. */
export const YEARS_BACK = 3;
