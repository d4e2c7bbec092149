import { referencePrice } from '#catalog';
import { ensureAccounts, transfer } from '#ledger';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import { addDays, dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { type Fen, type Grams, priceOf, yuan } from '#platform/money.ts';
import { tell } from '#platform/outbox.ts';
import { cropsByCode, householdBrief, organisationsById, requireCounty, yieldLimitGrams } from '#registry';
import type { payments } from '../contract.ts';
import type { PurchaseWeighed } from '../events.ts';
import { addToLotOfDay, moveLots, openLotOfDay } from '../lots/lots.queries.ts';
import { numberOfDay } from '../numbers.ts';
import { refuse } from '../refuse.ts';
import { noteWritten } from './purchase-views.ts';
import { boughtInYear } from './purchases.queries.ts';

/**
 * A station weighs in a household's produce for the organisation it buys for: the note, its grams in the raw lot of the
 * day, and what the household is paid or owed become true together.
 *
 * @param input.grams net, whole grams
 * @param input.fenPerKg fen per kilogram
 * @throws Refusal `station-not-yours` | `buyer-unknown` | `household-not-found` | `crop-not-grown` |
 *   `grams-above-yield` | `price-zero` | `price-far-from-reference` | `amount-zero` | `harvested-in-future`
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
  },
  key: OnceKey | null,
) {
  const { county, station, household, crop, grade, grams, fenPerKg, paid } = input;
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
    const seller = (await householdBrief(tx, at.sealer, county, [household])).get(household);
    if (!seller) throw refuse('household-not-found');
    const limit = await yieldLimitGrams(tx, county, household, crop);
    const grown = (await cropsByCode(tx)).get(crop);
    if (limit === null || !grown) throw refuse('crop-not-grown', { crop: grown?.nameZh ?? crop });

    await withScope(tx, String(county));
    // One note of a household at a time, or two scales could both see room for the last kilogram. The row is the lock.
    await nextNumber(tx, county, `weigh-in ${household}`);
    const bought = (await boughtInYear(tx, county, household, day.slice(0, 4))).get(crop) ?? 0;
    if (bought + grams > limit) {
      const left = Math.max(0, limit - bought);
      throw refuse('grams-above-yield', { bought: kg(bought), limit: kg(limit), left: kg(left) });
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

    const of = {
      ...{ county, station, org: buyer, crop, grade, village: seller.village },
      ...{ day, expiresOn: addDays(day, grown.shelfLifeDays), harvestedOn, grams, fen: amountFen },
      ...{ by: by.person, at: now },
    };
    const lot =
      (await addToLotOfDay(tx, of)) ?? (await openLotOfDay(tx, of, await numberOfDay(tx, county, 'raw', day)));
    const id = newId();
    await tx
      .insertInto('trace.purchase')
      .values({
        ...{ county, id, station, buyer, household, crop, grade, grams, paid, day, at: now },
        number: await numberOfDay(tx, county, 'purchase', day),
        village: seller.village,
        fen_per_kg: fenPerKg,
        amount_fen: amountFen,
        reference_fen_per_kg: reference,
        lot: lot.id,
        reverses: null,
        reason: null,
        by_person: by.person,
      })
      .execute();
    await moveLots(tx, county, [{ lot: lot.id, kind: 'purchase', grams }], {
      ...{ evidenceKind: 'purchase', evidence: id, by: by.person, at: now },
    });
    await tx
      .insertInto('trace.lot_source')
      .values({
        ...{ county, lot: lot.id, purchase: id, household, village: seller.village, grams, fen: amountFen },
        ...{ taken_grams: 0, taken_fen: 0 },
      })
      .execute();
    const owed = await postPurchase(tx, { county, purchase: id, buyer, household, amountFen, paid, by, at: now });

    const payload = { purchase: id, lot: lot.id, household, village: seller.village, day, grams, fen: amountFen };
    const event: PurchaseWeighed = {
      type: 'trace.purchase-weighed',
      county,
      payload: { ...payload, at: now.toISOString(), transfer: owed },
    };
    await tell(tx, event);
    return id;
  });
  return noteWritten(at, county, id);
}

/** Who pays for what a station weighs in: whom it buys for, or itself where a cooperative keeps its own scale. */
async function buyerFor(tx: Tx, county: County, station: string): Promise<string> {
  const scale = (await organisationsById(tx, county, [station])).get(station);
  const id = scale?.buysFor ?? (scale?.kind === 'cooperative' ? station : null);
  const buyer = id === null ? undefined : (await organisationsById(tx, county, [id])).get(id);
  const canBuy = buyer?.state === 'active' && (buyer.kind === 'cooperative' || buyer.kind === 'merchant');
  if (!buyer || !canBuy) throw refuse('buyer-unknown');
  return buyer.id;
}

/** What the household is owed, and paid if it was paid at once. @returns the transfer that owes it */
async function postPurchase(
  tx: Tx,
  of: {
    county: County;
    purchase: string;
    buyer: string;
    household: string;
    amountFen: Fen;
    paid: (typeof payments)[number];
    by: Actor;
    at: Date;
  },
): Promise<string> {
  const [cost, household, cash] = (await ensureAccounts(tx, of.county, [
    { kind: 'purchase_cost', owner: of.buyer },
    { kind: 'household', owner: of.household },
    { kind: 'buyer_cash', owner: of.buyer },
  ])) as [string, string, string];
  const said = { evidenceKind: 'purchase', evidence: of.purchase, by: of.by.person, amountFen: of.amountFen };
  const owed = newId();
  await transfer(
    tx,
    of.county,
    [
      { ...said, id: owed, kind: 'single', debit: cost, credit: household, reason: 'purchase' },
      ...(of.paid === 'later'
        ? []
        : [
            {
              ...said,
              id: newId(),
              kind: 'single' as const,
              debit: household,
              credit: cash,
              reason: 'purchase-paid',
            },
          ]),
    ],
    of.at,
  );
  return owed;
}

const kg = (grams: Grams): string => String(grams / 1000);
