import { sql } from 'kysely';
import { dayOf } from '#platform/clock.ts';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { AgreementKind, Terms } from './agreement-kinds.ts';
import { versionBinding } from './agreements.queries.ts';

/** An agreement that holds for a household, with the version both had signed by then. */
export interface Held<K extends AgreementKind = AgreementKind> {
  agreement: string;
  number: string;
  org: string;
  version: number;
  terms: Extract<Terms, { kind: K }>;
  /** YYYY-MM-DD */
  startsOn: string;
  endsOn: string;
}

/** Why none does; where there are several, the one that came closest. */
export const notHeld = ['no-agreement', 'wrong-period', 'agreement-over', 'household-disputed'] as const;
export type NotHeld = (typeof notHeld)[number];

/** Why nothing holds, as a refusal: an end is not called by the word of the act that ends. */
export const heldRefusals = {
  'no-agreement': 'no-agreement',
  'wrong-period': 'wrong-period',
  'agreement-over': 'agreement-ended',
  'household-disputed': 'household-disputed',
} as const satisfies Record<NotHeld, string>;

/** The agreement that speaks of a household's fact, and why it does not hold for it, if so. */
export interface Speaking<K extends AgreementKind = AgreementKind> extends Held<K> {
  why: Exclude<NotHeld, 'no-agreement'> | null;
}

export interface Asked<K extends AgreementKind> {
  kind: K;
  /** when the fact was: an agreement that was signed, ended or disputed later changes nothing */
  at: Date;
  /** the day that must lie within the term, YYYY-MM-DD; default that of `at` in China */
  day?: string;
  /** with this organisation; with any when left out */
  org?: string;
  /** this very agreement */
  agreement?: string;
  /** terms that must be among those agreed, as crop and grade of the industry */
  terms?: Partial<Extract<Terms, { kind: K }>>;
  /** agreed on by name, or with all of the shop's */
  product?: string;
  households: readonly { household: string; village: string }[];
}

/**
 * Under what a fact of each household posts: the agreement of this kind that binds it, by its own file, by one that was
 * merged into it, or through its village.
 *
 * @param tx with a scope that shows these households
 * @returns for every household asked for, what holds or why nothing does
 */
export async function agreementsHolding<K extends AgreementKind>(
  tx: Db,
  county: County,
  asked: Asked<K>,
): Promise<Map<string, Held<K> | NotHeld>> {
  const found = await agreementsSpeaking(tx, county, asked);
  return new Map(
    asked.households.map(({ household }) => {
      const { why = 'no-agreement', ...held } = found.get(household) ?? {};
      return [household, why ?? (held as Held<K>)];
    }),
  );
}

/** As `agreementsHolding`, with the agreement also where it does not hold; households of which none speaks are missing. */
export async function agreementsSpeaking<K extends AgreementKind>(
  tx: Db,
  county: County,
  asked: Asked<K>,
): Promise<Map<string, Speaking<K>>> {
  return (await eachSpeaking(tx, county, asked, [asked]))[0] as Map<string, Speaking<K>>;
}

/** The same of several questions about one instant: one statement, an answer each. */
async function eachSpeaking<K extends AgreementKind>(
  tx: Db,
  county: County,
  { kind, at, day = dayOf(at) }: Pick<Asked<K>, 'kind' | 'at' | 'day'>,
  asked: readonly Asked<K>[],
): Promise<Map<string, Speaking<K>>[]> {
  const about = asked.flatMap(({ households, ...one }, n) =>
    households.map(({ household, village }) => ({ ...one, household, village, n })),
  );
  if (about.length === 0) return asked.map(() => new Map());
  // A dispute that the county has turned down, or that was taken back, never held anything up.
  const { rows } = await sql<Held<K> & { n: number; household: string; overAt: Date | null; disputed: boolean }>`
    select h.n, h.household, a.id as agreement, a.number, a.org, a.over_at as "overAt", v.version, v.terms,
           v.starts_on as "startsOn", v.ends_on as "endsOn",
           exists (
             select from benefit.agreement_dispute d
              where d.county = a.county and d.agreement = a.id and d.household = any(f.files) and d.at <= ${at}
                and d.state in ('open', 'released')) as disputed
      from unnest(${plainArray(about.map((one) => one.n))}::int[],
                  ${plainArray(about.map((one) => one.household))}::uuid[],
                  ${textArray(about.map((one) => one.village))}::text[],
                  ${plainArray(about.map((one) => one.org ?? null))}::uuid[],
                  ${plainArray(about.map((one) => one.agreement ?? null))}::uuid[],
                  ${textArray(about.map((one) => JSON.stringify(one.terms ?? {})))}::jsonb[],
                  ${textArray(about.map((one) => one.product ?? null))}::text[])
             h (n, household, village, org, agreement, terms, product)
     cross join lateral (
       select array_append(array_agg(m.household), h.household) as files
         from registry.household_pointer m where m.county = ${county} and m.into_household = h.household) f
     cross join lateral (
       select p.agreement, p.id from unnest(f.files) file
         join benefit.agreement_party p on p.county = ${county} and p.household = file
       union all
       select p.agreement, p.id from benefit.agreement_party p
        where p.county = ${county} and p.household is null and p.village = h.village) p
     cross join lateral (
       -- from its parties: planned once for all, it read every agreement of the kind
       select a.* from benefit.agreement a
        where a.county = ${county} and a.id = p.agreement and a.kind = ${kind} offset 0) a
     cross join lateral ${versionBinding(at)} v
     where (h.org is null or a.org = h.org) and (h.agreement is null or a.id = h.agreement) and v.terms @> h.terms
       and (h.product is null or v.terms->'products' = '[]' or v.terms->'products' ? h.product)
     order by a.number`.execute(tx);
  const rank = (why: Speaking['why']) => (why ? notHeld.indexOf(why) : notHeld.length);
  const found = asked.map(() => new Map<string, Speaking<K>>());
  for (const { n, household, overAt, disputed, ...held } of rows) {
    const why = disputed
      ? 'household-disputed'
      : overAt && overAt <= at
        ? 'agreement-over'
        : day < held.startsOn || day > held.endsOn
          ? 'wrong-period'
          : null;
    const own = found[n] as Map<string, Speaking<K>>;
    const known = own.get(household);
    if (!known || rank(why) > rank(known.why)) own.set(household, { ...held, why } as Speaking<K>);
  }
  return found;
}

/** An agreement of an organisation that holds for somebody, with what it speaks of. */
export interface LiveAgreement {
  org: string;
  number: string;
  /** null: of every crop */
  crop: string | null;
  /** empty: of every product */
  products: string[];
}

/**
 * The agreements of organisations that hold on a day for at least one of their parties: signed by both in one version,
 * within its term, neither over nor disputed by all of those who signed. Asked of whole organisations where
 * agreementsHolding asks of households.
 *
 * @param tx with a scope that shows all of the county's parties
 */
export async function liveAgreements(
  tx: Db,
  county: County,
  orgs: readonly string[],
  day: string,
): Promise<LiveAgreement[]> {
  const { rows } = await sql<LiveAgreement>`
    select a.org, a.number, v.terms->>'crop' as crop,
           array(select jsonb_array_elements_text(coalesce(v.terms->'products', '[]'))) as products
      from benefit.agreement a
     cross join lateral (
       select v.* from benefit.agreement_version v
         join benefit.agreement_signature ours
           on ours.county = v.county and ours.agreement = v.agreement and ours.version = v.version and ours.party is null
        where v.county = a.county and v.agreement = a.id and exists (
          select from benefit.agreement_signature theirs
            join benefit.agreement_party p
              on p.county = theirs.county and p.agreement = theirs.agreement and p.id = theirs.party
           where theirs.county = v.county and theirs.agreement = v.agreement and theirs.version = v.version
             and (p.household is null or not exists (
               select from benefit.agreement_dispute d
                where d.county = p.county and d.agreement = p.agreement and d.household = p.household
                  and d.state in ('open', 'released'))))
        order by v.version desc limit 1) v
     where a.county = ${county} and a.org = any(${plainArray(orgs)}::uuid[]) and a.state in ('in_force', 'disputed')
       and ${day}::date between v.starts_on and v.ends_on
     order by a.number`.execute(tx);
  return rows;
}

/**
 * As `agreementsSpeaking`, for what posts: their disputes stay as they are until the end of the transaction. Whoever
 * settles one waits for us and then finds what we left out, or was before us and we see it.
 */
export async function agreementsToPost<K extends AgreementKind>(
  tx: Tx,
  county: County,
  asked: Asked<K>,
): Promise<Map<string, Speaking<K>>> {
  return (await eachToPost(tx, county, asked, [asked]))[0] as Map<string, Speaking<K>>;
}

/** The same of several questions about one instant, an answer each. */
export async function eachToPost<K extends AgreementKind>(
  tx: Tx,
  county: County,
  about: Pick<Asked<K>, 'kind' | 'at' | 'day'>,
  asked: readonly Asked<K>[],
): Promise<Map<string, Speaking<K>>[]> {
  const seen = await eachSpeaking(tx, county, about, asked);
  const ids = [...new Set(seen.flatMap((one) => [...one.values()]).map((one) => one.agreement))];
  if (ids.length === 0) return seen;
  await sql`
    select 1 from benefit.agreement where county = ${county} and id = any(${ids}::uuid[]) order by id for share`.execute(
    tx,
  );
  return eachSpeaking(tx, county, about, asked);
}
