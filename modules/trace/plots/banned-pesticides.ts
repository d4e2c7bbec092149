/** What nobody in the country may spray. */
interface Banned {
  zh: string;
  en: string;
  /** the notice that forbids it */
  basis: string;
}

const old = '农业部公告第 199 号';
const later = '农农发〔2010〕2 号等公告';
const by2022 = '农业农村部公告第 536 号（2024-09-01 起禁止使用）';
const by2024 = '农业农村部公告第 736 号（2026-06-01 起禁止使用）';

/**
 * Active ingredients that may not be used on any crop. Written down from what the ministry's public lists (禁限用农药名录)
 * name; the texts themselves could not be read again while this was written, so a county checks it against the list in
 * force and adds what is missing (POST …/pesticides, kind `ban`). It can add to these and cannot lift them.
 */
export const bannedPesticides: readonly Banned[] = [
  { zh: '六六六', en: 'BHC', basis: old },
  { zh: '滴滴涕', en: 'DDT', basis: old },
  { zh: '毒杀芬', en: 'Camphechlor', basis: old },
  { zh: '杀虫脒', en: 'Chlordimeform', basis: old },
  { zh: '除草醚', en: 'Nitrofen', basis: old },
  { zh: '艾氏剂', en: 'Aldrin', basis: old },
  { zh: '狄氏剂', en: 'Dieldrin', basis: old },
  { zh: '敌枯双', en: 'MATDA', basis: old },
  { zh: '氟乙酰胺', en: 'Fluoroacetamide', basis: old },
  { zh: '毒鼠强', en: 'Tetramine', basis: old },
  { zh: '甲胺磷', en: 'Methamidophos', basis: '农业部公告第 322 号' },
  { zh: '对硫磷', en: 'Parathion', basis: '农业部公告第 322 号' },
  { zh: '久效磷', en: 'Monocrotophos', basis: '农业部公告第 322 号' },
  { zh: '磷胺', en: 'Phosphamidon', basis: '农业部公告第 322 号' },
  { zh: '苯线磷', en: 'Fenamiphos', basis: '农业部公告第 1586 号' },
  { zh: '地虫硫磷', en: 'Fonofos', basis: '农业部公告第 1586 号' },
  { zh: '甲基硫环磷', en: 'Phosfolan-methyl', basis: '农业部公告第 1586 号' },
  { zh: '硫线磷', en: 'Cadusafos', basis: '农业部公告第 1586 号' },
  { zh: '蝇毒磷', en: 'Coumaphos', basis: '农业部公告第 1586 号' },
  { zh: '治螟磷', en: 'Sulfotep', basis: '农业部公告第 1586 号' },
  { zh: '特丁硫磷', en: 'Terbufos', basis: '农业部公告第 1586 号' },
  { zh: '百草枯', en: 'Paraquat', basis: '农业部公告第 1745 号' },
  { zh: '三氯杀螨醇', en: 'Dicofol', basis: '农业部公告第 2445 号' },
  { zh: '硫丹', en: 'Endosulfan', basis: '农业部公告第 2552 号' },
  { zh: '林丹', en: 'Lindane', basis: later },
  { zh: '甲拌磷', en: 'Phorate', basis: by2022 },
  { zh: '甲基异柳磷', en: 'Isofenphos-methyl', basis: by2022 },
  { zh: '水胺硫磷', en: 'Isocarbophos', basis: by2022 },
  { zh: '灭线磷', en: 'Ethoprophos', basis: by2022 },
  { zh: '氧乐果', en: 'Omethoate', basis: by2024 },
  { zh: '克百威', en: 'Carbofuran', basis: by2024 },
  { zh: '灭多威', en: 'Methomyl', basis: by2024 },
  { zh: '涕灭威', en: 'Aldicarb', basis: by2024 },
];

/** The banned ingredient a product's name contains, in either language; mixtures are named after their parts. */
export function bannedIn(product: string): Banned | undefined {
  const name = product.trim().toLowerCase();
  return bannedPesticides.find(({ zh, en }) => name.includes(zh) || name.split(/[^a-z-]+/).includes(en.toLowerCase()));
}
