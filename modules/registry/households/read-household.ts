import { type Actor, membershipsIn, type Role } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { householdScope } from './household-scope.ts';
import { householdView, type SensitiveField } from './households.queries.ts';
import { noteReading } from './readings.queries.ts';

const readers = ['keeper', 'cadre', 'operator', 'auditor'] as const;

/**
 * Opens personal fields of a household to somebody who says why. The reading is written down in the transaction that
 * reads: who, in which role, which fields, why.
 *
 * @throws Refusal `not-allowed` | `not-found` outside the caller's region too
 */
export async function readHousehold(
  at: Context,
  by: Actor,
  input: { county: number; id: string; fields: readonly SensitiveField[]; reason: string },
) {
  const { county, id } = input;
  const scope = householdScope(by, county, readers);
  // The role that opened the scope is the one that reads.
  const role = membershipsIn(by, county, readers).sort((a, b) => a.region.length - b.region.length)[0]?.role;
  return scoped(at.db, scope, async (tx) => {
    const household = await householdView(tx, at.sealer, county, id, input.fields);
    await noteReading(tx, {
      ...{ county, household: id, person: by.person, role: role as Role },
      ...{ fields: input.fields, reason: input.reason, at: at.clock.now() },
    });
    return household;
  });
}
