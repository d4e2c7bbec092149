import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Day, Fen, Input, Nullable, RegionCode, SignedFen } from '#platform/http/schemas.ts';

const inCounty = Type.Object({ county: County });
const range = Input({ from: Type.Optional(Day), to: Type.Optional(Day) });

export const insight = contract({
  overview: {
    method: 'GET',
    path: '/api/counties/:county/overview',
    summary: '县域总览 County overview',
    who: ['operator', 'platform', 'auditor'],
    params: inCounty,
    query: range,
    refusals: ['range-broken'],
    answer: Type.Object({
      from: Day,
      to: Day,
      orders: Type.Integer(),
      buyers: Type.Integer(),
      provinces: Type.Integer(),
      paidFen: Fen,
      refundedFen: Fen,
      toPack: Type.Integer(),
      toSend: Type.Integer(),
      toReview: Type.Integer(),
      purchases: Type.Integer(),
      boughtGrams: Type.Integer(),
      householdFen: SignedFen,
      households: Type.Integer(),
      monitoredHouseholds: Type.Integer(),
      liftedHouseholds: Type.Integer(),
      shareBp: Nullable(Type.Integer()),
      days: Type.Array(
        Type.Object({
          day: Day,
          orders: Type.Integer(),
          paidFen: Fen,
          householdFen: SignedFen,
          shareBp: Nullable(Type.Integer()),
        }),
      ),
      townships: Type.Array(
        Type.Object({
          code: RegionCode,
          name: Type.String(),
          households: Type.Integer(),
          fen: SignedFen,
          boughtGrams: Type.Integer(),
        }),
      ),
    }),
  },
  season: {
    method: 'GET',
    path: '/api/counties/:county/season',
    summary: '首页：谁在卖、到手多少 For the shop’s home: who sells now and what reaches them',
    who: 'anyone',
    params: inCounty,
    answer: Type.Object({
      villages: Type.Integer(),
      households: Type.Integer(),
      shareBp: Nullable(Type.Integer()),
      products: Type.Integer(),
      lastWeighedAt: Nullable(Type.String()),
      inSeason: Type.Array(
        Type.Object({
          crop: Type.String(),
          nameZh: Type.String(),
          nameEn: Type.String(),
          villages: Type.Integer(),
          households: Type.Integer(),
        }),
      ),
    }),
  },
  village: {
    method: 'GET',
    path: '/api/counties/:county/villages/:village',
    summary: '一个村在卖什么 What a village sells',
    who: 'anyone',
    params: Type.Object({ county: County, village: RegionCode }),
    answer: Type.Object({
      village: RegionCode,
      name: Type.String(),
      townshipName: Type.String(),
      households: Type.Integer(),
      boughtGrams: Type.Integer(),
      /** null where fewer than three households have sold: a sum over one or two would tell what a neighbour earns */
      householdFen: Nullable(SignedFen),
      crops: Type.Array(
        Type.Object({ crop: Type.String(), nameZh: Type.String(), nameEn: Type.String(), grams: Type.Integer() }),
      ),
    }),
    refusals: ['region-code-broken', 'village-outside-county'],
  },
});

export const insightRefusals = {
  'range-broken': {
    status: 422,
    field: 'from',
    zh: '开始日期要早于结束日期，最长 {days} 天',
    en: 'The first day must come before the last, at most {days} days',
  },
} as const satisfies RefusalTable;
