import { sql } from 'kysely';
import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import { type Db, scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { regionNames } from '#registry';
import type { OperationName } from '../operations/operation-kinds.ts';
import type { LotFlow } from '../operations/operations.contract.ts';
import { refuse } from '../refuse.ts';
import { lotReading } from './lot-rights.ts';
import { findLot } from './lots.queries.ts';

/** A picture of more lots says nothing to anybody. */
const MOST_LOTS = 60;

/**
 * The way of a lot's grams as a picture: villages → lots → operations → lots → stock, loss, on hand. All that it was
 * made of and all that was made of it, the nearest first; by village, since households are nobody's business here. What
 * flows into a lot flows out of it, to the gram.
 *
 * @throws Refusal `lot-not-found`, also for a lot of somebody else
 */
export async function lotFlow(db: Db, by: Actor, county: County, id: string): Promise<Static<typeof LotFlow>> {
  return scoped(db, String(county), async (tx) => {
    if (!(await findLot(tx, county, id, lotReading(by, county)))) throw refuse('lot-not-found');
    const related = await relatedLots(tx, county, id);
    const ids = related.slice(0, MOST_LOTS);
    const lots = await tx
      .selectFrom('trace.lot')
      .select(['id', 'number', 'kind', 'grade', 'grams_on_hand as onHand'])
      .where('county', '=', county)
      .where('id', 'in', ids)
      .orderBy('number')
      .execute();
    const links: Static<typeof LotFlow>['links'] = [];
    const link = (from: string, to: string, grams: Grams) => {
      if (grams > 0) links.push({ from, to, grams });
    };
    const bought = await boughtFrom(tx, county, ids);
    for (const one of bought) link(`village ${one.village}`, one.lot, one.grams);
    const operations = await operationsAmong(tx, county, ids);
    for (const { id: operation, kind, sides, lossGrams } of operations) {
      const ins = sides.filter((one) => one.side === 'in');
      const outs = sides.filter((one) => one.side === 'out');
      if (kind === 'receive' || outs.length === 0) {
        for (const one of ins) link(one.lot, 'loss', kind === 'receive' ? lossGrams : one.grams);
        continue;
      }
      for (const one of ins) link(one.lot, operation, one.grams);
      for (const one of outs) link(operation, one.lot, one.grams);
      link(operation, 'loss', lossGrams);
    }
    for (const one of await stockedFrom(tx, county, ids)) link(one.lot, 'stock', one.grams);
    for (const one of lots) link(one.id, 'on-hand', one.onHand);
    const names = await regionNames(
      tx,
      bought.map((one) => one.village),
    );
    const used = new Set(links.flatMap((one) => [one.from, one.to]));
    return {
      nodes: [
        ...[...new Set(bought.map((one) => one.village))].map((village) => ({
          ...{ id: `village ${village}`, kind: 'village' as const, name: names.get(village)?.name ?? village },
          operation: null,
        })),
        ...lots.map((one) => ({ id: one.id, kind: one.kind, name: one.number, operation: null })),
        ...operations
          .filter((one) => used.has(one.id))
          .map((one) => ({ id: one.id, kind: 'operation' as const, name: one.place, operation: one.kind })),
        ...(['stock', 'loss', 'on-hand'] as const)
          .filter((end) => used.has(end))
          .map((end) => ({ id: end, kind: end, name: '', operation: null })),
      ],
      links,
      lot: id,
      cut: related.length > ids.length,
    };
  });
}

/** All lots a lot was made of, and all that were made of it, itself first, then by the steps between. */
async function relatedLots(tx: Tx, county: County, id: string): Promise<string[]> {
  const walk = (from: 'in' | 'out') =>
    sql<{ lot: string; steps: number }>`
    with recursive way as (
      select ${id}::uuid as lot, 0 as steps
      union
      select y.lot, way.steps + 1
        from way
        join trace.operation_lot x on x.county = ${county} and x.lot = way.lot and x.side = ${from}
        join trace.operation p on p.county = x.county and p.id = x.operation and p.kind not in ('undo', 'receive')
        join trace.operation_lot y on y.county = x.county and y.operation = x.operation and y.side <> x.side
       where way.steps < 12
         and not exists (select from trace.operation u where u.county = p.county and u.reverses = p.id)
    )
    select lot, min(steps) as steps from way group by lot`.execute(tx);
  const steps = new Map<string, number>();
  for (const side of ['in', 'out'] as const) {
    for (const row of (await walk(side)).rows) {
      steps.set(row.lot, Math.min(row.steps, steps.get(row.lot) ?? row.steps));
    }
  }
  return [...steps].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).map(([lot]) => lot);
}

async function boughtFrom(tx: Tx, county: County, lots: readonly string[]) {
  const { rows } = await sql<{ lot: string; village: string; grams: number }>`
    select lot, village, sum(grams)::bigint as grams from trace.purchase
     where county = ${county} and lot = any(${lots as string[]}::uuid[])
     group by lot, village having sum(grams) > 0 order by lot, village`.execute(tx);
  return rows;
}

async function stockedFrom(tx: Tx, county: County, lots: readonly string[]) {
  const { rows } = await sql<{ lot: string; grams: number }>`
    select lot, -sum(grams)::bigint as grams from trace.lot_movement
     where county = ${county} and lot = any(${lots as string[]}::uuid[]) and kind = 'stocked'
     group by lot order by lot`.execute(tx);
  return rows;
}

/** Operations that stand and have to do with these lots, with those of their sides that are among them. */
async function operationsAmong(tx: Tx, county: County, lots: readonly string[]) {
  const { rows } = await sql<{
    id: string;
    kind: OperationName;
    place: string;
    lossGrams: number;
    lot: string;
    side: 'in' | 'out';
    grams: number;
  }>`
    select o.id, o.kind, o.place, o.loss_grams as "lossGrams", x.lot, x.side, x.grams
      from trace.operation_lot x
      join trace.operation o on o.county = x.county and o.id = x.operation and o.kind <> 'undo'
     where x.county = ${county} and x.lot = any(${lots as string[]}::uuid[])
       and not exists (select from trace.operation u where u.county = o.county and u.reverses = o.id)
     order by o.at, o.id, x.side, x.lot`.execute(tx);
  return [...Map.groupBy(rows, (row) => row.id)].map(([id, sides]) => {
    const { kind, place, lossGrams } = sides[0] as (typeof rows)[number];
    return { id, kind, place, lossGrams, sides };
  });
}
