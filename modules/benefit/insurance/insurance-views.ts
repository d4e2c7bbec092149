import { sql } from 'kysely';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { readPaper } from '#platform/papers.ts';
import { organisationsById, personNames } from '#registry';
import { organisationsSeen } from '../organisations-seen.ts';
import { refuse } from '../refuse.ts';

interface Claim {
  org: string;
  claimedFen: Fen;
  notes: number;
  households: number;
  paidFen: Fen;
  openFen: Fen;
  since: Date | null;
}

/**
 * What insurers owe organisations for floor prices, and paid of it; payments settle the oldest notes first.
 *
 * @param tx with the county's scope
 * @param orgs all when undefined
 */
export async function claimsOf(tx: Tx, county: County, orgs?: readonly string[]): Promise<Claim[]> {
  const { rows } = await sql<Claim>`
    with covered as (
      select a.org, c.household, c.fen, c.at, c.reverses,
             sum(c.fen) over (partition by a.org order by c.at, c.purchase) as upto
        from benefit.floor_cover c
        join benefit.agreement a on a.county = c.county and a.id = c.agreement
       where c.county = ${county} and c.bearer = 'insurance' and c.fen <> 0
         and (${orgs === undefined} or a.org = any(${(orgs ?? []) as string[]}::uuid[]))),
    paid as (
      select org, sum(fen)::bigint as fen from benefit.insurance_payment where county = ${county} group by org)
    select c.org, sum(c.fen)::bigint as "claimedFen", count(*) filter (where c.reverses is null)::int as notes,
           count(distinct c.household)::int as households, coalesce(max(p.fen), 0)::bigint as "paidFen",
           (sum(c.fen) - coalesce(max(p.fen), 0))::bigint as "openFen",
           min(c.at) filter (where c.fen > 0 and c.upto > coalesce(p.fen, 0)) as since
      from covered c
      left join paid p on p.org = c.org
     group by c.org
     order by "openFen" desc, c.org`.execute(tx);
  return rows.map((row) => (row.openFen > 0 ? row : { ...row, since: null }));
}

/** The county's claims on insurers and their payments: all of them, or those of who asks' own organisations. */
export async function insuranceClaims(at: Context, by: Actor, county: County) {
  const seen = organisationsSeen(by, county);
  const wholeCounty = membershipsIn(by, county, ['operator']).length > 0;
  const own = membershipsIn(by, county).map((one) => one.org);
  return scoped(at.db, String(county), async (tx) => {
    const claims = await claimsOf(tx, county, seen ?? undefined);
    const { rows: payments } = await sql<{
      id: string;
      number: string;
      org: string;
      insurer: string;
      reference: string;
      day: string;
      fen: Fen;
      words: string;
      byPerson: string;
      at: Date;
      takenBack: string | null;
    }>`
      select p.id, p.number, p.org, p.insurer, p.reference, p.day, p.fen, p.words, p.by_person as "byPerson", p.at,
             r.words as "takenBack"
        from benefit.insurance_payment p
        left join benefit.insurance_payment r on r.county = p.county and r.reverses = p.id
       where p.county = ${county} and p.reverses is null
         and (${!seen} or p.org = any(${(seen ?? []) as string[]}::uuid[]))
       order by p.day desc, p.id desc limit 200`.execute(tx);
    const orgs = await organisationsById(
      tx,
      county,
      [...claims, ...payments].map((row) => row.org),
    );
    const people = await personNames(
      tx,
      payments.map((row) => row.byPerson),
    );
    const orgName = (org: string) => orgs.get(org)?.name ?? '';
    return {
      claims: claims.map((row) => ({ ...row, orgName: orgName(row.org), ours: wholeCounty || own.includes(row.org) })),
      payments: payments.map(({ byPerson, ...row }) => ({
        ...row,
        orgName: orgName(row.org),
        byName: people.get(byPerson) ?? '',
      })),
    };
  });
}

/** The paper of a payment, for those who may see it. @throws Refusal `insurance-payment-not-found` */
export async function insurancePaper(at: Context, by: Actor, county: County, id: string) {
  const seen = organisationsSeen(by, county);
  const row = await at.db
    .selectFrom('benefit.insurance_payment')
    .select(['org', 'file'])
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
  const paper = row && (!seen || seen.includes(row.org)) ? await readPaper(at.files, row.file) : null;
  if (!paper) throw refuse('insurance-payment-not-found');
  return paper;
}
