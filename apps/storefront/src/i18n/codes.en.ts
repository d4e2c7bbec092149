import { plural } from './plural.ts';
import type { Messages } from './zh.ts';

/** The same in English. */
export const codesEn: Messages['codes'] = {
  copied: 'This code may have been copied',
  copiedText:
    'The same code was checked in different provinces within a short time. See whether the seal is whole and whether it has just come from the seller; if in doubt, do not eat it yet and ask the seller. The county has been told.',
  often: 'This code has been checked very often',
  oftenText:
    'One household does not check this often; it may be a copy. See whether the seal is whole, and ask the seller if in doubt. The county has been told.',
  'not-on-sale': 'This lot is not on sale yet',
  'not-on-saleText':
    'The code is genuine, but the goods are not being sold yet. If you bought this, ask the seller where it came from. The county has been told.',
  history: 'How often this code was checked',
  historyText: (scans, first) => `Checked ${plural(scans, 'time')}, first ${first}.`,
  sameDay: 'The same phone on the same day counts once.',
  where: (places) => `Checked in: ${places}`,
  times: (name, count) => `${name} ×${count}`,
  between: ', ',
  tellPlace: 'Say which province you are in',
  tellPlaceWords:
    'One code checked in two provinces has most likely been copied. You only say the province; we keep neither who you are nor your network address.',
  province: 'Your province',
  choose: 'Please choose',
  tell: 'Tell the county',
  thanks: 'Noted, thank you.',
  blocked: 'Too many checks',
  blockedText:
    'Too many codes that do not exist were checked from here just now. Please wait a minute; if the code on the pack cannot be read, ask the seller.',
  case: 'This case',
  pallet: 'This pallet',
  caseNumber: (sscc) => `SSCC ${sscc}`,
  caseOf: (org) => `Packed by ${org}`,
  packedAt: (moment) => `packed ${moment}`,
  holds: (packs) => plural(packs, 'pack'),
  holdsNothing: 'It has been taken apart and holds nothing.',
  lots: 'The lots in it',
  lotLine: (number, packs, expires) => `Lot ${number} · ${plural(packs, 'pack')} · best before ${expires}`,
  onPallet: 'On this pallet',
  boxes: 'The cases on it',
  noCase: 'There is no such case number',
  noCaseText: 'We did not give it, or one digit is wrong.',
};
