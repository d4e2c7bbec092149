import { createHash } from 'node:crypto';
import type { Static } from 'typebox';
import { pricesInForce, varietiesOf } from '#catalog';
import { type Actor, membershipsIn, scopeIn } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { carriedHouseholds, cropsByCode, organisationsById, regionNames, requireCounty } from '#registry';
import { householdsOfPlotsSince, plotChoices } from '../plots/plots.queries.ts';
import { buyerOf } from '../purchases/write-note.ts';
import { refuse } from '../refuse.ts';
import { boundsChangedSince, roomsOf, yieldBounds } from '../yields/yield-room.ts';
import type { StationPack } from './offline.contract.ts';
import { householdsOfNotesSince, soldInYear } from './offline.queries.ts';
import { MOST_NOTES } from './offline-states.ts';

type Pack = Static<typeof StationPack>;

// A transaction that began before the last pack may commit after it; what is carried twice does no harm.
const OVERLAP_MS = 60_000;

/**
 * What a keeper or cadre carries to work a day without a signal: households of the region with what they may still
 * bring, and crops, prices of the day, floors and rules.
 *
 * @param input.station the keeper's; left out for a cadre, who then carries households only
 * @param input.since the cursor of the pack that is carried already: only what changed since then comes
 * @throws Refusal `county-not-open` | `station-not-yours` | `not-allowed`
 */
export async function stationPack(
  at: Context,
  by: Actor,
  input: { county: County; station?: string; since?: string },
): Promise<Pack> {
  const { county, station } = input;
  await requireCounty(at.db, county);
  // New bounds of the county move what every household may bring: then all of them come again.
  const known = input.since === undefined ? undefined : new Date(input.since);
  const since = known && !(await boundsChangedSince(at.db, county, known)) ? known : undefined;
  const keeper = station && membershipsIn(by, county, ['keeper']).find((m) => m.org === station);
  if (station && !keeper) throw refuse('station-not-yours');
  const region = keeper ? keeper.region : scopeIn(by, county, ['keeper', 'cadre']);
  if (region === null) throw refusePlatform('not-allowed');
  const now = at.clock.now();
  const day = dayOf(now);
  const scope = region.length > 6 ? region : String(county);

  return scoped(at.db, scope, async (tx) => {
    // Their notes may bear villages they lived in before; what they sold is no secret to whoever buys from them.
    await withScope(tx, String(county));
    const sold = since ? await householdsOfNotesSince(tx, county, since) : [];
    const worked = since ? await householdsOfPlotsSince(tx, county, since) : [];
    await withScope(tx, scope);
    const only = since && { since, ids: [...sold, ...worked] };
    const carried = await carriedHouseholds(tx, at.sealer, county, only);
    await withScope(tx, String(county));
    const bought = await soldInYear(
      tx,
      county,
      day.slice(0, 4),
      carried.rows.map((row) => row.id),
    );
    const bounds = await yieldBounds(tx, county);
    const registered = carried.rows.map((row) => {
      const limits = row.crops.map(({ crop, limitGrams }) => [crop, limitGrams] as const);
      return [row.id, new Map(limits)] as const;
    });
    const rooms = await roomsOf(tx, county, new Map(registered), day.slice(0, 4));
    const plots = await plotChoices(tx, county, [...rooms.keys()], day);
    const crops = [...(await cropsByCode(tx)).values()].map(({ code, nameZh, nameEn }) => ({
      ...{ crop: code, nameZh, nameEn },
    }));
    const prices = keeper ? await pricesInForce(tx, county, day) : [];
    const varieties = keeper ? await varietiesOf(tx, county) : [];
    const content = {
      station: keeper ? await stationView(tx, county, keeper.org, keeper.region) : null,
      households: carried.rows.map((row) => ({
        ...row,
        crops: [...(rooms.get(row.id) ?? [])].map(([crop, { limitGrams, mostGrams }]) => ({
          ...{ crop, limitGrams, mostGrams, boughtGrams: bought.get(row.id)?.get(crop) ?? 0 },
          plots: plots.get(row.id)?.get(crop) ?? [],
        })),
      })),
      gone: carried.gone,
      crops,
      prices: prices.map((row) => ({
        ...{ crop: row.crop, grade: row.grade, day: row.day, fenPerKg: row.fen_per_kg },
        floorFenPerKg: row.floor_fen_per_kg,
      })),
      varieties,
      rules: { yieldWarnBp: bounds.warnBp, mostNotes: MOST_NOTES },
    };
    return {
      ...content,
      ...{ at: now, day, partial: since !== undefined },
      version: createHash('sha256')
        .update(JSON.stringify([day, content]))
        .digest('base64url')
        .slice(0, 22),
      cursor: new Date(now.getTime() - OVERLAP_MS).toISOString(),
    };
  });
}

async function stationView(tx: Parameters<typeof organisationsById>[0], county: County, id: string, region: string) {
  const station = (await organisationsById(tx, county, [id])).get(id);
  const buyer = station ? buyerOf(station) : null;
  const buyerName = buyer ? ((await organisationsById(tx, county, [buyer])).get(buyer)?.name ?? null) : null;
  const regionName = (await regionNames(tx, [region])).get(region)?.name ?? region;
  return { id, name: station?.name ?? '', region, regionName, buyer, buyerName };
}
