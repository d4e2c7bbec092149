import type { Answers } from '../../contracts.ts';
import type { Lang, Messages } from '../i18n/index.ts';
import { showMoment, yuan } from './format.ts';

type Case = Answers['trade']['case'];
type CaseRow = Answers['trade']['myCases']['rows'][number];
type AfterSale = Answers['trade']['afterSaleOf'];
export type CaseKind = CaseRow['kind'];
type Step = { title: string; when?: string; text?: string; now?: boolean; ahead?: boolean };

export const caseKinds: readonly CaseKind[] = ['damage', 'refund', 'return', 'exchange', 'resend'];

/** Shares of damage that people can tell by eye, in percent. */
export const damageSteps: readonly number[] = [10, 20, 30, 50, 80, 100];

/** Persimmon waits for the buyer, moss is under way, rice is over. */
export const caseTone: Record<CaseRow['state'], 'persimmon' | 'moss' | 'rice'> = {
  applied: 'moss',
  accepted: 'persimmon',
  sent_back: 'moss',
  received: 'moss',
  resending: 'moss',
  resent: 'persimmon',
  refunded: 'moss',
  refused: 'persimmon',
  disputed: 'moss',
  withdrawn: 'rice',
  closed: 'rice',
};

/** Whom a case waits for and how long, in words; nothing when it waits for nobody. */
export function waitOf(
  row: Pick<CaseRow, 'waitsFor' | 'dueAt' | 'state'>,
  now: number,
  t: Messages,
): string | undefined {
  if (!row.dueAt || (row.waitsFor !== 'buyer' && row.waitsFor !== 'merchant' && row.waitsFor !== 'county')) return;
  const hours = Math.ceil((new Date(row.dueAt).getTime() - now) / 3_600_000);
  if (hours > 0) return t.afterSale.waits[row.waitsFor](t.afterSale.hoursLeft(hours));
  const late = row.waitsFor === 'county' ? t.afterSale.lateCounty : t.afterSale.overdue;
  return t.afterSale.waits[row.waitsFor](late);
}

/** What happened in a case, by parties; never by name. */
export function caseSteps(found: Case, t: Messages, lang: Lang): Step[] {
  const over = found.state === 'closed' || found.state === 'withdrawn';
  const words: Record<string, string> = t.afterSale.acts;
  return found.moves.map((move, at) => ({
    title: `${t.afterSale.parties[move.party]} · ${words[move.act] ?? move.act}`,
    when: showMoment(move.at, lang),
    text: move.note ?? undefined,
    now: at === found.moves.length - 1 && !over,
  }));
}

/** The kinds that can be asked for, each with the lines it can be asked for, or why not. */
export function kindsOf(answer: AfterSale) {
  return caseKinds.map((kind) => {
    const options = answer.lines.map((line) => ({ line, option: line.options.find((one) => one.kind === kind) }));
    const lines = options.filter(({ option }) => option?.why === null).map(({ line }) => line);
    const until = options
      .flatMap(({ option }) => (option?.why === null && option.until ? [new Date(option.until)] : []))
      .sort((a, b) => a.getTime() - b.getTime())[0];
    return { kind, lines, until, why: lines.length > 0 ? null : (options[0]?.option?.why ?? 'case-nothing-left') };
  });
}

/** What was given back of an order, in fen. */
export const backOf = (answer: AfterSale): number => answer.lines.reduce((sum, line) => sum + line.backFen, 0);

/** Yuan as a person types them, in fen; undefined when empty, NaN when it is none. */
export function readYuan(text: string): number | undefined {
  if (text === '') return undefined;
  return /^\d+(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : Number.NaN;
}

/** A sum with its sign. */
export const money = (fen: number): string => `¥${yuan(fen)}`;
