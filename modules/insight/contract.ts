import Type from 'typebox';
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
      householdFen: SignedFen,
      crops: Type.Array(
        Type.Object({ crop: Type.String(), nameZh: Type.String(), nameEn: Type.String(), grams: Type.Integer() }),
      ),
    }),
  },
});
