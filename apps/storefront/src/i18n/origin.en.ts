import type { originZh } from './origin.zh.ts';

export const originEn: typeof originZh = {
  tested: 'Tested',
  passed: 'Passed',
  failed: 'Failed',
  report: (lab, number, day, items) => `${lab} ${number} · ${day} · ${items} ${items === 1 ? 'item' : 'items'}`,
  measured: (measured, most, unit) =>
    `${measured === null ? 'not detected' : `${measured} ${unit}`}, ${most === null ? 'must not be there' : `limit ${most} ${unit}`}`,
  marks: 'Certified',
  badge: (issuer, number, until) => `${issuer} · ${number}${until ? ` · valid until ${until}` : ''}`,
  where: 'Where',
  grownBy: (names) => `Grown by ${names}`,
  grownByText: 'Only names whose bearers agreed, and never family names.',
  verify: 'Verify this certificate',
  certificate: 'Lot certificate',
  ask: 'Verify a certificate',
  askText: 'Enter the number on the certificate with the eight signs behind it, or scan its QR code.',
  number: 'Number',
  look: 'Verify',
  states: {
    valid: 'This certificate is valid',
    replaced: 'This certificate was replaced',
    recalled: 'These goods are recalled',
  },
  stateTexts: {
    valid: 'Number and check match: it was issued here.',
    replaced: 'The goods were graded, mixed or repacked, or a mistake was corrected. The new certificate counts.',
    recalled: 'Please do not eat or sell them. Contact the seller or the county.',
  },
  unknown: 'There is no such certificate',
  unknownText:
    'It is found only when number and check match. Please compare with the paper once more; if it still fails, it may not have been issued here.',
  newer: 'New certificate',
  seeLot: 'See the origin of this lot',
  lotNumber: (number) => `Lot ${number}`,
  season: 'What there is when',
  month: (month) =>
    ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][month - 1] ?? '',
  inSeason: 'yes',
  seasonNow: (names) => `This month: ${names}`,
  stories: 'Stories of the village',
  lots: 'Lots on sale',
  lotLine: (packed, expires) => `Packed ${packed} · best before ${expires}`,
  looksTitle: 'Where its goods were looked up',
  looks: (scans, provinces) =>
    `${scans} ${scans === 1 ? 'look' : 'looks'} in a year, from ${provinces} ${provinces === 1 ? 'province' : 'provinces'}; counted only where the province was told.`,
  looksTable: 'Figures by province',
  province: 'Province',
  times: 'Looks',
  product: 'Goods',
  consent: 'May buyers read your name?',
  consentAsk: (name) =>
    `If you agree, the origin page says “${name}”: the first name, no family name, no address. You can take it back any time.`,
  consentGiven: (name) => `You agreed: buyers read “${name}”`,
  consentNone: 'Not agreed: buyers read no name',
  agree: 'Agree',
  takeBack: 'Take it back',
};
