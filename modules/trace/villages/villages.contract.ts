import Type from 'typebox';
import { contract } from '#platform/http/contract.ts';
import { County, Day, Id, Nullable, RegionCode } from '#platform/http/schemas.ts';

export const VillageLots = Type.Object({
  lots: Type.Array(
    Type.Object({
      lotNumber: Type.String(),
      gtin: Type.String(),
      product: Id,
      productName: Type.String(),
      productNameEn: Type.String(),
      skuName: Type.String(),
      packedOn: Day,
      expiresOn: Day,
      certificate: Nullable(Type.String()),
    }),
  ),
  /** where codes of the village's packs were looked at in a year, as far as anybody said so; the most first */
  looks: Type.Array(Type.Object({ province: Type.String(), name: Type.String(), scans: Type.Integer() })),
});

export const villageRoutes = contract({
  villageLots: {
    method: 'GET',
    path: '/api/counties/:county/villages/:village/lots',
    summary: '一个村在卖的批次、码在哪些省被查 Lots of a village on sale, and where its codes are looked at',
    who: 'anyone',
    params: Type.Object({ county: County, village: RegionCode }),
    answer: VillageLots,
  },
});
