/**
 * How the three tests judge, and what follows, as data in force from a day on. A change is a new line, so that every run
 * can be judged again by the rule of its day. The method is docs/decisions/three-tests.md.
 */
export interface AidRule {
  /** YYYY-MM-DD */
  from: string;
  /** fewer peers than this and nothing can be said of a price */
  fewestPeers: number;
  /** most that a price may be of the median of its peers, in basis points */
  mostBp: number;
  /** how many days back sales, notes and market prices are peers: the season */
  priceDays: number;
  /** within how many days a purchase of households counts as the season's */
  benefitDays: number;
  /** a product that failed is warned for so long, then hidden for so long, then withdrawn */
  warnedDays: number;
  hiddenDays: number;
  /** the county's time to decide an appeal, and how long what it excused stays so */
  appealDays: number;
  excusedDays: number;
  /** withdrawn so often within so many days is repeated */
  repeatedTimes: number;
  repeatedDays: number;
  /** longest term on the list of dishonest operators */
  dishonestDays: number;
}

const aidRules: readonly AidRule[] = [
  {
    from: '2020-01-01',
    fewestPeers: 3,
    mostBp: 13_000,
    priceDays: 90,
    benefitDays: 365,
    warnedDays: 7,
    hiddenDays: 15,
    appealDays: 7,
    excusedDays: 90,
    repeatedTimes: 2,
    repeatedDays: 365,
    dishonestDays: 1096,
  },
];

/** The rule in force on a day. */
export const aidRuleOn = (day: string): AidRule =>
  aidRules.findLast((rule) => rule.from <= day) ?? (aidRules[0] as AidRule);
