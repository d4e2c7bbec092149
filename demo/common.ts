// What all demo counties share: crops, the platform itself, and people who buy.
import type { ProduceKind } from '#registry';
import type { DemoCrop, DemoOrganisation, DemoPerson } from './content.ts';
import { organisations } from './invented.ts';

const field = (
  produce: ProduceKind,
  code: string,
  zh: string,
  en: string,
  gramsPerMu: number,
  shelfLifeDays: number,
): DemoCrop => ({
  code,
  name: { zh, en },
  gramsPerMu,
  gramsPerTree: null,
  produce,
  shelfLifeDays,
});
const tree = (
  produce: ProduceKind,
  code: string,
  zh: string,
  en: string,
  gramsPerTree: number,
  shelfLifeDays: number,
): DemoCrop => ({
  code,
  name: { zh, en },
  gramsPerMu: null,
  gramsPerTree,
  produce,
  shelfLifeDays,
});

// Upper ends of what growers' handbooks call good yields, rounded: they are there to stop an impossible weight, not to
// describe an average household. The loader adds those the registry does not carry itself; where it does, its wider
// norms hold and these only bound what the demo's households sell.
export const crops: DemoCrop[] = [
  tree('nut', 'walnut', '核桃', 'Walnut, dried', 20_000, 365),
  tree('nut', 'fresh_walnut', '鲜核桃', 'Walnut, fresh', 35_000, 20),
  tree('spice', 'pepper', '红花椒', 'Red Sichuan pepper, dried', 3_000, 540),
  tree('spice', 'green_pepper', '青花椒', 'Green Sichuan pepper, dried', 3_500, 540),
  tree('honey', 'honey', '土蜂蜜', 'Native bee honey', 12_000, 540),
  tree('honey', 'acacia_honey', '洋槐蜜', 'Acacia honey', 35_000, 540),
  tree('egg', 'hen_egg', '土鸡蛋', 'Free-range eggs', 10_000, 35),
  tree('egg', 'duck_egg', '鸭蛋', 'Duck eggs', 17_000, 35),
  tree('fruit', 'persimmon', '柿子', 'Persimmon', 120_000, 40),
  tree('fruit', 'yulu_pear', '玉露香梨', 'Yuluxiang pear', 60_000, 240),
  tree('fruit', 'su_pear', '酥梨', 'Su pear', 90_000, 210),
  tree('fruit', 'apple', '红富士苹果', 'Fuji apple', 80_000, 240),
  tree('fruit', 'sea_buckthorn', '沙棘', 'Sea buckthorn', 8_000, 30),
  tree('oil_seed', 'tea_oil_seed', '油茶籽', 'Camellia seed, dried', 4_000, 365),
  tree('fruit', 'orah', '沃柑', 'Orah mandarin', 40_000, 60),
  field('processed', 'shiitake', '干香菇', 'Shiitake, dried', 900_000, 365),
  field('processed', 'wood_ear', '干木耳', 'Wood ear, dried', 500_000, 365),
  field('processed', 'morel', '干羊肚菌', 'Morel, dried', 45_000, 365),
  field('vegetable', 'button_mushroom', '双孢蘑菇', 'Button mushroom', 9_000_000, 10),
  field('vegetable', 'potato', '洋芋', 'Potato', 2_500_000, 120),
  field('vegetable', 'sweet_potato', '红薯', 'Sweet potato', 3_000_000, 150),
  field('vegetable', 'sweet_corn', '甜玉米', 'Sweet corn', 1_500_000, 10),
  field('vegetable', 'mustard_root', '大头菜', 'Mustard root', 4_000_000, 60),
  field('grain', 'millet', '谷子', 'Foxtail millet, in the husk', 350_000, 365),
  field('grain', 'mung_bean', '绿豆', 'Mung bean', 150_000, 365),
  field('grain', 'wheat', '小麦', 'Wheat', 450_000, 365),
  field('grain', 'buckwheat', '苦荞', 'Bitter buckwheat', 180_000, 365),
  field('grain', 'rice', '稻谷', 'Paddy rice', 600_000, 365),
  field('oil_seed', 'peanut', '花生', 'Peanut, in the shell', 300_000, 240),
  field('processed', 'chilli', '干辣椒', 'Chili, dried', 300_000, 365),
  field('tea_leaf', 'tea', '茶鲜叶', 'Tea leaf, fresh', 250_000, 2),
  field('flower', 'jasmine', '茉莉鲜花', 'Jasmine flower, fresh', 900_000, 2),
  field('fruit', 'passion_fruit', '百香果', 'Passion fruit', 1_500_000, 25),
  field('fruit', 'dragon_fruit', '火龙果', 'Dragon fruit', 2_500_000, 25),
];

/** Who runs the platform; belongs to no county. */
export const platformOrganisation = organisations(0, [
  { key: 'platform', kind: 'platform', name: '山货平台（演示）', contact: '闻四方' },
])[0] as DemoOrganisation;

export const platformPeople: DemoPerson[] = [
  { username: 'platform', name: '闻四方', role: 'platform', org: 'platform', region: '' },
  { username: 'auditor', name: '明秋毫', role: 'auditor', org: 'platform', region: '' },
];

/** Buyers who sign in by phone code and whose orders make the shop's past. Their places are real, their names are not. */
export const buyers: { name: string; phone: string; region: string; street: string }[] = [
  { name: '江望舒', phone: '10000008001', region: '310115000000', street: '示例路 1 号 101 室' },
  { name: '顾听雨', phone: '10000008002', region: '110108000000', street: '示例街 2 号院 3 单元 402' },
  { name: '林见鹿', phone: '10000008003', region: '440305000000', street: '示例大道 33 号 1203' },
  { name: '苏晚晴', phone: '10000008004', region: '500103000000', street: '示例巷 4 号' },
  { name: '程知远', phone: '10000008005', region: '370202000000', street: '示例路 5 号 2 号楼 601' },
  { name: '许南星', phone: '10000008006', region: '620102000000', street: '示例西路 66 号' },
  { name: '宋青禾', phone: '10000008007', region: '450103000000', street: '示例东路 7 号 8 栋 902' },
  { name: '陆行舟', phone: '10000008008', region: '510107000000', street: '示例南路 8 号' },
];
