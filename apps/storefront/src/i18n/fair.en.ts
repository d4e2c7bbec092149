import type { fairZh } from './fair.zh.ts';

/** Words of the three tests, the list of dishonest operators and checks by sample. */
export const fairEn: typeof fairZh = {
  title: 'Three tests',
  about: (day) => `Tested on ${day}, and again every night. What each rests on:`,
  verdict: { pass: 'Passes', fail: 'Fails', cannot_say: 'Cannot say' },
  warned: (day) => `Warned; to be put right by ${day}`,
  appealed: 'The seller has appealed; the county decides',
  listedBecause: (why: string) => `Why the county listed it all the same: ${why}`,
  quality: (lots) => (lots > 0 ? `Certificates and tests of ${lots} lots on sale` : 'No lot on sale now'),
  price: (own, median, peers) => `¥${own} per kg; the median of ${peers} peers is ¥${median}`,
  priceFew: (peers) => `Only ${peers} peers: too few to compare`,
  benefit: (households, notes, agreements) =>
    `Within a year ${notes} purchases of ${households} households; ${agreements} live agreements`,
  notices: 'Public notice',
  notice: 'Public notice: tests, dishonest operators, checks',
  noticeTitle: (county) => `Public notice of ${county}`,
  noticeAbout:
    'Which products failed the tests, who is on the list of dishonest operators, what checks by sample found. Organisations are named, households never.',
  passed: (passed, tested) => `${passed} of ${tested} products on sale pass all three`,
  failed: 'Products that failed',
  none: 'None',
  standing: { clear: 'Clear', warned: 'Warned', hidden: 'Hidden', withdrawn: 'Withdrawn' },
  since: (from, due) => (due ? `since ${from}, to be put right by ${due}` : `since ${from}`),
  dishonest: 'Dishonest operators',
  grounds: { repeated: 'Repeated', proven: 'Proven fraud' },
  term: (from, to) => `${from} to ${to}`,
  running: 'Running',
  over: 'Over',
  lifted: (why) => `Lifted early: ${why}`,
  samples: 'Checked by sample',
  samplesAbout: 'Drawn at random and asked by phone what arrived; the claimed figure and the checked one side by side.',
  claimed: (yuan) => `Claimed ¥${yuan}`,
  actual: (yuan, low, high) => `Checked: ¥${yuan} (¥${low} to ¥${high})`,
  share: (share, low, high) => `Arrived in full: ${share} (${low} to ${high})`,
  drawn: (size, population, confidence) => `${size} of ${population} drawn, confidence ${confidence}%`,
  seed: (text) => `Seed ${text}`,
};
