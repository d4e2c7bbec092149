import type { Selectable } from 'kysely';
import type { PresaleProject, PresaleTier } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import type { ProjectChanged } from '../events.ts';
import { refuse } from '../refuse.ts';
import { type ProjectState, projectMoves } from './project-states.ts';

export type ProjectFields = Selectable<PresaleProject>;
export type TierFields = Selectable<PresaleTier>;

export async function projectById(db: Db, county: County, id: string): Promise<ProjectFields | undefined> {
  return db
    .selectFrom('presale.project')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** One project, locked. @throws Refusal `project-not-found` */
export async function lockProject(tx: Tx, county: County, id: string): Promise<ProjectFields> {
  const row = await tx
    .selectFrom('presale.project')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw refuse('project-not-found');
  return row;
}

/** Tiers of projects as they are listed. */
export async function tiersOf(db: Db, county: County, projects: readonly string[]): Promise<TierFields[]> {
  if (projects.length === 0) return [];
  return db
    .selectFrom('presale.tier')
    .selectAll()
    .where('county', '=', county)
    .where('project', 'in', projects)
    .orderBy('project')
    .orderBy('position')
    .execute();
}

/** Whose projects they are. @param tx with a scope (platform/db.ts, withScope): the others are missing */
export async function sharersOf(tx: Db, county: County, projects: readonly string[]) {
  if (projects.length === 0) return [];
  return tx
    .selectFrom('presale.project_household')
    .select(['project', 'household', 'village', 'bp'])
    .where('county', '=', county)
    .where('project', 'in', projects)
    .orderBy('project')
    .orderBy('household')
    .execute();
}

/** @throws Refusal `project-move-not-allowed` */
export function requireProjectMove({ state }: { state: ProjectState }, to: ProjectState): void {
  if (!projectMoves.allows(state, to))
    throw refuse('project-move-not-allowed', { state: projectMoves.states[state].zh });
}

interface Said {
  words: string;
  by: string;
  at: Date;
}

type Fixed = Partial<
  Pick<ProjectFields, 'submitted_by' | 'opened_by' | 'opened_at' | 'decided_at' | 'raised_fen' | 'backers'>
>;

/** Moves a project, writes down who did it and why, and tells pages that show it. */
export async function moveProject(
  tx: Tx,
  row: ProjectFields,
  to: ProjectState,
  said: Said,
  fixed: Fixed = {},
): Promise<void> {
  projectMoves.require(row.state, to);
  await tx
    .updateTable('presale.project')
    .set({ state: to, ...fixed })
    .where('county', '=', row.county)
    .where('id', '=', row.id)
    .execute();
  await insertProjectMove(tx, row, row.state, to, said);
  await tell(tx, projectChanged(row.county, row.id));
}

export async function insertProjectMove(
  tx: Tx,
  of: { county: County; id: string },
  from: ProjectState | null,
  to: ProjectState,
  said: Said,
): Promise<void> {
  await tx
    .insertInto('presale.project_move')
    .values({
      ...{ county: of.county, id: newId(), project: of.id, from_state: from, to_state: to },
      ...{ words: said.words.trim(), by_person: said.by, at: said.at },
    })
    .execute();
}

export const projectChanged = (county: County, project: string): ProjectChanged => ({
  type: 'presale.project-changed',
  county,
  payload: { project },
});
