import { isObject, type Json } from './names.ts';

/** When a subscription is told, as the standard writes it: like a crontab, with seconds (EPCIS 2.0, 8.2.5.3). */
export type Schedule = Partial<Record<keyof typeof fields, string>>;

/** Each field with its least and greatest value; days of the week begin with Monday as 1. From fine to coarse. */
const fields = {
  second: [0, 59],
  minute: [0, 59],
  hour: [0, 23],
  dayOfMonth: [1, 31],
  month: [1, 12],
  dayOfWeek: [1, 7],
} as const;
type Field = keyof typeof fields;
const names = Object.keys(fields) as Field[];
export const scheduleFields: readonly string[] = names;
const WEEK = names.indexOf('dayOfWeek');

/** China's calendar, which has no summer time. */
const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
/** A schedule that names 29 February waits eight years at most (1896 to 1904, 2096 to 2104). */
const LONGEST_DAYS = 8 * 366;

/** What is wrong with a schedule: the field, and why. Null: nothing. */
export function scheduleFault(value: Json | undefined): { field: string; why: string } | null {
  if (!isObject(value) || Object.keys(value).length === 0)
    return { field: '', why: 'must name a time, as {"hour": "1"}' };
  for (const [name, said] of Object.entries(value)) {
    if (!(name in fields)) return { field: name, why: `must be one of ${names.join(', ')}` };
    const [least, most] = fields[name as Field];
    if (typeof said !== 'string' || !valuesOf(said, least, most)) {
      return { field: name, why: `must be numbers from ${least} to ${most}, as "5", "0,30" or "[8-17]"` };
    }
  }
  return nextTime(value as Schedule, new Date(0)) ? null : { field: 'dayOfMonth', why: 'never comes in these months' };
}

/** The values a field names, in order; null where it names none or one outside its bounds. */
function valuesOf(text: string, least: number, most: number): number[] | null {
  const found = new Set<number>();
  for (const element of text.split(',')) {
    const span = /^\[(\d{1,2})-(\d{1,2})\]$/.exec(element);
    const from = Number(span ? span[1] : element);
    const to = Number(span ? span[2] : element);
    if (!span && !/^\d{1,2}$/.test(element)) return null;
    if (from < least || to > most || from > to) return null;
    for (const one of range(from, to)) found.add(one);
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * The first time after an instant that fits, in China's time. A field finer than the finest that is named is at its
 * least value, a coarser one is free: {"hour": "1", "minute": "5"} is five past one each day.
 *
 * @returns null when none comes
 */
export function nextTime(schedule: Schedule, after: Date): Date | null {
  const finest = names.findIndex((name) => schedule[name] !== undefined);
  const allowed = names.map((name, i) => {
    const [least, most] = fields[name];
    const said = schedule[name];
    if (said !== undefined) return valuesOf(said, least, most) ?? [];
    // A day of the week says which days: those of the month, and the months, stay free beside it.
    const free = i > finest || (finest === WEEK && (name === 'dayOfMonth' || name === 'month'));
    return free ? range(least, most) : [least];
  });
  const [seconds, minutes, hours, days, months, weekdays] = allowed as [
    number[],
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  const local = after.getTime() + OFFSET_MS;
  const today = Math.floor(local / DAY_MS) * DAY_MS;
  for (let n = 0; n <= LONGEST_DAYS; n++) {
    const midnight = today + n * DAY_MS;
    const day = new Date(midnight);
    if (!months.includes(day.getUTCMonth() + 1) || !days.includes(day.getUTCDate())) continue;
    if (!weekdays.includes(((day.getUTCDay() + 6) % 7) + 1)) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        for (const second of seconds) {
          const at = midnight + ((hour * 60 + minute) * 60 + second) * 1000;
          if (at > local) return new Date(at - OFFSET_MS);
        }
      }
    }
  }
  return null;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);
