/** Who may bear what a provider keeps of a payment; a settlement rule names one of them. */
export const feeBearers = ['platform', 'merchant', 'fund'] as const;
export const feeBearerWords = {
  platform: { zh: '平台', en: 'Platform' },
  merchant: { zh: '商家', en: 'Merchant' },
  fund: { zh: '公益金', en: 'Public fund' },
} as const;
