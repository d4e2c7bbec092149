import type { Event } from '#platform/outbox.ts';

/**
 * A project reached its goal and every pledge's money has been posted: what of it is the households' lies on the
 * county's account for shares and is to be attributed. Who they are stands in `presale.project_household`.
 */
export type ProjectFunded = Event<
  'presale.project-funded',
  {
    project: string;
    /** who carries it out */
    org: string;
    /** the households' part of all pledges together, in fen */
    householdFen: number;
    /** when the goal was found reached, ISO 8601 */
    at: string;
  }
>;

/** Pages that show a project are out of date. */
export type ProjectChanged = Event<'presale.project-changed', { project: string }>;
