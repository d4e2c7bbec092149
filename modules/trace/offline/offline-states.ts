import { defineMoves } from '#platform/moves.ts';

/**
 * What is decided when notes arrive that were written without a signal. The goods lie at the station and the paper was
 * given out, so a note is refused only where nothing could be written for it; where it breaks a rule it is written
 * and the county decides. docs/decisions/offline-notes.md says each rule with its reason.
 */

/** A device's clock is put right by what was measured at the last contact, up to this. */
export const CLOCK_BOUND_MS = 3 * 60 * 60_000;
/** Two measurements further apart than this: the clock was set in between. */
export const CLOCK_DRIFT_MS = 5 * 60_000;
/** A clock this far off is called right. */
export const CLOCK_RIGHT_MS = 2 * 60_000;
/** A clock that has lost its battery starts in 1970; further off is no clock. */
export const MOST_OFFSET_MS = 100 * 366 * 24 * 60 * 60_000;
/** A day without a signal may become a week; what comes later is looked at. */
export const LATE_MS = 7 * 24 * 60 * 60_000;

/** Most notes of one call. */
export const MOST_NOTES = 200;

/** Rules that an accepted note may break, in the order they are looked at: the county confirms or reverses. */
export const conflictKinds = [
  'grams-above-yield',
  'crop-not-grown',
  'spray-interval',
  'household-left',
  'household-outside-region',
  'price-under-floor',
  'price-far-from-reference',
  'clock-doubtful',
  'late',
  'station-closed',
  'buyer-changed',
  'rights-withdrawn',
  'device-revoked',
  'reversal-too-late',
] as const;
export type ConflictKind = (typeof conflictKinds)[number];

export const conflictWords = {
  'grams-above-yield': { zh: '几台设备合计超过可产量的 120%', en: 'Together above 120% of the yield' },
  'crop-not-grown': { zh: '这户没有登记这种作物', en: 'The household has no such crop on file' },
  'spray-interval': { zh: '打药后还没过安全间隔期', en: 'The safe interval of a spray had not passed' },
  'household-left': { zh: '这户已迁出', en: 'The household has left' },
  'household-outside-region': { zh: '这户现在不在站长的范围', en: 'The household is outside the keeper’s region now' },
  'price-under-floor': { zh: '低于当天的保护价', en: 'Under the floor price of its day' },
  'price-far-from-reference': { zh: '与当天参考价相差十倍以上', en: 'Ten times away from the reference of its day' },
  'clock-doubtful': { zh: '设备时钟不可信', en: 'The device’s clock cannot be trusted' },
  late: { zh: '七天以后才送到', en: 'Arrived after more than seven days' },
  'station-closed': { zh: '服务站已停用', en: 'The station was closed meanwhile' },
  'buyer-changed': { zh: '收购方已变更或停用', en: 'The station buys for somebody else now' },
  'rights-withdrawn': { zh: '站长的权限已收回', en: 'The keeper’s role was taken back meanwhile' },
  'device-revoked': { zh: '设备已停用，单子写在停用之前', en: 'The device was revoked after this was written' },
  'reversal-too-late': { zh: '要冲销，但批次已封批或加工', en: 'To be reversed, but its lot has moved on' },
} as const satisfies Record<ConflictKind, { zh: string; en: string }>;

/** What a keeper is told of an accepted note although nobody has to decide. */
export const noticeKinds = ['household-merged', 'household-moved', 'price-changed', 'clock-corrected'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export const noticeWords = {
  'household-merged': {
    zh: '这户已并户，记在并入的户上',
    en: 'The household was merged; noted for the one that stays',
  },
  'household-moved': { zh: '这户已换村，记在现在的村', en: 'The household has moved; noted in its village of today' },
  'price-changed': { zh: '参考价已变，按票面价', en: 'The reference price has changed; the price on paper stands' },
  'clock-corrected': { zh: '设备时钟不准，时间已更正', en: 'The device’s clock was off; the time was put right' },
} as const satisfies Record<NoticeKind, { zh: string; en: string }>;

export const conflictStates = ['open', 'confirmed', 'reversed'] as const;
export type ConflictState = (typeof conflictStates)[number];

/** A conflict is never lost: it stays open until the county confirms its note, or the note is reversed. */
export const conflictMoves = defineMoves<ConflictState>(
  'open',
  {
    open: { zh: '待县里定', en: 'For the county to decide' },
    confirmed: { zh: '已认可', en: 'Confirmed' },
    reversed: { zh: '已冲销', en: 'Reversed' },
  },
  [
    { from: 'open', to: 'confirmed', act: 'confirm', label: { zh: '认可这张单', en: 'Confirm the note' } },
    { from: 'open', to: 'reversed', act: 'reverse', label: { zh: '冲销这张单', en: 'Reverse the note' } },
  ],
);
