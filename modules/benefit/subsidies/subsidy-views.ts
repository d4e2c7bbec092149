import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { readPaper } from '#platform/papers.ts';
import { householdBrief, organisationsById, personNames, regionNames } from '#registry';
import { refuse } from '../refuse.ts';
import { linesOfSubsidy, type SubsidyRow } from './subsidies.queries.ts';
import type { SubsidyState } from './subsidy-states.ts';

type Counted = SubsidyRow & { households: number; takenBackFen: Fen };

const counted = sql`
  select s.*, l.households, l."takenBackFen"
    from benefit.subsidy s
   cross join lateral (
     select count(*) filter (where reverses is null)::int as households,
            coalesce(-sum(fen) filter (where reverses is not null), 0)::bigint as "takenBackFen"
       from benefit.subsidy_line where county = s.county and subsidy = s.id) l`;

const head = (row: Counted, orgName = '', byName = '') => ({
  ...{ county: row.county, id: row.id, number: row.number, orgName, programme: row.programme, byName },
  ...{ document: row.document, mechanism: row.mechanism, day: row.day, state: row.state, at: row.at },
  ...{ fen: row.fen, households: row.households, takenBackFen: row.takenBackFen },
});

/** A page of a county's lists: what waits for approval first, then the newest. */
export async function subsidyPage(
  at: Context,
  county: County,
  { state, q, page = 1, size = 20 }: { state?: SubsidyState; q?: string; page?: number; size?: number },
) {
  const like = q?.trim() ? `%${q.trim().replace(/[\\%_]/g, '\\$&')}%` : null;
  const where = sql`s.county = ${county} and (${state ?? null}::text is null or s.state = ${state ?? null})
    and (${like}::text is null or s.programme ilike ${like} or s.document ilike ${like} or s.number ilike ${like})`;
  return scoped(at.db, String(county), async (tx) => {
    const { rows } = await sql<Counted>`
      ${counted} where ${where}
       order by s.state <> 'prepared', s.at desc, s.id limit ${size} offset ${(page - 1) * size}`.execute(tx);
    const all = await sql<{ total: number }>`
      select count(*)::int as total from benefit.subsidy s where ${where}`.execute(tx);
    const orgs = await organisationsById(
      tx,
      county,
      rows.map((row) => row.org),
    );
    const people = await personNames(
      tx,
      rows.map((row) => row.by_person),
    );
    return {
      rows: rows.map((row) => head(row, orgs.get(row.org)?.name, people.get(row.by_person))),
      ...{ total: all.rows[0]?.total ?? 0, page, size },
    };
  });
}

/** One list with its households. @throws Refusal `subsidy-not-found` */
export async function subsidyView(at: Context, by: Actor, county: County, id: string) {
  return scoped(at.db, String(county), async (tx) => {
    const { rows } = await sql<Counted>`${counted} where s.county = ${county} and s.id = ${id}`.execute(tx);
    const [row] = rows;
    if (!row) throw refuse('subsidy-not-found');
    const lines = await linesOfSubsidy(tx, county, id);
    const moves = await tx
      .selectFrom('benefit.subsidy_move')
      .selectAll()
      .where('county', '=', county)
      .where('subsidy', '=', id)
      .orderBy('at')
      .orderBy('id')
      .execute();
    const people = await personNames(tx, [row.by_person, ...moves.map((move) => move.by_person)]);
    const orgs = await organisationsById(tx, county, [row.org]);
    const households = await householdBrief(
      tx,
      at.sealer,
      county,
      lines.map((line) => line.household),
    );
    const villages = await regionNames(
      tx,
      lines.map((line) => line.village),
    );
    const back = new Map(lines.flatMap((line) => (line.reverses ? [[line.reverses, line.words]] : [])));
    return {
      ...head(row, orgs.get(row.org)?.name, people.get(row.by_person)),
      mine: row.by_person === by.person,
      lines: lines
        .filter((line) => line.reverses === null)
        .map((line) => ({
          ...{ id: line.id, household: line.household, fen: line.fen, takenBack: back.get(line.id) ?? null },
          householdCode: households.get(line.household)?.code ?? '',
          headMasked: households.get(line.household)?.headMasked ?? '',
          villageName: villages.get(line.village)?.name ?? line.village,
        })),
      moves: moves.map((move) => ({
        ...{ to: move.to_state as SubsidyState, words: move.words, at: move.at },
        byName: people.get(move.by_person) ?? '',
      })),
    };
  });
}

/** The paper of a list. @throws Refusal `subsidy-not-found` */
export async function subsidyPaper(at: Context, county: County, id: string) {
  const row = await at.db
    .selectFrom('benefit.subsidy')
    .select('file')
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
  const paper = row ? await readPaper(at.files, row.file) : null;
  if (!paper) throw refuse('subsidy-not-found');
  return paper;
}
