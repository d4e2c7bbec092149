import type { Actor } from '#platform/actor.ts';
import { addDays } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { refuse } from '../refuse.ts';

export interface Schedule {
  /** 1 Monday … 7 Sunday, or null */
  weekday: number | null;
  /** day of the month, the last one of a shorter month; or null */
  monthDay: number | null;
  /** smallest amount that is paid out; less waits until it has grown */
  minimumFen: Fen;
}

/** What holds until a county says otherwise: every Monday, from one yuan on. */
export const usualSchedule: Schedule = { weekday: 1, monthDay: null, minimumFen: 100 };

/** When a county pays out. */
export async function scheduleOf(db: Db, county: County): Promise<Schedule> {
  const row = await db
    .selectFrom('trade.payout_schedule')
    .select(['weekday', 'month_day as monthDay', 'minimum_fen as minimumFen'])
    .where('county', '=', county)
    .executeTakeFirst();
  return row ?? usualSchedule;
}

/**
 * Sets when a county pays out.
 *
 * @throws Refusal `schedule-wrong` unless exactly one of weekday and month day is given
 */
export async function setSchedule(at: Context, by: Actor, input: Schedule & { county: County }): Promise<Schedule> {
  const { county, weekday, monthDay, minimumFen } = input;
  if ((weekday === null) === (monthDay === null)) throw refuse('schedule-wrong');
  const row = {
    ...{ weekday, month_day: monthDay, minimum_fen: minimumFen },
    ...{ updated_by: by.person, updated_at: at.clock.now() },
  };
  await at.db
    .insertInto('trade.payout_schedule')
    .values({ county, ...row })
    .onConflict((c) => c.column('county').doUpdateSet(row))
    .execute();
  return { weekday, monthDay, minimumFen };
}

/** Whether money goes out on a day, YYYY-MM-DD. */
export function isPayDay(schedule: Schedule, day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  if (schedule.weekday !== null) return (date.getUTCDay() || 7) === schedule.weekday;
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.getUTCDate() === Math.min(schedule.monthDay as number, last);
}

/** Whether a pay day lies after `swept` and not after `today`: however many there were, they are made up for at once. */
export function isDue(schedule: Schedule, swept: string, today: string): boolean {
  for (let day = addDays(swept, 1), n = 0; day <= today && n < 62; day = addDays(day, 1), n++) {
    if (isPayDay(schedule, day)) return true;
  }
  return false;
}

/** The next pay day, today included. */
export function nextPayDay(schedule: Schedule, today: string): string {
  let day = today;
  while (!isPayDay(schedule, day)) day = addDays(day, 1);
  return day;
}
