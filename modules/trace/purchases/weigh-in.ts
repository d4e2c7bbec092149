import type { Static } from 'typebox';
import { referencePrice, varietiesOf } from '#catalog';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, scoped, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { type Fen, type Grams, priceOf, yuan } from '#platform/money.ts';
import { cropsByCode, householdBrief, householdNow, requireCounty } from '#registry';
import type { payments } from '../contract.ts';
import { harvestFrom, requirePlotRoom, sprayDetail } from '../plots/harvest-plot.ts';
import { refuse } from '../refuse.ts';
import { yieldRooms, yieldWarning } from '../yields/yield-room.ts';
import type { Warning } from '../yields/yields.contract.ts';
import { noteWritten } from './purchase-views.ts';
import { boughtInYear } from './purchases.queries.ts';
import { buyerFor, lockSeller, writeNote } from './write-note.ts';

/**
 * A station weighs in a household's produce for the organisation it buys for: the note, its grams in the raw lot of the
 * day, and what the household is paid or owed become true together.
 *
 * @param input.grams net, whole grams
 * @param input.fenPerKg fen per kilogram
 * From 80 % of what the household can yield on the answer warns; above 120 % it is refused, unless the county has
 * confirmed more (yields/yield-room.ts).
 *
 * @throws Refusal `station-not-yours` | `buyer-unknown` | `household-not-found` | `crop-not-grown` |
 *   `grams-above-yield` | `price-zero` | `price-far-from-reference` | `amount-zero` | `harvested-in-future` |
 *   `plot-not-of-household` | `plot-other-crop` | `grams-above-plot` | `spray-interval` | `variety-unknown`
 */
export async function weighIn(
  at: Context,
  by: Actor,
  input: {
    county: County;
    station: string;
    household: string;
    crop: string;
    grade: string;
    grams: Grams;
    fenPerKg: Fen;
    paid: (typeof payments)[number];
    /** YYYY-MM-DD; today when left out */
    harvestedOn?: string;
    /** off which of the household's plots; left out, all that grow the crop must be free */
    plot?: string;
    /** one of those that the county knows of the crop; none when left out */
    variety?: string;
  },
  key: OnceKey | null,
) {
  const { county, station, crop, grade, grams, fenPerKg, paid } = input;
  // Only the id is kept with the key: who sold what stays behind row-level security.
  const id = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const day = dayOf(now);
    await requireCounty(tx, county);
    const keeper = membershipsIn(by, county, ['keeper']).find((m) => m.org === station);
    if (!keeper) throw refuse('station-not-yours');
    const buyer = await buyerFor(tx, county, station);

    // The household is looked for with the keeper's eyes; what follows is the product's own work in the county.
    await withScope(tx, keeper.region.length > 6 ? keeper.region : String(county));
    // Merged since its page was opened: the note is the household's that stands for both.
    const household = (await householdNow(tx, county, input.household))?.id ?? input.household;
    const seller = (await householdBrief(tx, at.sealer, county, [household])).get(household);
    if (!seller) throw refuse('household-not-found');
    await withScope(tx, String(county));
    const room = (await yieldRooms(tx, county, household, day.slice(0, 4))).get(crop);
    const grown = (await cropsByCode(tx)).get(crop);
    if (!room || !grown) throw refuse('crop-not-grown', { crop: grown?.nameZh ?? crop });

    await lockSeller(tx, county, household);
    const bought = (await boughtInYear(tx, county, household, day.slice(0, 4))).get(crop) ?? 0;
    if (bought + grams > room.mostGrams) {
      const left = Math.max(0, room.mostGrams - bought);
      throw refuse('grams-above-yield', { bought: kg(bought), limit: kg(room.limitGrams), left: kg(left) });
    }
    if (fenPerKg === 0) throw refuse('price-zero');
    const reference = (await referencePrice(tx, county, crop, grade, day))?.fenPerKg ?? null;
    if (reference !== null && (fenPerKg >= 10 * reference || 10 * fenPerKg <= reference)) {
      throw refuse('price-far-from-reference', { price: yuan(fenPerKg), reference: yuan(reference) });
    }
    const amountFen = priceOf(grams, fenPerKg);
    if (amountFen === 0) throw refuse('amount-zero');
    const harvestedOn = input.harvestedOn ?? day;
    if (harvestedOn > day) throw refuse('harvested-in-future');
    const { plot, against } = await harvestFrom(tx, { county, household, crop, day: harvestedOn, plot: input.plot });
    if (plot) await requirePlotRoom(tx, { county, plot, room, year: day.slice(0, 4), grams });
    if (against) throw refuse('spray-interval', sprayDetail(against));

    const variety = input.variety?.trim() ?? '';
    if (variety !== '' && !(await varietiesOf(tx, county, crop))[0]?.names.includes(variety)) {
      throw refuse('variety-unknown', { variety });
    }

    const id = newId();
    await writeNote(tx, {
      ...{ county, id, station, buyer, household, village: seller.village, crop, shelfLifeDays: grown.shelfLifeDays },
      ...{ variety, grade, grams, fenPerKg, amountFen, referenceFenPerKg: reference, paid, day, harvestedOn, at: now },
      plot: plot?.plot ?? null,
      ...{ bookedAt: now, by },
    });
    return id;
  });
  const note = await noteWritten(at, county, id);
  return { ...note, warnings: await warningsOf(at, county, note) };
}

/** What its keeper should know of a household that has sold so much; asked of what stands now, so that a repeated call says it too. */
async function warningsOf(
  at: Context,
  county: County,
  note: { household: string; crop: string; day: string },
): Promise<Static<typeof Warning>[]> {
  const year = note.day.slice(0, 4);
  return scoped(at.db, String(county), async (tx) => {
    const room = (await yieldRooms(tx, county, note.household, year)).get(note.crop);
    const boughtGrams = (await boughtInYear(tx, county, note.household, year)).get(note.crop) ?? 0;
    const code = room && yieldWarning(room, boughtGrams);
    return code ? [{ code, boughtGrams, limitGrams: room.limitGrams, mostGrams: room.mostGrams }] : [];
  });
}

const kg = (grams: Grams): string => String(grams / 1000);
