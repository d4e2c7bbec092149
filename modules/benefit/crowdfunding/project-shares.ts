import { sql } from 'kysely';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type Fen, splitByWeight } from '#platform/money.ts';
import type { Subscriber } from '#platform/outbox.ts';
import { sharersOf } from '#presale';
import type { ProjectFunded } from '#presale/events';
import { agreementsToPost, type Speaking } from '../agreements/holding.ts';
import { asOf, type Posting, postEntries } from '../entries/post-entries.ts';
import { leaveOut, strikeLeftOut } from '../left-out/left-out.queries.ts';
import type { WhyLeftOut } from '../left-out/left-out-kinds.ts';

/** What a household has of a funded project. */
interface ProjectShare {
  household: string;
  village: string;
  org: string;
  bp: number;
  fen: Fen;
  at: Date;
}

/** A project was funded: what each of its households has of it is written down, and posts as far as it may. */
export const projectFunded = (at: Context): Subscriber<ProjectFunded> => ({
  name: 'benefit.project-funded',
  type: 'presale.project-funded',
  async apply(tx, { county, payload }) {
    await withScope(tx, String(county));
    const { project, org, householdFen } = payload;
    const sharers = await sharersOf(tx, county, [project]);
    const parts = splitByWeight(
      householdFen,
      sharers.map((one) => one.bp),
    );
    await tx
      .insertInto('benefit.project_share')
      .values(
        sharers.map(({ household, village, bp }, i) => ({
          ...{ county, project, household, village, org, bp, fen: parts[i] as Fen, at: new Date(payload.at) },
        })),
      )
      .execute();
    await postProjectShares(tx, county, project, at.clock.now());
  },
});

/**
 * Posts what households have of a funded project and have not had yet: each under the agreement with the organiser that
 * both have signed, whenever that was, whose term holds the day the project was funded, and never more than it says. The
 * others wait; their money lies on the county's account until then, and posts once.
 *
 * @param tx with the county's scope
 * @param households only these; all when left out
 */
export async function postProjectShares(
  tx: Tx,
  county: County,
  project: string,
  now: Date,
  households?: readonly string[],
): Promise<void> {
  const due = await lockUnposted(tx, county, project, households);
  const [first] = due;
  if (!first) return;
  const speaking = await agreementsToPost(tx, county, {
    ...{ kind: 'crowdfunding', at: now, day: dayOf(first.at), org: first.org, terms: { project }, households: due },
  });
  const postings: Posting[] = [];
  for (const share of due) {
    const { household, village, fen, at } = share;
    const under = speaking.get(household);
    // Nobody signed anything with it: it waits, and no agreement says why.
    if (!under) continue;
    const fact = { evidenceKind: 'project' as const, evidence: project, household };
    const { agreement } = under;
    const why = whyNot(under, share);
    if (why) {
      await leaveOut(tx, county, [{ ...fact, village, agreement, why, at }]);
      continue;
    }
    await strikeLeftOut(tx, county, fact);
    postings.push({
      ...{ ...fact, village, fen, org: share.org, crop: null, agreement },
      ...{
        from: { kind: 'shop_share', owner: 'county' },
        reason: 'project-share',
        fact: { kind: 'project', id: project },
      },
    });
  }
  await postEntries(tx, county, asOf(now), postings);
}

function whyNot(under: Speaking<'crowdfunding'>, { bp }: ProjectShare): WhyLeftOut | null {
  return under.why ?? (bp > under.terms.bp ? 'over-share' : null);
}

/** Locked first and looked at afterwards: whoever waited here sees what the one before has posted. */
async function lockUnposted(
  tx: Tx,
  county: County,
  project: string,
  households?: readonly string[],
): Promise<ProjectShare[]> {
  await sql`
    select 1 from benefit.project_share where county = ${county} and project = ${project}
     order by household for update`.execute(tx);
  const { rows } = await sql<ProjectShare>`
    select s.household, s.village, s.org, s.bp, s.fen, s.at
      from benefit.project_share s
     where s.county = ${county} and s.project = ${project} and s.fen > 0
       and (${households === undefined} or s.household = any(${(households ?? []) as string[]}::uuid[]))
       and not exists (
         select from benefit.entry e
          where e.county = s.county and e.evidence_kind = 'project' and e.evidence = s.project and e.household = s.household)
     order by s.household`.execute(tx);
  return rows;
}

/**
 * Posts what waits of all funded projects and may post by now: an agreement was signed, or a dispute about it has ended.
 * One project in one transaction.
 *
 * @throws AggregateError after all were tried, when one could not be posted
 */
export async function postWaitingShares(at: Context, signal?: AbortSignal): Promise<void> {
  const { rows } = await scoped(at.db, 'all', (tx) =>
    sql<{ county: County; project: string }>`
      select distinct s.county, s.project
        from benefit.project_share s
       where s.fen > 0 and not exists (
         select from benefit.entry e
          where e.county = s.county and e.evidence_kind = 'project' and e.evidence = s.project and e.household = s.household)
       order by s.county, s.project`.execute(tx),
  );
  const failures: unknown[] = [];
  for (const { county, project } of rows) {
    if (signal?.aborted) break;
    await scoped(at.db, String(county), (tx) => postProjectShares(tx, county, project, at.clock.now())).catch(
      (error: unknown) => failures.push(error),
    );
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} projects could not be posted`);
}
