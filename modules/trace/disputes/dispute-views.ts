import type { Static } from 'typebox';
import { type Actor, membershipsIn, scopeIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { householdsOfPerson, personNames } from '#registry';
import { purchaseViews } from '../purchases/purchase-views.ts';
import { purchasesById } from '../purchases/purchases.queries.ts';
import { refuse } from '../refuse.ts';
import type { DisputeState } from './dispute-states.ts';
import type { Dispute, Sale } from './disputes.contract.ts';
import { type DisputeRow, disputesOfNotes, listDisputes } from './disputes.queries.ts';

type View = Static<typeof Dispute>;

/** Those who see disputes of a region; a keeper sees those of his station's notes. */
const lookers = ['cadre', 'operator', 'platform', 'auditor'] as const;

/** A page of a county's disputes. */
export async function disputePage(
  at: Context,
  by: Actor,
  county: County,
  query: { state?: DisputeState; household?: string; page?: number; size?: number },
) {
  const { page = 1, size = 20, ...filter } = query;
  const region = scopeIn(by, county, lookers);
  const stations = region === null ? { stations: membershipsIn(by, county, ['keeper']).map((m) => m.org) } : {};
  return scoped(at.db, region ?? String(county), async (tx) => {
    const { rows, total } = await listDisputes(tx, county, { ...filter, ...stations, page, size });
    return { rows: await views(at, tx, county, rows), total, page, size };
  });
}

/** One dispute for the county's people. @throws Refusal `dispute-not-found` */
export async function countyDispute(at: Context, by: Actor, county: County, id: string): Promise<View> {
  const region = scopeIn(by, county, lookers);
  return scoped(at.db, region ?? String(county), async (tx) => {
    const [view] = await views(at, tx, county, await byId(tx, county, id));
    const own = membershipsIn(by, county, ['keeper']).some((m) => m.org === view?.sale.station);
    if (!view || (region === null && !own)) throw refuse('dispute-not-found');
    return view;
  });
}

/** One dispute for the household it is of. @throws Refusal `dispute-not-found` */
export async function ownDispute(at: Context, by: Actor, county: County, id: string): Promise<View> {
  const own = await householdsOfPerson(at.db, by.person, county);
  return scoped(at.db, String(county), async (tx) => {
    const rows = (await byId(tx, county, id)).filter((row) => own.some((one) => one.files.includes(row.household)));
    const [view] = await views(at, tx, county, rows);
    if (!view) throw refuse('dispute-not-found');
    return view;
  });
}

/** The sales made in the name of a person's households this year and last, newest first, with what was said of them. */
export async function ownSales(at: Context, by: Actor): Promise<Static<typeof Sale>[]> {
  const own = Map.groupBy(await householdsOfPerson(at.db, by.person), (one) => one.county);
  const sales: Static<typeof Sale>[] = [];
  for (const [county, households] of own) {
    const ids = households.flatMap((one) => one.files);
    sales.push(
      ...(await scoped(at.db, String(county), async (tx) => {
        const found = await tx
          .selectFrom('trace.purchase')
          .select('id')
          .where('county', '=', county)
          .where('household', 'in', ids)
          .where('reverses', 'is', null)
          .orderBy('at', 'desc')
          .limit(100)
          .execute();
        const notes = await purchaseViews(
          tx,
          at.sealer,
          county,
          await purchasesById(
            tx,
            county,
            found.map((row) => row.id),
          ),
        );
        const disputes = await views(
          at,
          tx,
          county,
          await disputesOfNotes(
            tx,
            county,
            ids,
            found.map((row) => row.id),
          ),
        );
        return notes.map((note) => ({
          ...saleOf(county, note),
          // Taken back and opened anew: the one that stands.
          dispute: disputes.findLast((one) => one.sale.id === note.id) ?? null,
        }));
      })),
    );
  }
  return sales;
}

function byId(tx: Tx, county: County, id: string): Promise<DisputeRow[]> {
  return tx.selectFrom('trace.sale_dispute').selectAll().where('county', '=', county).where('id', '=', id).execute();
}

const saleOf = (county: County, note: Awaited<ReturnType<typeof purchaseViews>>[number]) => ({
  county,
  ...{ id: note.id, number: note.number, day: note.day, cropName: note.cropName },
  ...{ variety: note.variety, grade: note.grade },
  ...{ grams: note.grams, amountFen: note.amountFen, paid: note.paid, station: note.station },
  ...{ stationName: note.stationName, byName: note.byName, reversed: note.reversedBy !== null },
});

async function views(at: Context, tx: Tx, county: County, rows: readonly DisputeRow[]): Promise<View[]> {
  if (rows.length === 0) return [];
  const notes = await purchaseViews(
    tx,
    at.sealer,
    county,
    await purchasesById(
      tx,
      county,
      rows.map((row) => row.purchase),
    ),
  );
  const moves = await tx
    .selectFrom('trace.dispute_move')
    .select(['dispute', 'to_state', 'words', 'by_person', 'at'])
    .where('county', '=', county)
    .where(
      'dispute',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('at')
    .orderBy('id')
    .execute();
  const people = await personNames(
    tx,
    moves.map((move) => move.by_person),
  );
  const now = at.clock.now();
  return rows.flatMap((row) => {
    const note = notes.find((one) => one.id === row.purchase);
    if (!note) return [];
    return {
      ...{ county, id: row.id, kind: row.kind, claimedGrams: row.claimed_grams, words: row.words, state: row.state },
      ...{ dueAt: row.due_at, overdue: row.closed_at === null && row.due_at < now, reversal: row.reversal, at: row.at },
      ...{ household: row.household, householdCode: note.householdCode, headMasked: note.headMasked },
      ...{ villageName: note.villageName, sale: saleOf(county, note) },
      moves: moves
        .filter((move) => move.dispute === row.id)
        .map((move) => ({
          ...{ to: move.to_state as DisputeState, words: move.words, at: move.at },
          // Whoever said so of the household is the household.
          byName: move.by_person === row.by_person ? note.headMasked : (people.get(move.by_person) ?? ''),
        })),
    };
  });
}
