import type { Role } from '#platform/actor.ts';

type Words = Record<'zh' | 'en', string>;

/** What a kind of brand certificate is, as data. Numbers that break their pattern are slips of the pen, not forgeries. */
export interface MarkKind {
  words: Words;
  /** who may record one; it counts when an operator has approved it */
  who: readonly Role[];
  /** what its number looks like, and how to say that */
  number: { pattern: RegExp; like: string };
  /** who issues it; null: named with each certificate */
  issuer: string | null;
  /** one product, or all of an organisation's crop */
  scopes: readonly ('product' | 'crop')[];
  /** how long one is valid at most, in years; null: it has no end by itself */
  years: number | null;
  /** words of a listing that claim the mark: they must not stand there without it */
  claimedBy: readonly string[];
}

/**
 * Kinds of brand certificates. Patterns were checked against examples that the issuers' registers print (green food: the
 * product's LB number or the firm's GF code); validity is the issuers' usual term and bounds slips only.
 */
export const markKinds = {
  green_food: {
    words: { zh: '绿色食品', en: 'Green food' },
    who: ['merchant', 'operator'],
    number: { pattern: /^(LB-\d{2}-\d{10,12}[A-Z]{0,2}|GF\d{12})$/, like: 'LB-15-19012700330A / GF621221190033' },
    issuer: '中国绿色食品发展中心',
    scopes: ['product', 'crop'],
    years: 3,
    claimedBy: ['绿色食品'],
  },
  organic: {
    words: { zh: '有机产品', en: 'Organic' },
    who: ['merchant', 'operator'],
    number: { pattern: /^\d{3}OP\d{7}(-\d{1,2})?$/, like: '123OP2600045' },
    issuer: null,
    scopes: ['product', 'crop'],
    years: 1,
    claimedBy: ['有机产品', '有机食品', '有机认证'],
  },
  geographical: {
    words: { zh: '地理标志', en: 'Geographical indication' },
    who: ['merchant', 'operator'],
    number: { pattern: /^(AGI\d{5}|GI\d{4,12}|第\d{5,9}号)$/, like: 'AGI01234 / 第1234567号' },
    issuer: null,
    scopes: ['product', 'crop'],
    years: null,
    claimedBy: ['地理标志'],
  },
  county_brand: {
    words: { zh: '县域公用品牌', en: 'County brand' },
    who: ['operator'],
    number: { pattern: /^[\p{L}\p{N}][\p{L}\p{N}〔〕()（）号.\-/ ]{1,39}$/u, like: '成品牌〔2026〕1号' },
    issuer: null,
    scopes: ['product', 'crop'],
    years: 5,
    claimedBy: [],
  },
} as const satisfies Record<string, MarkKind>;
export type MarkName = keyof typeof markKinds;
export const markNames = Object.keys(markKinds) as MarkName[];

/** How long before its end people are told. */
export const EXPIRES_SOON_DAYS = 30;

/** Whether a certificate is valid on a day: from its first day to the end of its last, in China. */
export const isValidOn = (day: string, of: { validFrom: string; validUntil: string | null }): boolean =>
  of.validFrom <= day && (of.validUntil === null || day <= of.validUntil);
