import { sql } from 'kysely';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { householdFiles, organisationsById } from '#registry';
import { buyerOf } from '#trace';
import { agreementsHolding } from '../agreements/holding.ts';
import { householdFile } from '../entries/household-file.ts';
import { readerScope } from '../entries/readers.ts';
import { refuse } from '../refuse.ts';

/**
 * The floor prices that hold for a household now, as a scale shows them: by buyer, crop and grade, with the grams that
 * are left of the agreed quantity.
 *
 * @param station only those with whom it buys for
 *
 * @throws Refusal `household-not-found`, also for a household outside the reader's region
 */
export async function agreedFloors(
  at: Context,
  by: Actor,
  { county, household, station }: { county: County; household: string; station?: string },
) {
  const now = at.clock.now();
  return scoped(at.db, readerScope(by, county), async (tx) => {
    const file = await householdFile(tx, county, household);
    if (!file) throw refuse('household-not-found');
    const buyer = station === undefined ? undefined : await buyerOfStation(tx, county, station);
    const files = await householdFiles(tx, county, file.household);
    const floors = await floorsOf(tx, county, [file], { buyer, party: { files, village: file.village } }, now);
    return floors.map(({ household: _, ...floor }) => floor);
  });
}

/**
 * The same of every household in a station's region, with whom the station buys for: what its devices carry to show the
 * floor without a signal. Trace, whose pack they carry, knows no agreements.
 *
 * @throws Refusal `not-allowed` for who does not keep this station
 */
export async function stationFloors(at: Context, by: Actor, { county, id }: { county: County; id: string }) {
  const keeper = membershipsIn(by, county, ['keeper']).find((m) => m.org === id);
  if (!keeper) throw refusePlatform('not-allowed');
  const now = at.clock.now();
  return scoped(at.db, keeper.region.length > 6 ? keeper.region : String(county), async (tx) => {
    const buyer = await buyerOfStation(tx, county, id);
    if (buyer === null) return [];
    const { rows } = await sql<{ household: string; village: string }>`
      select f.household, f.village from registry.household_facts f
       where f.county = ${county} and starts_with(f.village, ${keeper.region})
         and not exists (
           select from registry.household_pointer m where m.county = f.county and m.household = f.household)
       order by f.household`.execute(tx);
    return floorsOf(tx, county, rows, { buyer }, now);
  });
}

async function buyerOfStation(tx: Tx, county: County, station: string): Promise<string | null> {
  const scale = (await organisationsById(tx, county, [station])).get(station);
  return scale ? buyerOf(scale) : null;
}

/**
 * @param households files that stand for households now
 * @param among only agreements of this buyer (none where a station buys for nobody), and only those that bind this party
 */
async function floorsOf(
  tx: Tx,
  county: County,
  households: readonly { household: string; village: string }[],
  among: { buyer?: string | null; party?: { files: readonly string[]; village: string } },
  now: Date,
) {
  const { buyer, party } = among;
  const { rows: spoken } = await sql<{ org: string; crop: string; grade: string }>`
    select distinct a.org, v.terms->>'crop' as crop, v.terms->>'grade' as grade
      from benefit.agreement_party p
      join benefit.agreement a on a.county = p.county and a.id = p.agreement and a.kind = 'industry' and a.over_at is null
      join benefit.agreement_version v on v.county = a.county and v.agreement = a.id
     where p.county = ${county} and (${buyer === undefined} or a.org = ${buyer ?? null}::uuid)
       and (${party === undefined} or p.household = any(${(party?.files ?? []) as string[]}::uuid[])
         or p.household is null and p.village = ${party?.village ?? ''})
     order by 1, 2, 3`.execute(tx);
  const floors = [];
  for (const { org, crop, grade } of spoken) {
    const asked = { kind: 'industry' as const, at: now, org, terms: { crop, grade }, households };
    for (const [household, held] of await agreementsHolding(tx, county, asked)) {
      if (typeof held !== 'object') continue;
      floors.push({
        ...{ household, agreement: held.agreement, number: held.number, org, crop, grade },
        ...{ floorFenPerKg: held.terms.floorFenPerKg, agreedGrams: held.terms.grams },
      });
    }
  }
  const used = await gramsUsed(tx, county, [...new Set(floors.map((one) => one.agreement))]);
  return floors.map(({ agreedGrams, ...floor }) => ({
    ...floor,
    leftGrams: Math.max(0, agreedGrams - (used.get(`${floor.agreement} ${floor.household}`) ?? 0)),
  }));
}

/** What households' notes have used up of each agreement, over all their files; by agreement and household. */
async function gramsUsed(tx: Tx, county: County, agreements: readonly string[]): Promise<Map<string, Grams>> {
  if (agreements.length === 0) return new Map();
  const { rows } = await sql<{ agreement: string; household: string; grams: Grams }>`
    select c.agreement, coalesce(m.into_household, c.household) as household, sum(c.grams)::bigint as grams
      from benefit.floor_cover c
      left join registry.household_pointer m on m.county = c.county and m.household = c.household
     where c.county = ${county} and c.agreement = any(${agreements as string[]}::uuid[])
     group by 1, 2`.execute(tx);
  return new Map(rows.map((row) => [`${row.agreement} ${row.household}`, row.grams]));
}
