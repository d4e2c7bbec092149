import type { Lang } from '#platform/errors.ts';
import type { Fen } from '#platform/money.ts';
import type { Pocket } from '../farm-share/of-hundred.ts';

interface Case {
  fen: Fen;
  settled: boolean;
  households: number;
  /** a project that the buyer backs */
  backed: boolean;
}

type Say = (one: Case) => Record<Lang, string>;

const many = (n: number) => (n === 1 ? '1 household' : `${n} households`);

const words: Record<Pocket, Say> = {
  purchase: ({ households }) => ({
    zh: `这些货在村里过秤时付给 ${households} 户的收购款，分拣去掉的损耗也算在内`,
    en: `Paid to ${many(households)} when the produce was weighed in, what was sorted out included`,
  }),
  shop_share: ({ households, settled }) => ({
    zh: settled
      ? `按约定从这一单里另分给 ${households} 户，按各户的克数分`
      : `按约定另分给 ${households} 户，签收后按各户的克数入账`,
    en: settled
      ? `Shared with ${many(households)} out of this order as agreed, by the grams of each`
      : `Agreed for ${many(households)}; posted by the grams of each once the parcel is received`,
  }),
  merchant: ({ fen }) =>
    fen >= 0
      ? {
          zh: '结算款减去已付的收购款，用于分拣、包装和经营',
          en: 'Its part less what it had paid households; for sorting, packing and running the shop',
        }
      : {
          zh: '这一单的结算款不够收购款，差额由它承担',
          en: 'Its part of this order is less than it had paid households; it bears the difference',
        },
  station: () => ({ zh: '收货、过秤、代发的服务费', en: 'For receiving, weighing and handing on the produce' }),
  freight: () => ({ zh: '按重量和送达地收的快递费', en: 'Carriage, by weight and destination' }),
  platform: () => ({ zh: '平台服务费', en: 'Service fee of the platform' }),
  fund: () => ({ zh: '留给县里的公益金', en: 'Set aside for the county’s public fund' }),
};

/** Of a pledge: what was told beforehand, and whose project it is. */
const wordsOfPledge: Partial<Record<Pocket, Say>> = {
  shop_share: ({ households, settled }) => ({
    zh: settled ? `归发起这个项目的 ${households} 户，按各户的份额分` : `众筹成功后归发起项目的 ${households} 户`,
    en: settled
      ? `For ${many(households)} whose project it is, each by its share`
      : `For ${many(households)} whose project it is, once it is funded`,
  }),
  merchant: () => ({
    zh: '事先说明的成本：备货、包装和快递',
    en: 'Costs told beforehand: goods, packing and carriage',
  }),
};

/** Why a part of an order's price is in this pocket, in one plain sentence; says so where it is not settled yet. */
export function whyOf(pocket: Pocket, one: Case, lang: Lang): string {
  const why = ((one.backed && wordsOfPledge[pocket]) || words[pocket])(one)[lang];
  // What was paid when weighed in is paid, whatever becomes of the order.
  if (one.settled || pocket === 'purchase' || pocket === 'shop_share') return why;
  if (one.backed) return lang === 'zh' ? `${why}（众筹成功后入账）` : `${why} (posted once the project is funded)`;
  return lang === 'zh' ? `${why}（签收后入账）` : `${why} (posted once the parcel is received)`;
}
