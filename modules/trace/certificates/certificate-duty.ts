import type { ProduceKind } from '#registry';
import { type OperationName, operationKinds } from '../operations/operation-kinds.ts';
import type { CertificateRule } from './certificate-rules.ts';
import { type IssuerKind, issuerWords } from './issuer-kinds.ts';

type Words = Record<'zh' | 'en', string>;

/** What the rule asks of a lot: whether a certificate must be issued, why, and where that is written. */
export interface Duty {
  /** must: before it is packed or sold; encouraged: its seller may; free: not of this produce */
  must: 'must' | 'encouraged' | 'free';
  why: Words;
  article: string;
}

/** What the rule needs to know of a lot. */
export interface DutyFacts {
  produce: ProduceKind;
  issuer: IssuerKind;
  /** what it was made by last; null for one that was bought in and not worked on */
  madeBy: OperationName | null;
}

/**
 * What the rule asks of a lot. The produce decides first: what is made of it and what grows wild is outside, whoever
 * sells it. Then who sells: households are encouraged, all others must. What was mixed, graded, worked on or repacked
 * needs a certificate of its own; the same goods in another heap or place go on under the promise they had.
 */
export function dutyOf(rule: CertificateRule, of: DutyFacts): Duty {
  if (!rule.produce.includes(of.produce)) {
    return {
      must: 'free',
      why: { zh: '不在必须开具的品类里，可以自愿开', en: 'Not of the produce that must bear one; it may' },
      article: rule.articles.produce,
    };
  }
  const who = issuerWords[of.issuer];
  if (rule.issuers[of.issuer] === 'encouraged') {
    return {
      must: 'encouraged',
      why: { zh: `${who.zh}自产自销，鼓励开具`, en: `${who.en}: encouraged to issue one` },
      article: rule.articles.issuer,
    };
  }
  const anew = of.madeBy !== null && operationKinds[of.madeBy].certificate === 'anew';
  if (anew) {
    const act = operationKinds[of.madeBy as OperationName].words;
    return {
      must: 'must',
      why: { zh: `${act.zh}后销售，要重新开具`, en: `${act.en}: needs a new certificate before it is sold` },
      article: rule.articles.anew,
    };
  }
  return {
    must: 'must',
    why: { zh: `${who.zh}销售，应当开具`, en: `${who.en}: must issue one` },
    article: rule.articles.issuer,
  };
}

/** Whether a purchase may be made without the seller's certificate: only of sellers or produce that need none. */
export const needsSellersCertificate = (rule: CertificateRule, of: Pick<DutyFacts, 'produce' | 'issuer'>): boolean =>
  dutyOf(rule, { ...of, madeBy: null }).must === 'must';
