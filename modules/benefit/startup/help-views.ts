import { sql } from 'kysely';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { householdBrief, householdFiles, organisationsById, personNames } from '#registry';
import type { helpGiven } from '../agreements/agreement-kinds.ts';
import { reachOf } from '../agreements/agreement-views.ts';
import { within } from '../agreements/agreements.queries.ts';

interface Row {
  id: string;
  number: string;
  agreement: string;
  agreementNumber: string;
  org: string;
  household: string;
  help: (typeof helpGiven)[number];
  worthFen: Fen;
  day: string;
  words: string;
  paper: string | null;
  byPerson: string;
  at: Date;
  takenBack: string | null;
}

/**
 * Help to start up as it was written down, the newest first, of one agreement, of one household, or of all that somebody
 * may see; and what the part of it that stands was worth, in fen.
 */
export async function helpPage(
  at: Context,
  by: Actor,
  input: { county: County; agreement?: string; household?: string; page?: number; size?: number },
) {
  const { county, agreement, household, page = 1, size = 20 } = input;
  const { scope, ...reach } = reachOf(by, county);
  return scoped(at.db, scope, async (tx) => {
    const files = household === undefined ? undefined : await householdFiles(tx, county, household);
    const from = sql`
      from benefit.help g
      join benefit.agreement a on a.county = g.county and a.id = g.agreement
      left join benefit.help r on r.county = g.county and r.reverses = g.id
     where g.county = ${county} and g.reverses is null and ${within(reach)}
       and (${agreement === undefined} or g.agreement = ${agreement ?? null}::uuid)
       and (${files === undefined} or g.household = any(${files ?? []}::uuid[]))`;
    const { rows } = await sql<Row>`
      select g.id, g.number, g.agreement, a.number as "agreementNumber", a.org, g.household, g.help,
             g.worth_fen as "worthFen", g.day, g.words, g.paper, g.by_person as "byPerson", g.at,
             r.words as "takenBack"
      ${from} order by g.day desc, g.id desc limit ${size} offset ${(page - 1) * size}`.execute(tx);
    const sums = await sql<{ total: number; worthFen: Fen }>`
      select count(*)::int as total, coalesce(sum(g.worth_fen) filter (where r.id is null), 0)::bigint as "worthFen"
      ${from}`.execute(tx);
    const heads = await householdBrief(
      tx,
      at.sealer,
      county,
      rows.map((row) => row.household),
    );
    const orgs = await organisationsById(
      tx,
      county,
      rows.map((row) => row.org),
    );
    const people = await personNames(
      tx,
      rows.map((row) => row.byPerson),
    );
    const countyWide = membershipsIn(by, county, ['operator']).length > 0;
    const own = new Set(membershipsIn(by, county).map((one) => one.org));
    return {
      rows: rows.map(({ byPerson, ...row }) => ({
        ...row,
        orgName: orgs.get(row.org)?.name ?? '',
        householdCode: heads.get(row.household)?.code ?? '',
        headMasked: heads.get(row.household)?.headMasked ?? '',
        byName: people.get(byPerson) ?? '',
        ours: countyWide || own.has(row.org),
      })),
      ...(sums.rows[0] as { total: number; worthFen: Fen }),
      ...{ page, size },
    };
  });
}
