import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { BenefitAgreement } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import type { AgreementKind, Terms } from './agreement-kinds.ts';
import { type AgreementState, agreementMoves } from './agreement-states.ts';

export type AgreementRow = Selectable<BenefitAgreement>;

/** What one version says. */
export interface Agreed {
  terms: Terms;
  /** YYYY-MM-DD */
  startsOn: string;
  endsOn: string;
  words: string;
}

/** One agreement, locked: whoever changes, signs, disputes or ends it comes one after the other. */
export async function lockAgreement(tx: Tx, county: County, id: string): Promise<AgreementRow> {
  const row = await tx
    .selectFrom('benefit.agreement')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw refuse('agreement-not-found');
  return row;
}

/** @throws Refusal `agreement-over` */
export function requireAlive(row: AgreementRow): void {
  if (row.over_at) throw refuse('agreement-over', { state: agreementMoves.states[row.state].zh });
}

export async function insertVersion(
  tx: Tx,
  of: { county: County; agreement: string; version: number },
  agreed: Agreed,
  said: { by: string; at: Date },
): Promise<void> {
  await tx
    .insertInto('benefit.agreement_version')
    .values({
      ...of,
      terms: JSON.stringify(agreed.terms),
      ...{ starts_on: agreed.startsOn, ends_on: agreed.endsOn, words: agreed.words.trim() },
      ...{ by_person: said.by, at: said.at },
    })
    .execute();
}

/** Moves an agreement along the graph of agreement-states.ts and writes down why; who calls has looked whether it may. */
export async function moveAgreement(
  tx: Tx,
  row: AgreementRow,
  to: AgreementState,
  said: { words: string; by: string; at: Date },
): Promise<void> {
  agreementMoves.require(row.state, to);
  const over = agreementMoves.from(to).length === 0;
  await tx
    .updateTable('benefit.agreement')
    .set({ state: to, ...(over && { over_at: said.at }) })
    .where('county', '=', row.county)
    .where('id', '=', row.id)
    .execute();
  await insertMove(tx, row, row.state, to, said);
}

export async function insertMove(
  tx: Tx,
  of: { county: County; id: string },
  from: AgreementState | null,
  to: AgreementState,
  said: { words: string; by: string; at: Date },
): Promise<void> {
  await tx
    .insertInto('benefit.agreement_move')
    .values({
      ...{ county: of.county, id: newId(), agreement: of.id, from_state: from, to_state: to },
      ...{ words: said.words.trim(), by_person: said.by, at: said.at },
    })
    .execute();
}

/**
 * The number of a living agreement of the same kind and organisation whose newest version overlaps in time with one of
 * the same parties; of the industry, for the same crop and grade. Two of those and nobody could say what a fact posts under.
 */
export async function overlapping(
  tx: Db,
  county: County,
  org: string,
  { terms, startsOn, endsOn }: Agreed,
  parties: readonly { village: string; household: string | null }[],
): Promise<string | undefined> {
  const same =
    terms.kind === 'industry'
      ? { crop: terms.crop, grade: terms.grade }
      : terms.kind === 'crowdfunding'
        ? { project: terms.project }
        : {};
  const { rows } = await sql<{ number: string }>`
    select a.number
      from benefit.agreement a
      join benefit.agreement_version v on v.county = a.county and v.agreement = a.id and v.version = a.latest
     where a.county = ${county} and a.org = ${org} and a.kind = ${terms.kind} and a.over_at is null
       and v.starts_on <= ${endsOn} and v.ends_on >= ${startsOn} and v.terms @> ${JSON.stringify(same)}::jsonb
       and exists (
         select from benefit.agreement_party p
          where p.county = a.county and p.agreement = a.id
            and (p.household = any(${parties.flatMap((p) => p.household ?? [])}::uuid[])
              or p.household is null and p.village = any(${parties.filter((p) => !p.household).map((p) => p.village)}::text[])))
     order by a.number limit 1`.execute(tx);
  return rows[0]?.number;
}

/** What a caller may see of a county's agreements: those of a region, those of his own organisations, or both. */
export interface AgreementReach {
  /** sees those with a party in the transaction's scope */
  region: boolean;
  orgs: readonly string[];
}

/** A page of agreements, living ones first, then the newest. */
export async function listAgreements(
  tx: Db,
  county: County,
  reach: AgreementReach,
  filter: {
    kind?: AgreementKind;
    state?: AgreementState;
    org?: string;
    q?: string;
    /** one that they bind, by its files or through its village */
    party?: { files: readonly string[]; village: string };
    page: number;
    size: number;
  },
): Promise<{ rows: AgreementRow[]; total: number }> {
  const { kind, state, org, q, party } = filter;
  const like = q?.trim() && `%${q.trim().replace(/[\\%_]/g, '\\$&')}%`;
  const where = sql.join(
    [
      sql`a.county = ${county}`,
      within(reach),
      ...(kind ? [sql`a.kind = ${kind}`] : []),
      ...(state ? [sql`a.state = ${state}`] : []),
      ...(org ? [sql`a.org = ${org}`] : []),
      ...(like ? [sql`a.number ilike ${like}`] : []),
      ...(party ? [binds(party)] : []),
    ],
    sql` and `,
  );
  const from = sql`benefit.agreement a`;
  const counted = await sql<{ total: number }>`select count(*) as total from ${from} where ${where}`.execute(tx);
  const { rows } = await sql<AgreementRow>`
    select a.* from ${from} where ${where}
     order by a.over_at is not null, a.at desc, a.id limit ${filter.size} offset ${(filter.page - 1) * filter.size}`.execute(
    tx,
  );
  return { rows, total: counted.rows[0]?.total ?? 0 };
}

const binds = ({ files, village }: { files: readonly string[]; village: string }) => sql`exists (
  select from benefit.agreement_party p
   where p.county = a.county and p.agreement = a.id
     and (p.household = any(${files as string[]}::uuid[]) or p.household is null and p.village = ${village}))`;

export const within = ({ region, orgs }: AgreementReach) => sql`(
  a.org = any(${orgs as string[]}::uuid[]) or ${region} and exists (
    select from benefit.agreement_party p where p.county = a.county and p.agreement = a.id))`;

export async function agreementWithin(
  tx: Db,
  county: County,
  reach: AgreementReach,
  id: string,
): Promise<AgreementRow | undefined> {
  const { rows } = await sql<AgreementRow>`
    select a.* from benefit.agreement a where a.county = ${county} and a.id = ${id} and ${within(reach)}`.execute(tx);
  return rows[0];
}

/** Agreements that bind some households: by their own files, or through their village. */
export async function agreementsOfHousehold(
  tx: Db,
  county: County,
  files: readonly string[],
  village: string,
): Promise<AgreementRow[]> {
  const { rows } = await sql<AgreementRow>`
    select a.* from benefit.agreement a
     where a.county = ${county} and ${binds({ files, village })}
     order by a.over_at is not null, a.at desc, a.id limit 200`.execute(tx);
  return rows;
}

/**
 * Whether a side of these parties and the organisation have signed one and the same version.
 *
 * @param parties all of the agreement when left out
 */
export async function isBinding(tx: Db, row: AgreementRow, parties?: readonly string[]): Promise<boolean> {
  const { rows } = await sql<{ one: number }>`
    select 1 as one from benefit.agreement_signature o
      join benefit.agreement_signature p
        on p.county = o.county and p.agreement = o.agreement and p.version = o.version and p.party is not null
     where o.county = ${row.county} and o.agreement = ${row.id} and o.party is null
       and (${parties === undefined} or p.party = any(${(parties ?? []) as string[]}::uuid[]))
     limit 1`.execute(tx);
  return rows.length > 0;
}

/**
 * The code of a household that has an open dispute of the agreement it is to be paid under; of a village's part, any
 * household of that village.
 *
 * @param of rows of county, agreement, household (null: the village's) and village
 * @param tx with the county's scope
 */
export async function disputedAmong(tx: Tx, of: RawBuilder<unknown>): Promise<string | undefined> {
  const { rows } = await sql<{ code: string }>`
    select h.code
      from (${of}) l
      join benefit.agreement_dispute d on d.county = l.county and d.agreement = l.agreement and d.state = 'open'
      left join registry.household_pointer m on m.county = d.county and m.household = d.household
      join registry.household_facts h on h.county = d.county and h.household = coalesce(m.into_household, d.household)
     where case when l.household is null then h.village = l.village else h.household = l.household end
     order by h.code limit 1`.execute(tx);
  return rows[0]?.code;
}

/**
 * As a lateral: the newest version of agreement `a` that its organisation and party `p` had both signed at an instant.
 */
export const versionBinding = (at: Date): RawBuilder<unknown> => sql`(
  select v.* from benefit.agreement_version v
    join benefit.agreement_signature ours
      on ours.county = v.county and ours.agreement = v.agreement and ours.version = v.version
     and ours.party is null and ours.at <= ${at}
    join benefit.agreement_signature theirs
      on theirs.county = v.county and theirs.agreement = v.agreement and theirs.version = v.version
     and theirs.party = p.id and theirs.at <= ${at}
   where v.county = a.county and v.agreement = a.id
   order by v.version desc limit 1)`;
