/**
 * What the rule on the lot certificate asks for, as data. A certificate stores the words it was printed with, so a new
 * rule is a new entry here and changes nothing that was issued.
 *
 * Checked against reprints of the order and the ministry's own questions and answers: name, number, dates of the
 * order; which produce it is for (article 3); what is promised (article 2); that whoever buys in and then mixes or
 * repacks issues a new one; that testing must look for what was used; that packed goods bear one per pack, which a QR
 * code with the words 承诺达标合格证 beside it may be; that records are kept six months at least.
 * Not checked, because no whole text of article 14 was at hand: the order and exact wording of the printed fields. They
 * follow the list of the ministry's answers, and the promise uses the words of article 2.
 */
export const certificateRule = {
  /** what is printed and stored with each certificate */
  cited: '《农产品质量安全承诺达标合格证管理办法》（农业农村部令2025年第4号，2026年2月1日起施行）',
  inForceFrom: '2026-02-01',
  title: '承诺达标合格证',
  /** the promise, in the issuer's mouth */
  statement:
    '我承诺对销售的本批农产品：未使用禁用的农药、兽药及其他化合物；使用的常规农药、兽药残留不超标；对本证所载内容的真实性负责。',
} as const;
