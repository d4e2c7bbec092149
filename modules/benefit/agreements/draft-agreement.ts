import { sql } from 'kysely';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import {
  cropsByCode,
  householdBrief,
  householdNow,
  organisationsById,
  requireCounty,
  requireHonest,
  villageInCounty,
} from '#registry';
import { refuse } from '../refuse.ts';
import { agreementMakers } from './agreement-kinds.ts';
import { agreementView } from './agreement-views.ts';
import {
  type Agreed,
  insertMove,
  insertVersion,
  lockAgreement,
  overlapping,
  requireAlive,
} from './agreements.queries.ts';

/** Whether a person is of an organisation, in whichever role. */
export const isOf = (by: Actor, county: County, org: string): boolean =>
  membershipsIn(by, county).some((m) => m.org === org);

/** Whoever writes or ends an agreement is of its organisation, or of the county. @throws Refusal `not-allowed` */
export function requireMaker(by: Actor, county: County, org: string): void {
  if (!isOf(by, county, org) && membershipsIn(by, county, ['operator']).length === 0)
    throw refusePlatform('not-allowed');
}

/**
 * Writes down what an organisation and households, or whole villages, are about to agree; nothing binds anybody before both
 * sides have signed.
 *
 * @param input.households with each of them, or with all of the households of `villages`; one of the two
 * @throws Refusal `not-allowed` | `organisation-not-found` | `operator-dishonest` | `maker-unfit` | `parties-unclear` | `household-not-found` |
 *   `region-code-broken` | `village-outside-county` | `term-backwards` | `term-over` | `crop-unknown` |
 *   `product-elsewhere` | `project-elsewhere` | `business-unfit` | `business-of-one` | `business-taken` |
 *   `agreement-exists`
 */
export async function draftAgreement(
  at: Context,
  by: Actor,
  input: Agreed & { county: County; org: string; households: readonly string[]; villages: readonly string[] },
  key: OnceKey | null,
) {
  const { county, org, terms } = input;
  const { kind } = terms;
  const id = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await requireCounty(tx, county);
    requireMaker(by, county, org);
    await withScope(tx, String(county));
    const maker = (await organisationsById(tx, county, [org])).get(org);
    if (maker?.state !== 'active') throw refuse('organisation-not-found');
    await requireHonest(tx, county, org, now);
    if (!agreementMakers[kind].includes(maker.kind)) throw refuse('maker-unfit', { org: maker.name });
    const parties = await partiesOf(tx, at, county, input);
    await requireAgreeable(tx, county, org, input, parties, now);
    // Given before the look at the others: of two drafts at once the second waits here and then sees the first.
    const number = `XY${dayOf(now).slice(0, 4)}${String(await nextNumber(tx, county, 'agreement')).padStart(5, '0')}`;
    const other = await overlapping(tx, county, org, input, parties);
    if (other) throw refuse('agreement-exists', { number: other });

    const id = newId();
    await tx
      .insertInto('benefit.agreement')
      .values({
        ...{ county, id, number, kind, org, state: 'draft', latest: 1 },
        ...{ by_person: by.person, at: now, over_at: null },
      })
      .execute();
    await tx
      .insertInto('benefit.agreement_party')
      .values(parties.map((party) => ({ county, agreement: id, id: newId(), ...party })))
      .execute();
    await insertVersion(tx, { county, agreement: id, version: 1 }, input, { by: by.person, at: now });
    await insertMove(tx, { county, id }, null, 'draft', { words: input.words, by: by.person, at: now });
    return id;
  });
  return agreementView(at, by, county, id);
}

/**
 * Changes what is agreed: a new version. What both sides signed before holds until they have signed this one.
 *
 * @param input.version the newest one as its writer read it
 * @throws Refusal `agreement-not-found` | `not-allowed` | `agreement-over` | `version-old` | `kind-changed` |
 *   `term-backwards` | `term-over` | `crop-unknown` | `product-elsewhere` | `project-elsewhere` | `business-unfit` |
 *   `business-of-one` |
 *   `business-taken`
 */
export async function changeAgreement(
  at: Context,
  by: Actor,
  input: Agreed & { county: County; id: string; version: number },
  key: OnceKey | null,
) {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const row = await lockAgreement(tx, county, id);
    requireMaker(by, county, row.org);
    requireAlive(row);
    if (input.version !== row.latest) throw refuse('version-old', { latest: row.latest });
    if (input.terms.kind !== row.kind) throw refuse('kind-changed');
    await withScope(tx, String(county));
    const parties = await tx
      .selectFrom('benefit.agreement_party')
      .select(['village', 'household'])
      .where('county', '=', county)
      .where('agreement', '=', id)
      .execute();
    await requireAgreeable(tx, county, row.org, input, parties, now);
    const version = row.latest + 1;
    await insertVersion(tx, { county, agreement: id, version }, input, { by: by.person, at: now });
    await tx
      .updateTable('benefit.agreement')
      .set({ latest: version })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    return id;
  });
  return agreementView(at, by, county, id);
}

/** The households as they stand now, or the villages. */
async function partiesOf(
  tx: Tx,
  at: Context,
  county: County,
  { households, villages }: { households: readonly string[]; villages: readonly string[] },
): Promise<{ village: string; household: string | null }[]> {
  if ((households.length === 0) === (villages.length === 0)) throw refuse('parties-unclear');
  for (const village of villages) await villageInCounty(tx, county, village);
  const now = await Promise.all(households.map((id) => householdNow(tx, county, id)));
  const ids = [...new Set(now.flatMap((one) => (one?.state === 'active' ? one.id : [])))];
  const found = await householdBrief(tx, at.sealer, county, ids);
  if (now.some((one) => one?.state !== 'active') || found.size !== ids.length) throw refuse('household-not-found');
  return [
    ...villages.map((village) => ({ village, household: null })),
    ...[...found.values()].map((one) => ({ village: one.village, household: one.id })),
  ];
}

async function requireAgreeable(
  tx: Tx,
  county: County,
  org: string,
  { terms, startsOn, endsOn }: Agreed,
  parties: readonly { household: string | null }[],
  now: Date,
): Promise<void> {
  if (endsOn < startsOn) throw refuse('term-backwards');
  if (endsOn < dayOf(now)) throw refuse('term-over');
  if (terms.kind === 'industry' && !(await cropsByCode(tx)).has(terms.crop)) throw refuse('crop-unknown');
  if (terms.kind === 'shop' && terms.products.length > 0) {
    const own = await tx
      .selectFrom('catalog.product_facts')
      .select('product')
      .where('county', '=', county)
      .where('org', '=', org)
      .where('product', 'in', terms.products)
      .execute();
    if (own.length !== terms.products.length) throw refuse('product-elsewhere');
  }
  if (terms.kind === 'crowdfunding') {
    const project = await tx
      .selectFrom('presale.project_facts')
      .select('state')
      .where('county', '=', county)
      .where('project', '=', terms.project)
      .where('org', '=', org)
      .where('state', 'not in', ['withdrawn', 'failed', 'cancelled'])
      .executeTakeFirst();
    if (!project) throw refuse('project-elsewhere');
  }
  if (terms.kind === 'startup' && terms.business) await requireOwnBusiness(tx, county, org, terms.business, parties);
}

/** A household's own shop is a merchant of the county, one household's, and not whoever helps. */
async function requireOwnBusiness(
  tx: Tx,
  county: County,
  org: string,
  business: string,
  parties: readonly { household: string | null }[],
): Promise<void> {
  const found = (await organisationsById(tx, county, [business])).get(business);
  if (found?.state !== 'active' || found.kind !== 'merchant' || business === org) throw refuse('business-unfit');
  const [household, ...others] = parties.map((party) => party.household);
  if (!household || others.length > 0) throw refuse('business-of-one');
  const taken = await tx
    .selectFrom('benefit.agreement as a')
    .innerJoin('benefit.agreement_version as v', (join) =>
      join.onRef('v.county', '=', 'a.county').onRef('v.agreement', '=', 'a.id').onRef('v.version', '=', 'a.latest'),
    )
    .innerJoin('benefit.agreement_party as p', (join) =>
      join.onRef('p.county', '=', 'a.county').onRef('p.agreement', '=', 'a.id'),
    )
    .select('a.number')
    .where('a.county', '=', county)
    .where('a.over_at', 'is', null)
    .where(sql<string>`v.terms->>'business'`, '=', business)
    .where('p.household', '<>', household)
    .executeTakeFirst();
  if (taken) throw refuse('business-taken', { number: taken.number });
}
