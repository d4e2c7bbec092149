import type { FastifyInstance } from 'fastify';
import { type Caller, scopeIn } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx, withScope } from '#platform/db.ts';
import { serve } from '#platform/http/serve.ts';
import type { County } from '#platform/ids.ts';
import { cropsByCode, householdCategories, personNames } from '#registry';
import { trace } from '../contract.ts';
import { plotChoices } from '../plots/plots.queries.ts';
import { boughtInYear } from '../purchases/purchases.queries.ts';
import { refuse } from '../refuse.ts';
import { confirmYield } from './confirm-yield.ts';
import { setYieldBounds } from './set-yield-bounds.ts';
import { yieldBounds, yieldRooms } from './yield-room.ts';

export function serveYields(app: FastifyInstance, at: Context): void {
  const { db } = at;

  serve(app, trace.capacity, ({ by, params: { county, id } }) =>
    ofHousehold(by, county, id, async (tx) => {
      const day = dayOf(at.clock.now());
      const year = day.slice(0, 4);
      // Its notes may bear the village it lived in before and its plots lie in another one, outside the reader's region;
      // their sum is no secret to him.
      await withScope(tx, String(county));
      const rooms = await yieldRooms(tx, county, id, year);
      const bought = await boughtInYear(tx, county, id, year);
      const plots = (await plotChoices(tx, county, [id], day)).get(id);
      const crops = await cropsByCode(tx);
      return [...rooms].map(([crop, room]) => {
        const boughtGrams = bought.get(crop) ?? 0;
        const leftGrams = Math.max(0, room.mostGrams - boughtGrams);
        return {
          crop,
          cropName: crops.get(crop)?.nameZh ?? crop,
          ...room,
          boughtGrams,
          leftGrams,
          plots: plots?.get(crop) ?? [],
        };
      });
    }),
  );
  serve(app, trace.yieldConfirmations, ({ by, params: { county, id } }) =>
    ofHousehold(by, county, id, async (tx) => {
      const rows = await tx
        .selectFrom('trace.yield_confirmation')
        .select(['crop', 'year', 'grams', 'reason', 'by_person', 'at'])
        .where('county', '=', county)
        .where('household', '=', id)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .execute();
      const crops = await cropsByCode(tx);
      const people = await personNames(
        tx,
        rows.map((row) => row.by_person),
      );
      return rows.map(({ by_person, ...row }) => ({
        ...row,
        cropName: crops.get(row.crop)?.nameZh ?? row.crop,
        byName: people.get(by_person) ?? '',
      }));
    }),
  );
  serve(app, trace.confirmYield, ({ by, params: { county, id }, body, key }) =>
    confirmYield(at, by, { county, household: id, ...body }, key),
  );
  serve(app, trace.yieldBounds, ({ params: { county } }) => yieldBounds(db, county));
  serve(app, trace.setYieldBounds, ({ by, params, body, key }) => setYieldBounds(at, by, { ...params, ...body }, key));

  /** Work on a household that the reader may see. @throws Refusal `household-not-found` */
  function ofHousehold<T>(by: Caller, county: County, id: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const scope = scopeIn(by, county, trace.capacity.who);
    return scoped(db, scope ?? String(county), async (tx) => {
      const known = await householdCategories(tx, county, [id]);
      if (scope === null || !known.has(id)) throw refuse('household-not-found');
      return work(tx);
    });
  }
}
