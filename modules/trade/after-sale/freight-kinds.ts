/** Who bears the way back of goods. */
export const freightBearers = ['merchant', 'buyer', 'platform'] as const;
export type FreightBearer = (typeof freightBearers)[number];
/** Whose fault it is that goods go back: the goods are not as sold, or the buyer has changed their mind. */
export const faults = ['seller', 'buyer'] as const;
export type Fault = (typeof faults)[number];

export const freightBearerWords = {
  merchant: { zh: '商家承担', en: 'the seller' },
  buyer: { zh: '买家承担', en: 'the buyer' },
  platform: { zh: '平台承担', en: 'the platform' },
} as const satisfies Record<FreightBearer, { zh: string; en: string }>;
