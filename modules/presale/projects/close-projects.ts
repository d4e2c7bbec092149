import { type Actor, system } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import {
  closeUnpaid,
  endPromise,
  heldFor,
  postedFor,
  promisesHolding,
  returnPromised,
  settlePromised,
  stopPromise,
} from '#trade';
import type { ProjectFunded } from '../events.ts';
import { countPledges, lockPledge } from '../pledges/pledges.queries.ts';
import { refuse } from '../refuse.ts';
import { projectFile } from './project-views.ts';
import { lockProject, moveProject, type ProjectFields, projectById, requireProjectMove } from './projects.queries.ts';

/**
 * Everything that time and the goal decide of projects. It looks for what is to be done instead of being told, each step
 * of a project in a transaction of its own, and each under a lock that lets it happen once: a killed server, or two of
 * them at the same work, leave nothing half done and do nothing twice.
 *
 * @throws AggregateError after all were tried, when something could not be done
 */
export async function closeProjects(at: Context, signal?: AbortSignal): Promise<void> {
  const failures: unknown[] = [];
  const each = async <T>(rows: readonly T[], work: (row: T) => Promise<unknown>) => {
    for (const row of rows) {
      if (signal?.aborted) return;
      await work(row).catch((error: unknown) => failures.push(error));
    }
  };
  await each(await projectsOver(at), ({ county, id }) => decide(at, county, id));
  await each(await promisesHolding(at.db), ({ county, id }) => settleOrReturn(at, county, id, signal));
  await each(await projectsUntold(at), ({ county, id }) => transact(at.db, (tx) => tellFunded(tx, at, county, id)));
  await each(await projectsDelivered(at), ({ county, id }) => transact(at.db, (tx) => deliver(tx, at, county, id)));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} steps of projects failed`);
}

const projectsOver = (at: Context) =>
  at.db
    .selectFrom('presale.project')
    .select(['county', 'id'])
    .where('state', '=', 'open')
    .where('ends_on', '<', dayOf(at.clock.now()))
    .orderBy('county')
    .orderBy('id')
    .execute();

/**
 * A project's last day is over: who has not paid by now is too late, and what was paid decides. As long as a payment is
 * being applied the decision waits for the next round.
 */
async function decide(at: Context, county: County, id: string): Promise<void> {
  await closeUnpaid(at, { county, promise: id, reason: '众筹已经结束' });
  await transact(at.db, async (tx) => {
    const row = await lockProject(tx, county, id);
    if (row.state !== 'open') return;
    const now = at.clock.now();
    const money = await endPromise(tx, now, { county, id });
    if (!money) return;
    const to = money.paidFen >= row.goal_fen ? 'funded' : 'failed';
    const fixed = { decided_at: now, raised_fen: money.paidFen, backers: money.backers };
    await moveProject(tx, row, to, { words: '', by: system.person, at: now }, fixed);
    await countPledges(tx, county, id);
  });
}

/**
 * The county cancels an open project; the money of all its pledges goes back by the job. Pressed again, it goes on where
 * it was interrupted.
 *
 * @throws Refusal `project-not-found` | `project-move-not-allowed`
 */
export async function cancelProject(
  at: Context,
  by: Actor,
  { county, id, reason }: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  const stopped = await transact(at.db, async (tx) => {
    const row = await lockProject(tx, county, id);
    if (row.state !== 'open') return false;
    await stopPromise(tx, at.clock.now(), { county, id });
    return true;
  });
  if (stopped) await closeUnpaid(at, { county, promise: id, reason: '众筹项目取消' });
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const row = await lockProject(tx, county, id);
    requireProjectMove(row, 'cancelled');
    const money = await endPromise(tx, now, { county, id });
    // Somebody's payment is being applied at this very moment.
    if (!money) throw refuse('project-busy');
    const fixed = { decided_at: now, raised_fen: money.paidFen, backers: money.backers };
    await moveProject(tx, row, 'cancelled', { words: reason, by: by.person, at: now }, fixed);
    await countPledges(tx, county, id);
    return null;
  });
  return projectFile(at, by, county, id);
}

/** Posts every pledge of a funded project, or pays back every pledge of one that was not, one in one transaction. */
async function settleOrReturn(at: Context, county: County, id: string, signal?: AbortSignal): Promise<void> {
  const project = await projectById(at.db, county, id);
  if (!project) throw new Error(`county ${county}: orders are a promise for ${id}, which is no project`);
  const failures: unknown[] = [];
  for (const order of await heldFor(at, county, id)) {
    if (signal?.aborted) return;
    const done = transact(at.db, (tx) =>
      project.state === 'funded' ? post(tx, at, order, project) : giveBack(tx, at, order, project),
    );
    await done.catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} pledges of ${project.number} failed`);
}

async function post(tx: Tx, at: Context, order: string, { county, number }: ProjectFields): Promise<void> {
  // Before its order, as everybody does who locks both.
  await lockPledge(tx, county, order);
  const reason = `众筹 ${number} 成功`;
  if (!(await settlePromised(tx, at.clock.now(), { county, order, reason }))) return;
  await tx
    .updateTable('presale.pledge')
    .set({ delivery: 'owed' })
    .where('county', '=', county)
    .where('id', '=', order)
    .execute();
}

async function giveBack(tx: Tx, at: Context, order: string, { county, number, state }: ProjectFields): Promise<void> {
  if (state !== 'failed' && state !== 'cancelled') return;
  const reason = state === 'failed' ? `众筹 ${number} 未达目标，原路退回` : `众筹 ${number} 取消，原路退回`;
  await returnPromised(tx, at.clock.now(), system, { county, order, reason });
}

const projectsUntold = (at: Context) =>
  at.db
    .selectFrom('presale.project')
    .select(['county', 'id'])
    .where('state', '=', 'funded')
    .where('told_at', 'is', null)
    .orderBy('county')
    .orderBy('id')
    .execute();

/** Once every pledge is posted, the floor above hears what the households have of all of them together. */
async function tellFunded(tx: Tx, at: Context, county: County, id: string): Promise<void> {
  const row = await lockProject(tx, county, id);
  if (row.told_at !== null || row.decided_at === null || (await holdsMoney(tx, county, id))) return;
  const { householdFen } = await postedFor(tx, county, id);
  await tx
    .updateTable('presale.project')
    .set({ told_at: at.clock.now() })
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
  const event: ProjectFunded = {
    type: 'presale.project-funded',
    county,
    payload: { project: id, org: row.org, householdFen, at: row.decided_at.toISOString() },
  };
  await tell(tx, event);
}

const holdsMoney = async (tx: Tx, county: County, id: string): Promise<boolean> =>
  (await promisesHolding(tx)).some((one) => one.county === county && one.id === id);

/** Funded projects of which nothing is owed any more. Thanks alone have arrived when they are said. */
const projectsDelivered = (at: Context) =>
  at.db
    .selectFrom('presale.project as j')
    .select(['j.county', 'j.id'])
    .where('j.state', '=', 'funded')
    .where('j.told_at', 'is not', null)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('presale.pledge as p')
            .select('p.id')
            .whereRef('p.county', '=', 'j.county')
            .whereRef('p.project', '=', 'j.id')
            .where((of) =>
              of.or([
                of('p.delivery', 'in', ['owed', 'packed']),
                of.and([of('p.delivery', '=', 'sent'), of('p.thanks', 'is', null)]),
              ]),
            ),
        ),
      ),
    )
    .orderBy('j.county')
    .orderBy('j.id')
    .execute();

async function deliver(tx: Tx, at: Context, county: County, id: string): Promise<void> {
  const row = await lockProject(tx, county, id);
  if (row.state !== 'funded') return;
  await moveProject(tx, row, 'delivered', { words: '', by: system.person, at: at.clock.now() });
}
