import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type ParcelFact, tellParcels } from '#trace';
import { orderNumbers } from '#trade';
import { type PackFields, type ParcelFields, packsIn } from './parcels.queries.ts';

const AT_ONCE = 200;

/**
 * Tells as EPCIS events what happened to parcels since it was last told: it looks for parcels whose state is not told,
 * so a crash loses none and those from before there were events are told too.
 *
 * @returns how many parcels were looked at
 */
export async function tellParcelStates(at: Context, signal?: AbortSignal): Promise<number> {
  const { rows } = await sql<{ county: County }>`
    select distinct county from fulfilment.parcel where told is distinct from state order by county`.execute(at.db);
  let told = 0;
  for (const { county } of rows) {
    for (let more = true; more && !signal?.aborted; ) {
      const looked = await tellSome(at, county);
      told += looked;
      more = looked === AT_ONCE;
    }
  }
  return told;
}

async function tellSome(at: Context, county: County): Promise<number> {
  return transact(at.db, async (tx) => {
    const parcels = await tx
      .selectFrom('fulfilment.parcel')
      .selectAll()
      .where('county', '=', county)
      .where((e) => e('told', 'is distinct from', e.ref('state')))
      .orderBy('packed_at')
      .limit(AT_ONCE)
      .forUpdate()
      .skipLocked()
      .execute();
    if (parcels.length === 0) return 0;
    const ids = parcels.map((parcel) => parcel.id);
    const packs = Map.groupBy(await packsIn(tx, county, ids), (pack) => pack.parcel);
    const orders = await orderNumbers(
      tx,
      county,
      parcels.map((parcel) => parcel.order),
    );
    const facts = parcels.flatMap((parcel) =>
      untold(parcel, at.clock.now(), orders.get(parcel.order) ?? '', packs.get(parcel.id) ?? []),
    );
    await tellParcels(tx, at, county, facts);
    await sql`update fulfilment.parcel p set told = t.state
      from unnest(${ids}::uuid[], ${parcels.map((parcel) => parcel.state)}::text[]) as t (id, state)
     where p.county = ${county} and p.id = t.id`.execute(tx);
    return parcels.length;
  });
}

/** What is to be told of a parcel: what it went through since it was last told. */
function untold(parcel: ParcelFields, now: Date, order: string, packs: readonly PackFields[]): ParcelFact[] {
  const lots = Map.groupBy(packs, (pack) => pack.lot);
  const common = {
    ...{ id: parcel.id, number: parcel.number, org: parcel.org, order },
    packs: [...lots].map(([lot, places]) => ({
      lot,
      packs: places.reduce((sum, one) => sum + one.last_pack - one.first_pack + 1, 0),
    })),
  };
  const facts: ParcelFact[] = [];
  // One that was opened again before it was told has no packs any more: nothing of it needs to be known.
  if (parcel.told === null && common.packs.length > 0) facts.push({ ...common, step: 'packed', at: parcel.packed_at });
  if (parcel.sent_at !== null && parcel.told !== 'sent' && parcel.told !== 'received') {
    facts.push({ ...common, step: 'sent', at: parcel.sent_at });
  }
  if (parcel.state === 'unpacked' && parcel.told !== null) facts.push({ ...common, step: 'unpacked', at: now });
  return facts;
}
