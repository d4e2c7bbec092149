import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, scoped, withScope } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { idNumberHash, phoneHash } from '../people/personal-hashes.ts';
import { refuse } from '../refuse.ts';
import { requireCounty, villageInCounty } from '../regions/regions.queries.ts';
import { householdScope } from './household-scope.ts';
import { checkYields, writeYields, type YieldInput } from './household-yields.ts';
import { householdView } from './households.queries.ts';
import { isIdNumber } from './id-number.ts';

export interface MemberInput {
  relation: 'head' | 'spouse' | 'child' | 'parent' | 'other';
  name: string;
  idNumber?: string;
  phone?: string;
}

/**
 * Registers a household of a village. Names, ID numbers and phones are sealed before they are written; the ID number
 * is unique in the county by its keyed hash.
 *
 * @returns the household, masked
 * @throws Refusal `not-allowed` | `county-not-open` | `region-code-broken` | `village-outside-county` |
 * `village-outside-your-region` | `head-missing` | `id-number-wrong` | `yields-wrong` | `crop-unknown` | `id-number-taken`
 */
export async function registerHousehold(
  at: Context,
  by: Actor,
  input: {
    county: number;
    village: string;
    category: 'general' | 'lifted' | 'monitored';
    members: readonly MemberInput[];
    yields: readonly YieldInput[];
  },
  key: OnceKey | null,
) {
  const { county, village } = input;
  const { sealer } = at;
  const scope = householdScope(by, county, ['keeper', 'cadre', 'operator']);
  const now = at.clock.now();
  // Only the id is kept with the key: even masked, a household is nobody's business outside its region.
  const id = await once(at.db, key, async (tx) => {
    await requireCounty(tx, county);
    await villageInCounty(tx, county, village);
    if (!village.startsWith(scope)) throw refuse('village-outside-your-region');
    checkMembers(input.members, dayOf(now));
    await checkYields(tx, input.yields);

    await withScope(tx, scope);
    const id = newId();
    const number = await nextNumber(tx, county, 'household');
    await tx
      .insertInto('registry.household')
      .values({
        county,
        id,
        code: String(number).padStart(5, '0'),
        village,
        category: input.category,
        state: 'active',
        created_at: now,
        created_by: by.person,
        changed_at: now,
      })
      .execute();
    await tx
      .insertInto('registry.household_member')
      .values(
        input.members.map((member) => ({
          county,
          id: newId(),
          household: id,
          village,
          relation: member.relation,
          name_sealed: sealer.seal(member.name.trim()),
          id_number_sealed: member.idNumber ? sealer.seal(member.idNumber.toUpperCase()) : null,
          id_number_hash: member.idNumber ? idNumberHash(sealer, member.idNumber.toUpperCase()) : null,
          phone_sealed: member.phone ? sealer.seal(member.phone) : null,
          phone_hash: member.phone ? phoneHash(sealer, member.phone) : null,
        })),
      )
      .execute();
    await writeYields(tx, { county, id, village }, input.yields);
    return id;
  }).catch((error: { code?: string }) => {
    // The number may stand with a household outside the caller's scope, so only the unique index can know: with the
    // heads checked above it is the one a stranger's input can hit.
    throw error.code === '23505' ? refuse('id-number-taken') : error;
  });
  return scoped(at.db, scope, (tx) => householdView(tx, sealer, county, id));
}

function checkMembers(members: readonly MemberInput[], today: string): void {
  if (members.filter((member) => member.relation === 'head').length !== 1) throw refuse('head-missing');
  for (const { idNumber } of members) {
    if (idNumber && !isIdNumber(idNumber.toUpperCase(), today)) throw refuse('id-number-wrong');
  }
}
