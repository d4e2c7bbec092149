/** Why a fact that an agreement speaks of did not post under it. */
export const whyLeftOut = [
  'wrong-period',
  'agreement-over',
  'household-disputed',
  'quantity-used',
  'fund-short',
  'over-share',
] as const;
export type WhyLeftOut = (typeof whyLeftOut)[number];

export const whyLeftOutWords: Record<WhyLeftOut, { zh: string; en: string }> = {
  'wrong-period': { zh: '不在协议期内', en: 'Outside the agreement’s term' },
  'agreement-over': { zh: '协议已终止', en: 'The agreement has ended' },
  'household-disputed': { zh: '该户对协议有异议', en: 'The household disputes the agreement' },
  'quantity-used': { zh: '约定数量已收满', en: 'The agreed quantity was bought already' },
  'fund-short': { zh: '公益金余额不够，有钱就补', en: 'The county’s fund is short; posts as soon as it is not' },
  'over-share': { zh: '份额超过协议约定', en: 'The share is more than was agreed' },
};
