import { sql } from 'kysely';
import type { AccountName } from '#ledger';
import { nextNumber, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen, Grams } from '#platform/money.ts';
import { householdFiles, householdNow } from '#registry';
import type { floorBearers } from '../agreements/agreement-kinds.ts';
import { agreementsToPost, type Speaking } from '../agreements/holding.ts';
import { postEntries, type When } from '../entries/post-entries.ts';
import { isNear, leaveOut, strikeLeftOut } from '../left-out/left-out.queries.ts';
import type { WhyLeftOut } from '../left-out/left-out-kinds.ts';
import { coverOf } from './floor-price.ts';

/** A purchase note as the floor above trace reads it. */
export interface Note {
  purchase: string;
  buyer: string;
  household: string;
  village: string;
  crop: string;
  grade: string;
  grams: Grams;
  fenPerKg: Fen;
  /** YYYY-MM-DD */
  day: string;
  at: Date;
  /** the note that this one takes back */
  reverses: string | null;
}

/** @param tx with the county's scope */
export async function readNote(tx: Tx, county: County, purchase: string): Promise<Note> {
  const { rows } = await sql<Note>`
    select purchase, buyer, household, village, crop, grade, grams, fen_per_kg as "fenPerKg", day, at, reverses
      from trace.purchase_facts where county = ${county} and purchase = ${purchase}`.execute(tx);
  return rows[0] as Note;
}

/** Whose account pays what the floor adds. */
const bearerAccount = (bearer: (typeof floorBearers)[number], org: string): AccountName =>
  bearer === 'firm'
    ? { kind: 'purchase_cost', owner: org }
    : bearer === 'insurance'
      ? { kind: 'insurance_claim', owner: org }
      : { kind: 'fund', owner: 'county' };

/**
 * Posts what an agreed floor price adds to a note: for the grams within the household's quantity, out of the pocket of
 * whoever bears it. Where an agreement speaks of the note and nothing can post, the county sees why.
 *
 * @param tx with the county's scope
 * @returns the agreement that the note is under, or null
 */
export async function coverNote(tx: Tx, county: County, note: Note, when: When): Promise<string | null> {
  const { purchase, household, village } = note;
  const speaking = await agreementFor(tx, county, note);
  if (!speaking) return null;
  await lockQuantity(tx, county, household);
  if (await isReversed(tx, county, purchase)) return null;
  const { agreement, version, terms } = speaking;
  const fact = { evidenceKind: 'floor' as const, evidence: purchase, household };
  const leave = (why: WhyLeftOut) => leaveOut(tx, county, [{ ...fact, village, agreement, why, at: note.at }]);
  if (speaking.why) {
    if (isNear(speaking, note.day)) await leave(speaking.why);
    return null;
  }
  const used = await gramsCovered(tx, county, agreement, await filesOf(tx, county, household));
  const { grams, fen } = coverOf(note, terms.floorFenPerKg, Math.max(0, terms.grams - used));
  if (grams === 0) {
    await leave('quantity-used');
    return agreement;
  }
  const { bearer } = terms;
  const posting = {
    ...{ household, village, fen, evidenceKind: 'floor' as const, evidence: purchase },
    ...{ org: note.buyer, crop: note.crop, agreement },
    ...{ from: bearerAccount(bearer, note.buyer), reason: 'floor', fact: { kind: 'purchase', id: purchase } },
  };
  // What others gave for the public good is spent, not lent.
  const paid = await postEntries(tx, county, when, fen > 0 ? [posting] : [], { ifCovered: bearer === 'fund' });
  if (!paid) {
    await leave('fund-short');
    return agreement;
  }
  await tx
    .insertInto('benefit.floor_cover')
    .values({ county, purchase, agreement, version, household, village, grams, fen, bearer, at: when.at })
    .execute();
  await strikeLeftOut(tx, county, fact);
  return agreement;
}

/**
 * A note was taken back, and with it what a floor price added to it; its grams are free again for the notes that come.
 *
 * @param note the reversing one
 */
export async function uncoverNote(tx: Tx, county: County, note: Note, when: When): Promise<void> {
  const { purchase, household, reverses } = note;
  if (reverses === null) throw new Error(`note ${purchase} reverses none`);
  await lockQuantity(tx, county, household);
  await strikeLeftOut(tx, county, { evidenceKind: 'floor', evidence: reverses, household });
  const cover = await tx
    .selectFrom('benefit.floor_cover')
    .select(['agreement', 'version', 'village', 'grams', 'fen', 'bearer'])
    .where('county', '=', county)
    .where('purchase', '=', reverses)
    .executeTakeFirst();
  if (!cover) return;
  const { agreement, village, bearer } = cover;
  const [grams, fen] = [-cover.grams, -cover.fen];
  await tx
    .insertInto('benefit.floor_cover')
    .values({ county, purchase, ...cover, household, grams, fen, reverses, at: when.at })
    .execute();
  if (fen === 0) return;
  await postEntries(tx, county, when, [
    {
      ...{ household, village, fen, evidenceKind: 'floor', evidence: purchase, org: note.buyer, crop: note.crop },
      ...{ agreement, from: bearerAccount(bearer, note.buyer) },
      ...{ reason: 'floor-reversed', fact: { kind: 'purchase', id: purchase } },
    },
  ]);
}

async function agreementFor(tx: Tx, county: County, note: Note): Promise<Speaking<'industry'> | undefined> {
  const { household, crop, grade } = note;
  const asked = { kind: 'industry' as const, at: note.at, day: note.day, org: note.buyer, terms: { crop, grade } };
  return (await agreementsToPost(tx, county, { ...asked, households: [note] })).get(household);
}

/** One note of a household at a time, or two could both take its last grams. The row is the lock. */
async function lockQuantity(tx: Tx, county: County, household: string): Promise<void> {
  const now = (await householdNow(tx, county, household))?.id ?? household;
  await nextNumber(tx, county, `floor ${now}`);
}

/** All files of the household that one file is of. */
async function filesOf(tx: Tx, county: County, household: string): Promise<string[]> {
  return householdFiles(tx, county, (await householdNow(tx, county, household))?.id ?? household);
}

async function isReversed(tx: Tx, county: County, purchase: string): Promise<boolean> {
  const found = await tx
    .selectFrom('trace.purchase_facts')
    .select('purchase')
    .where('county', '=', county)
    .where('reverses', '=', purchase)
    .executeTakeFirst();
  return found !== undefined;
}

/** What of a household's agreed quantity its notes have used up. */
async function gramsCovered(tx: Tx, county: County, agreement: string, files: readonly string[]): Promise<Grams> {
  const { rows } = await sql<{ grams: Grams }>`
    select coalesce(sum(grams), 0)::bigint as grams from benefit.floor_cover
     where county = ${county} and agreement = ${agreement} and household = any(${files as string[]}::uuid[])`.execute(
    tx,
  );
  return rows[0]?.grams ?? 0;
}
