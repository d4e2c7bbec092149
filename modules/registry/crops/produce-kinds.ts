/**
 * What kind of produce a crop is, in the words that rules use: rules on certificates name kinds, never single crops.
 * Where a crop is sold fresh and dried, the dried one is `processed`: it is no longer what the farm brought.
 */
export const produceKinds = [
  'vegetable',
  'fruit',
  'nut',
  'tea_leaf',
  'livestock',
  'poultry',
  'egg',
  'farmed_aquatic',
  'grain',
  'oil_seed',
  'spice',
  'flower',
  'honey',
  'wild',
  'processed',
  'other',
] as const;
export type ProduceKind = (typeof produceKinds)[number];

export const produceWords: Record<ProduceKind, { zh: string; en: string }> = {
  vegetable: { zh: '蔬菜（含人工种植食用菌）', en: 'Vegetables and cultivated mushrooms' },
  fruit: { zh: '水果', en: 'Fruit' },
  nut: { zh: '坚果', en: 'Nuts' },
  tea_leaf: { zh: '茶鲜叶', en: 'Fresh tea leaves' },
  livestock: { zh: '活畜', en: 'Live livestock' },
  poultry: { zh: '活禽', en: 'Live poultry' },
  egg: { zh: '禽蛋', en: 'Eggs' },
  farmed_aquatic: { zh: '养殖水产品', en: 'Farmed aquatic products' },
  grain: { zh: '粮食', en: 'Grain and pulses' },
  oil_seed: { zh: '油料', en: 'Oil seeds' },
  spice: { zh: '调味香料', en: 'Spices' },
  flower: { zh: '花卉', en: 'Flowers' },
  honey: { zh: '蜂产品', en: 'Honey' },
  wild: { zh: '野生采集、捕捞', en: 'Gathered or caught in the wild' },
  processed: { zh: '加工品', en: 'Processed goods' },
  other: { zh: '其他', en: 'Other' },
};
