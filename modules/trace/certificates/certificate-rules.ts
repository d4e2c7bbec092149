import type { ProduceKind } from '#registry';
import type { IssuerKind } from './issuer-kinds.ts';

/** One version of the rule on the lot certificate 承诺达标合格证, in force from a day on until the next one is. */
export interface CertificateRule {
  version: string;
  /** the day it is in force from, YYYY-MM-DD in China */
  inForceFrom: string;
  /** printed and stored with each certificate */
  cited: string;
  title: string;
  /** the promise, in the issuer's mouth */
  statement: string;
  /** produce for which it must be issued; for all other it may be */
  produce: readonly ProduceKind[];
  /** what each kind of seller owes */
  issuers: Record<IssuerKind, 'must' | 'encouraged'>;
  /** what must stand on it */
  fields: readonly string[];
  /** where each duty is written */
  articles: { produce: string; issuer: string; anew: string };
}

const fields = ['承诺事项', '承诺依据', '产品名称', '数量（重量）', '产地', '开具主体', '联系方式', '开具日期'];
const statement =
  '我承诺对销售的本批农产品：未使用禁用的农药、兽药及其他化合物；使用的常规农药、兽药残留不超标；对本证所载内容的真实性负责。';
const issuers = { enterprise: 'must', cooperative: 'must', buyer: 'must', household: 'encouraged' } as const;
const law = '《农产品质量安全法》（2022年修订）第三十九条';

/**
 * The rule as data, oldest first. A certificate stores the words it was printed with, so a new version is a new entry
 * here and changes nothing that was issued. What was checked of each and what not: docs/decisions/lot-certificate.md.
 */
export const certificateRules: readonly [CertificateRule, ...CertificateRule[]] = [
  {
    version: 'law-2022',
    inForceFrom: '2023-01-01',
    cited: '《中华人民共和国农产品质量安全法》（2022年修订，2023年1月1日起施行）第三十九条',
    title: '承诺达标合格证',
    statement,
    // The kinds of the trial, which the law left to the ministry.
    produce: ['vegetable', 'fruit', 'nut', 'livestock', 'poultry', 'egg', 'farmed_aquatic'],
    issuers,
    fields,
    articles: { produce: '农质发〔2019〕6号试行方案', issuer: law, anew: law },
  },
  {
    version: 'order-2025-4',
    inForceFrom: '2026-02-01',
    cited: '《农产品质量安全承诺达标合格证管理办法》（农业农村部令2025年第4号，2026年2月1日起施行）',
    title: '承诺达标合格证',
    statement,
    // Nuts stand with fruit, as 食用农产品范围注释 has them; the order itself says 水果.
    produce: ['vegetable', 'fruit', 'nut', 'tea_leaf', 'livestock', 'poultry', 'egg', 'farmed_aquatic'],
    issuers,
    fields,
    articles: { produce: '农业农村部令2025年第4号第三条', issuer: law, anew: law },
  },
];

/** The version in force on a day. Days before the first are answered with the first: nothing here is that old. */
export const ruleOn = (day: string): CertificateRule =>
  certificateRules.findLast((rule) => rule.inForceFrom <= day) ?? certificateRules[0];

/** How long certificates are kept. Sources say six months or two years: the longer one is kept. */
export const KEPT_YEARS = 2;

/** The last day on which a certificate must still be kept. @param day of issue or of purchase, YYYY-MM-DD */
export function keptUntil(day: string): string {
  const year = Number(day.slice(0, 4)) + KEPT_YEARS;
  // The last of February has no namesake in most years.
  return day.slice(5) === '02-29' ? `${year}-03-01` : `${year}${day.slice(4)}`;
}
