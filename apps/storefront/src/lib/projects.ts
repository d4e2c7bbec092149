import type { PledgeMoney } from '#presale/contract';
import type { Answers } from '../../contracts.ts';

export type ProjectRow = Answers['presale']['projects']['rows'][number];
type Dated = Pick<ProjectRow, 'state' | 'opensOn' | 'endsOn'>;

/** What a list shows together: projects one can back, those that came to something, those that did not. */
export const shows = ['open', 'done', 'over'] as const;
export type Show = (typeof shows)[number];

export const showOf: Record<ProjectRow['state'], Show | null> = {
  draft: null,
  submitted: null,
  withdrawn: null,
  open: 'open',
  funded: 'done',
  delivered: 'done',
  failed: 'over',
  cancelled: 'over',
};

/** Colour of a state's chip: moss is under way, gold came to something, rice did not. */
export const showTone: Record<Show, 'moss' | 'gold' | 'rice'> = { open: 'moss', done: 'gold', over: 'rice' };

/** What is raised as whole percent of the goal, rounded down: 100 only when the goal is reached. */
export const percentOf = ({ raisedFen, goalFen }: Pick<ProjectRow, 'raisedFen' | 'goalFen'>): number =>
  Math.floor((raisedFen * 100) / goalFen);

/**
 * How an open project stands on a day in China: not begun, or how many days are left with today among them; over, where
 * its last day is past or it is open no more.
 */
export function timeOf(project: Dated, today: string): 'coming' | 'over' | number {
  if (project.state !== 'open' || today > project.endsOn) return 'over';
  if (today < project.opensOn) return 'coming';
  return (Date.parse(project.endsOn) - Date.parse(today)) / 86_400_000 + 1;
}

/** Open ones first, those that end soonest at their head; then the others, the latest first. */
export function inOrder<P extends Dated>(projects: readonly P[]): P[] {
  const rank = (project: P) => shows.indexOf(showOf[project.state] ?? 'over');
  return [...projects].sort(
    (a, b) =>
      rank(a) - rank(b) || (a.state === 'open' ? a.endsOn.localeCompare(b.endsOn) : b.endsOn.localeCompare(a.endsOn)),
  );
}

/** Colour of where the money is: persimmon waits for the backer, rice is over. */
export const moneyTone: Record<PledgeMoney, 'persimmon' | 'moss' | 'gold' | 'rice'> = {
  due: 'persimmon',
  lapsed: 'rice',
  held: 'moss',
  posted: 'gold',
  returning: 'moss',
  returned: 'rice',
};
