import type { caseStates } from '#trade/contract';
import type { CaseRow } from '../../api/answers.ts';
import type { Translate } from '../../i18n/index.tsx';
import type { Tone } from '../../parts/StatusTag.tsx';

/** The colour that repeats a case's state: what waits for us, what is on its way, what is over. */
export const caseTones: Record<(typeof caseStates)[number], Tone> = {
  applied: 'go',
  accepted: 'wait',
  sent_back: 'go',
  received: 'go',
  resending: 'go',
  resent: 'gold',
  refunded: 'gold',
  refused: 'wait',
  disputed: 'stop',
  withdrawn: 'quiet',
  closed: 'good',
};

/** How long is left, in words: whole days from two days on, hours below. */
export function timeLeft(row: Pick<CaseRow, 'dueAt'>, now: number, t: Translate): string {
  if (!row.dueAt) return '—';
  const hours = Math.ceil((new Date(row.dueAt).getTime() - now) / 3_600_000);
  if (hours <= 0) return t('case.over');
  return hours >= 48 ? t('case.days', { n: Math.floor(hours / 24) }) : t('case.hours', { n: hours });
}

export const isLate = (row: Pick<CaseRow, 'dueAt'>, now: number): boolean =>
  row.dueAt !== null && new Date(row.dueAt).getTime() <= now;

/** Who a party is, in words. */
export const partyWords = (party: NonNullable<CaseRow['waitsFor']>, t: Translate): string => t(`case.party.${party}`);

const thens = ['accept', 'lapse', 'arrive', 'stall', 'receive'] as const;

/** What time does when it runs out, in words. */
export function thenWords(act: string | null, t: Translate): string {
  const known = thens.find((one) => one === act);
  return known ? t(`case.then.${known}`) : t('case.then.none');
}
