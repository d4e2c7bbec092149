import type { householdCategoryWords } from '#registry/contract';
import type { Tone } from '../../parts/StatusTag.tsx';

export { householdCategories, householdCategoryWords } from '#registry/contract';

/** The colour that repeats a household's category. */
export const categoryTones: Record<keyof typeof householdCategoryWords, Tone> = {
  general: 'quiet',
  lifted: 'good',
  monitored: 'wait',
};

/** Hundredths of a mu as people write them: 310 → 「3.1」. */
export const mu = (centimu: number) => String(centimu / 100);
