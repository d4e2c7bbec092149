import { addDays, startOfDay } from '#platform/clock.ts';

/** The instant a project's last day is over in China. */
export const endOf = (row: { ends_on: string }): Date => startOfDay(addDays(row.ends_on, 1));
