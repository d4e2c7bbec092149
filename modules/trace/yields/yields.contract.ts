import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Grams, Id, Input, Instant, Nullable, Reason } from '#platform/http/schemas.ts';
import { PlotChoice } from '../plots/plots.contract.ts';

export const yieldRefusals = {
  'confirmation-below-bound': {
    status: 422,
    field: 'grams',
    zh: '确认的数量要高于可产量 {limit} 公斤',
    en: 'Confirm more than the {limit} kg it can yield',
  },
  'bounds-crossed': {
    status: 422,
    field: 'blockBp',
    zh: '拦截线不能低于提醒线',
    en: 'What is refused cannot lie below what is warned of',
  },
} as const satisfies RefusalTable;

/** What a keeper is told of a note that was written all the same. */
export const yieldWarnings = ['yield-near', 'yield-above'] as const;
export const yieldWarningWords = {
  'yield-near': { zh: '这户今年卖的快到可产量了', en: 'This household has sold nearly what it can yield this year' },
  'yield-above': {
    zh: '这户今年卖的已超过可产量，请核对是不是自家种的',
    en: 'This household has sold more than it can yield this year; please check that it grew it',
  },
} as const;

export const Warning = Type.Object({
  code: Type.Enum(yieldWarnings),
  boughtGrams: Grams,
  limitGrams: Grams,
  /** above this it is refused */
  mostGrams: Grams,
});

const one = Type.Object({ county: County, id: Id });
const inCounty = Type.Object({ county: County });
const Bp = Type.Integer({ minimum: 1, maximum: 100_000 });
const Bounds = Type.Object({ warnBp: Type.Integer(), blockBp: Type.Integer() });

/** How much a household may sell. */
export const yieldRoutes = contract({
  capacity: {
    method: 'GET',
    path: '/api/counties/:county/households/:id/capacity',
    summary: '今年还能收多少 What a household can still sell this year',
    who: ['keeper', 'cadre', 'operator', 'auditor'],
    params: one,
    answer: Type.Array(
      Type.Object({
        crop: Type.String(),
        cropName: Type.String(),
        limitGrams: Grams,
        boughtGrams: Grams,
        /** until it is refused */
        leftGrams: Grams,
        /** from here on it is warned of */
        warnGrams: Grams,
        /** above this it is refused */
        mostGrams: Grams,
        confirmedGrams: Nullable(Grams),
        plots: Type.Array(PlotChoice),
      }),
    ),
    refusals: ['household-not-found'],
  },
  yieldConfirmations: {
    method: 'GET',
    path: '/api/counties/:county/households/:id/yield-confirmations',
    summary: '县里确认过的产量 What the county confirmed of a household’s yield',
    who: ['cadre', 'operator', 'auditor'],
    params: one,
    answer: Type.Array(
      Type.Object({
        crop: Type.String(),
        cropName: Type.String(),
        year: Type.Integer(),
        grams: Grams,
        reason: Type.String(),
        byName: Type.String(),
        at: Instant,
      }),
    ),
    refusals: ['household-not-found'],
  },
  confirmYield: {
    method: 'POST',
    path: '/api/counties/:county/households/:id/yield-confirmations',
    summary: '确认超产 Confirm that a household yields more',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({
      crop: Type.String({ maxLength: 40 }),
      grams: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
      reason: Reason,
    }),
    answer: Type.Object({ crop: Type.String(), year: Type.Integer(), grams: Grams }),
    refusals: ['household-not-found', 'crop-not-grown', 'confirmation-below-bound'],
  },
  yieldBounds: {
    method: 'GET',
    path: '/api/counties/:county/yield-bounds',
    summary: '产量提醒线和拦截线 Bounds of yields',
    who: ['keeper', 'cadre', 'operator', 'platform', 'auditor'],
    params: inCounty,
    answer: Bounds,
  },
  setYieldBounds: {
    method: 'POST',
    path: '/api/counties/:county/yield-bounds',
    summary: '改产量提醒线和拦截线 Set the bounds of yields',
    who: ['operator'],
    wholeCounty: true,
    params: inCounty,
    body: Input({ warnBp: Bp, blockBp: Bp, basis: Reason }),
    answer: Bounds,
    refusals: ['bounds-crossed'],
  },
});
