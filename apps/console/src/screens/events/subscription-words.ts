import { bizStepWords, eventTypeWords } from '#trace/contract';
import type { Subscription } from '../../api/answers.ts';
import type { Translate } from '../../i18n/index.tsx';

type Say = (words: { zh: string; en: string }) => string;

/** Parameters of the standard that have words of ours; all others stand as they were written. */
const named = {
  eventType: 'subscription.type',
  EQ_bizStep: 'subscription.step',
  EQ_action: 'subscription.action',
  EQ_disposition: 'subscription.disposition',
  EQ_readPoint: 'subscription.place',
  WD_readPoint: 'subscription.place',
  EQ_bizLocation: 'subscription.place',
  WD_bizLocation: 'subscription.place',
  MATCH_anyEPC: 'subscription.thing',
  MATCH_epc: 'subscription.thing',
  MATCH_anyEPCClass: 'subscription.kind',
  MATCH_epcClass: 'subscription.kind',
  GE_eventTime: 'subscription.from',
  LT_eventTime: 'subscription.until',
  GE_recordTime: 'subscription.recordedFrom',
  LT_recordTime: 'subscription.recordedUntil',
} as const;

/** What a query asks, one condition each: all of them hold. None: every event. */
export function queryWords(query: Record<string, unknown>, { t, say }: { t: Translate; say: Say }): string[] {
  return Object.entries(query).map(([parameter, value]) => {
    const values = (Array.isArray(value) ? value : [value]).map((one) => valueWords(parameter, String(one), say));
    const name = (named as Record<string, (typeof named)[keyof typeof named] | undefined>)[parameter];
    return name ? t(name, { values: values.join(t('subscription.or')) }) : `${parameter} = ${values.join(', ')}`;
  });
}

function valueWords(parameter: string, value: string, say: Say): string {
  const bare = value.split(/[/#:-]/).at(-1) ?? value;
  const words = parameter === 'eventType' ? eventTypeWords[value] : bizStepWords[bare];
  return words && (parameter === 'eventType' || parameter === 'EQ_bizStep') ? say(words) : value;
}

const two = (text: string | undefined): string => (text ?? '0').padStart(2, '0');
const plain = (text: string | undefined): boolean => text === undefined || /^\d{1,2}$/.test(text);

/** When it is told. A schedule that names single times is said as people say it, others field by field. */
export function scheduleWords(schedule: Subscription['schedule'], { t }: { t: Translate }): string {
  if (!schedule) return t('subscription.stream');
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = schedule;
  const simple = [second, minute, hour, dayOfMonth, dayOfWeek].every(plain) && month === undefined && !Number(second);
  const time = `${two(hour)}:${two(minute)}`;
  if (simple && dayOfWeek !== undefined && dayOfMonth === undefined && hour !== undefined)
    return t('subscription.weekly', { day: t(`subscription.day${Number(dayOfWeek) as 1}`), time });
  if (simple && dayOfWeek === undefined && dayOfMonth !== undefined && hour !== undefined)
    return t('subscription.monthly', { day: dayOfMonth, time });
  if (simple && dayOfWeek === undefined && dayOfMonth === undefined) {
    if (hour !== undefined) return t('subscription.daily', { time });
    if (minute !== undefined) return t('subscription.hourly', { minute });
  }
  const fields = { month, dayOfMonth, dayOfWeek, hour, minute, second };
  const said = Object.entries(fields).flatMap(([field, value]) =>
    value === undefined ? [] : [`${t(`subscription.field.${field as keyof typeof fields}`)} ${value}`],
  );
  return t('subscription.times', { times: said.join(t('subscription.comma')) });
}
