import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { householdsOfPerson, requireHonest } from '#registry';
import { openPromise } from '#trade';
import { refuse } from '../refuse.ts';
import { endOf } from './project-end.ts';
import { requireWriter } from './project-rights.ts';
import { projectFile } from './project-views.ts';
import { lockProject, moveProject, requireProjectMove, sharersOf } from './projects.queries.ts';

interface OneProject {
  county: County;
  id: string;
}

/**
 * The organiser hands its draft to the county.
 *
 * @throws Refusal `project-not-found` | `not-allowed` | `project-move-not-allowed` | `project-over`
 */
export async function submitProject(at: Context, by: Actor, { county, id }: OneProject, key: OnceKey | null) {
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const row = await lockProject(tx, county, id);
    requireWriter(by, county, row.org);
    requireProjectMove(row, 'submitted');
    if (row.ends_on < dayOf(now)) throw refuse('project-over');
    const said = { words: '', by: by.person, at: now };
    await moveProject(tx, row, 'submitted', said, { submitted_by: by.person });
    return null;
  });
  return projectFile(at, by, county, id);
}

/** The county sends a project back to be changed. @throws Refusal `project-not-found` | `project-move-not-allowed` */
export async function sendBackProject(
  at: Context,
  by: Actor,
  { county, id, reason }: OneProject & { reason: string },
  key: OnceKey | null,
) {
  await once(at.db, key, async (tx) => {
    const row = await lockProject(tx, county, id);
    requireProjectMove(row, 'draft');
    const said = { words: reason, by: by.person, at: at.clock.now() };
    await moveProject(tx, row, 'draft', said, { submitted_by: null });
    return null;
  });
  return projectFile(at, by, county, id);
}

/** The organiser gives its draft up. @throws Refusal `project-not-found` | `not-allowed` | `project-move-not-allowed` */
export async function withdrawProject(
  at: Context,
  by: Actor,
  { county, id, reason }: OneProject & { reason: string },
  key: OnceKey | null,
) {
  await once(at.db, key, async (tx) => {
    const row = await lockProject(tx, county, id);
    requireWriter(by, county, row.org);
    requireProjectMove(row, 'withdrawn');
    await moveProject(tx, row, 'withdrawn', { words: reason, by: by.person, at: at.clock.now() });
    return null;
  });
  return projectFile(at, by, county, id);
}

/**
 * A second person opens a project to backers. From here on nothing changes that they rely on: words, prices, days,
 * places, who has what of the money.
 *
 * @throws Refusal `project-not-found` | `project-move-not-allowed` | `project-same-person` | `project-own-household` |
 *   `project-over` | `operator-dishonest`
 */
export async function openProject(at: Context, by: Actor, { county, id }: OneProject, key: OnceKey | null) {
  const own = (await householdsOfPerson(at.db, by.person, county)).flatMap((one) => one.files);
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const row = await lockProject(tx, county, id);
    requireProjectMove(row, 'open');
    if (row.drafted_by === by.person || row.submitted_by === by.person) throw refuse('project-same-person');
    await withScope(tx, String(county));
    if ((await sharersOf(tx, county, [id])).some((one) => own.includes(one.household))) {
      throw refuse('project-own-household');
    }
    if (row.ends_on < dayOf(now)) throw refuse('project-over');
    await requireHonest(tx, county, row.org, now);
    await openPromise(tx, { county, id, until: endOf(row) });
    const said = { words: '', by: by.person, at: now };
    await moveProject(tx, row, 'open', said, { opened_by: by.person, opened_at: now });
    return null;
  });
  return projectFile(at, by, county, id);
}
