import { sql } from 'kysely';
import { withScope } from '#platform/db.ts';
import type { Subscriber } from '#platform/outbox.ts';
import type { HouseholdMoved } from '#registry/events';

/**
 * A household's accounts are seen to where it lives now. What is on its way to it keeps its station: the money is
 * there. The village is asked for and not told, so that two moves may be heard of in either order.
 */
export const followHousehold: Subscriber<HouseholdMoved> = {
  name: 'trade.follow-household',
  type: 'registry.household-moved',
  async apply(tx, { county, payload: { household } }) {
    await withScope(tx, String(county));
    await sql`
      update trade.payee p set village = f.village from registry.household_facts f
       where p.county = ${county} and p.owner_kind = 'household' and p.owner = ${household}::uuid
         and f.county = p.county and f.household = p.owner and p.village <> f.village`.execute(tx);
  },
};
