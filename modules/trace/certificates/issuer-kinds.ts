/** Who sells: as the rule names them. What a station weighs in for an organisation, that organisation bought in. */
export const issuerKinds = ['enterprise', 'cooperative', 'buyer', 'household'] as const;
export type IssuerKind = (typeof issuerKinds)[number];

export const issuerWords: Record<IssuerKind, { zh: string; en: string }> = {
  enterprise: { zh: '农产品生产企业', en: 'Producing enterprise' },
  cooperative: { zh: '农民专业合作社', en: 'Farmers’ cooperative' },
  buyer: { zh: '收购单位或个人', en: 'Buyer-in' },
  household: { zh: '农户', en: 'Household' },
};
