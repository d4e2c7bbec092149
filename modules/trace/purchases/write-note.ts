import { ensureAccounts, transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { addDays } from '#platform/clock.ts';
import { nextNumber, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen, Grams } from '#platform/money.ts';
import { tell } from '#platform/outbox.ts';
import { type OrganisationBrief, organisationsById } from '#registry';
import type { payments } from '../contract.ts';
import type { PurchaseWeighed } from '../events.ts';
import { addToLotOfDay, moveLots, openLotOfDay } from '../lots/lots.queries.ts';
import { numberOfDay } from '../numbers.ts';
import { writeHarvest } from '../plots/harvest-entries.ts';
import { refuse } from '../refuse.ts';

/** A purchase whose rules have been looked at: what `writeNote` makes true. */
export interface NoteToWrite {
  county: County;
  id: string;
  station: string;
  /** who pays for it, see `buyerFor` */
  buyer: string;
  household: string;
  /** 12-digit village in which the household sold it */
  village: string;
  crop: string;
  /** empty where none was named */
  variety: string;
  /** how long the crop keeps, in days */
  shelfLifeDays: number;
  grade: string;
  grams: Grams;
  fenPerKg: Fen;
  amountFen: Fen;
  referenceFenPerKg: Fen | null;
  paid: (typeof payments)[number];
  /** day of the note and of its raw lot, YYYY-MM-DD in China */
  day: string;
  harvestedOn: string;
  /** off which plot it came; null where that is not known */
  plot: string | null;
  at: Date;
  /** when the ledger is told; later than `at` for a note that was written without a signal: a day that was counted stays as it was */
  bookedAt: Date;
  by: Actor;
}

/** One note of a household at a time, or two scales could both see room for the last kilogram. The row is the lock. */
export const lockSeller = (tx: Tx, county: County, household: string) =>
  nextNumber(tx, county, `weigh-in ${household}`);

/**
 * Writes a purchase: the note, its grams in the raw lot of its day, its plot’s harvest, what the household is owed or
 * paid, and the event.
 * Whoever calls holds `lockSeller` and has looked at the rules.
 *
 * @param tx scoped over the county
 */
export async function writeNote(tx: Tx, note: NoteToWrite): Promise<void> {
  const { county, id, station, buyer, household, village, crop, grade, grams, amountFen, paid, day, by, at } = note;
  const of = {
    ...{ county, station, org: buyer, crop, grade, village, day, grams, fen: amountFen, by: by.person, at },
    ...{ expiresOn: addDays(day, note.shelfLifeDays), harvestedOn: note.harvestedOn },
  };
  const lot = (await addToLotOfDay(tx, of)) ?? (await openLotOfDay(tx, of, await numberOfDay(tx, county, 'raw', day)));
  await tx
    .insertInto('trace.purchase')
    .values({
      ...{ county, id, station, buyer, household, village, crop, grade, grams, paid, day, at },
      variety: note.variety,
      number: await numberOfDay(tx, county, 'purchase', day),
      fen_per_kg: note.fenPerKg,
      amount_fen: amountFen,
      reference_fen_per_kg: note.referenceFenPerKg,
      lot: lot.id,
      plot: note.plot,
      harvested_on: note.harvestedOn,
      reverses: null,
      reason: null,
      by_person: by.person,
    })
    .execute();
  await moveLots(tx, county, [{ lot: lot.id, kind: 'purchase', grams }], {
    ...{ evidenceKind: 'purchase', evidence: id, by: by.person, at },
  });
  await tx
    .insertInto('trace.lot_source')
    .values({
      ...{ county, lot: lot.id, purchase: id, household, village, grams, fen: amountFen },
      ...{ taken_grams: 0, taken_fen: 0 },
    })
    .execute();
  if (note.plot !== null) {
    const harvest = { county, plot: note.plot, purchase: id, onDay: note.harvestedOn, grams, by: by.person, at };
    await writeHarvest(tx, harvest);
  }
  const owed = await postPurchase(tx, note);

  const payload = { purchase: id, lot: lot.id, household, village, day, grams, fen: amountFen };
  const event: PurchaseWeighed = {
    type: 'trace.purchase-weighed',
    county,
    payload: { ...payload, at: at.toISOString(), transfer: owed },
  };
  await tell(tx, event);
}

/**
 * Who pays for what a station weighs in: whom it buys for, or itself where a cooperative keeps its own scale.
 *
 * @throws Refusal `buyer-unknown`
 */
export async function buyerFor(tx: Tx, county: County, station: string): Promise<string> {
  const scale = (await organisationsById(tx, county, [station])).get(station);
  const id = scale ? buyerOf(scale) : null;
  const buyer = id === null ? undefined : (await organisationsById(tx, county, [id])).get(id);
  const canBuy = buyer?.state === 'active' && (buyer.kind === 'cooperative' || buyer.kind === 'merchant');
  if (!buyer || !canBuy) throw refuse('buyer-unknown');
  return buyer.id;
}

/** Whom a station weighs in for, whether they may buy at the moment or not. */
export const buyerOf = (scale: Pick<OrganisationBrief, 'id' | 'kind' | 'buysFor'>): string | null =>
  scale.buysFor ?? (scale.kind === 'cooperative' ? scale.id : null);

/** What the household is owed, and paid if it was paid at once. @returns the transfer that owes it */
async function postPurchase(tx: Tx, note: NoteToWrite): Promise<string> {
  const [cost, household, cash] = (await ensureAccounts(tx, note.county, [
    { kind: 'purchase_cost', owner: note.buyer },
    { kind: 'household', owner: note.household },
    { kind: 'buyer_cash', owner: note.buyer },
  ])) as [string, string, string];
  const said = {
    ...{ kind: 'single' as const, amountFen: note.amountFen },
    ...{ evidenceKind: 'purchase', evidence: note.id, by: note.by.person },
  };
  const owed = newId();
  const paid = { ...said, id: newId(), debit: household, credit: cash, reason: 'purchase-paid' };
  await transfer(
    tx,
    note.county,
    [
      { ...said, id: owed, debit: cost, credit: household, reason: 'purchase' },
      ...(note.paid === 'later' ? [] : [paid]),
    ],
    note.bookedAt,
  );
  return owed;
}
