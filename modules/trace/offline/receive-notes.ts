import { isDeepStrictEqual } from 'node:util';
import type { Static } from 'typebox';
import { referencePrice } from '#catalog';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact, withScope } from '#platform/db.ts';
import { type Lang, Refusal, type RefusalDetail } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { type Crop, cropsByCode, householdBrief, householdNow, organisationsById, roleTaken } from '#registry';
import type { traceRefusals } from '../contract.ts';
import { type DeviceRow, findDevice, lockDevice } from '../devices/devices.queries.ts';
import { type Harvest, harvestFrom } from '../plots/harvest-plot.ts';
import { boughtInYear, findPurchase, type PurchaseRow } from '../purchases/purchases.queries.ts';
import { takeBack } from '../purchases/reverse-purchase.ts';
import { buyerOf, lockSeller, writeNote } from '../purchases/write-note.ts';
import { refuse } from '../refuse.ts';
import { yieldRooms } from '../yields/yield-room.ts';
import { judgePurchase, judgeWriter, type Known, writerConflicts } from './judge-note.ts';
import { type NoteTime, noteTime } from './note-time.ts';
import type { NoteAnswer, OfflineNoteInput } from './offline.contract.ts';
import { findOfflineNote, openConflicts, storeNote } from './offline.queries.ts';
import type { ConflictKind, NoticeKind } from './offline-states.ts';

type Said = Static<typeof OfflineNoteInput>;
type SaidPurchase = Extract<Said, { kind: 'purchase' }>;
type SaidReversal = Extract<Said, { kind: 'reversal' }>;
type Answer = Static<typeof NoteAnswer>;

/** One note of a batch with all that is the same for the batch. */
interface Arrived {
  county: County;
  by: Actor;
  device: DeviceRow & { station: string };
  keeper: Known['keeper'];
  time: NoteTime;
  now: Date;
}

/** What was made of a note. */
type Outcome =
  | { state: 'accepted'; conflicts: Map<ConflictKind, RefusalDetail>; notices: NoticeKind[]; about: string }
  | { state: 'refused'; code: keyof typeof traceRefusals; detail: RefusalDetail };

/**
 * Takes in notes that were written without a signal, each in a transaction of its own and each exactly once: its id,
 * made by the device, is the id of what is written. Sent again, it gets the same answer; a refused one, under which
 * nothing was written, is looked at again.
 *
 * @param input.sentAt by the device's clock
 * @returns an answer per note, in the order they came
 * @throws Refusal `device-unknown` | `device-reads-only`; what is wrong with a note is said in its answer
 */
export async function receiveNotes(
  at: Context,
  by: Actor,
  input: { county: County; device: string; sentAt: string; notes: readonly Said[] },
  lang: Lang,
): Promise<{ at: Date; notes: Answer[] }> {
  const { county } = input;
  const device = await findDevice(at.db, county, input.device);
  if (device?.person !== by.person) throw refuse('device-unknown');
  const { station } = device;
  if (!station) throw refuse('device-reads-only');
  const has = membershipsIn(by, county, ['keeper']).some((m) => m.org === station);
  const takenAt = has ? null : await roleTaken(at.db, { person: by.person, org: station, role: 'keeper' });
  const now = at.clock.now();
  const sentAt = new Date(input.sentAt);
  const answers = new Map<Said, Answer>();
  // In the order they were written, so that a reversal finds the note it takes back.
  const inOrder = input.notes.toSorted((a, b) => Date.parse(a.writtenAt) - Date.parse(b.writtenAt));
  for (const said of inOrder) {
    const time = noteTime(new Date(said.writtenAt), said.offsetMs, sentAt, now);
    const arrived = { county, by, now, time, keeper: { has, takenAt }, device: { ...device, station } };
    answers.set(said, await receiveNote(at, arrived, said, lang));
  }
  return { at: now, notes: input.notes.map((said) => answers.get(said) as Answer) };
}

async function receiveNote(at: Context, arrived: Arrived, said: Said, lang: Lang): Promise<Answer> {
  const { county } = arrived;
  try {
    return await transact(at.db, async (tx) => {
      await withScope(tx, String(county));
      // Whoever sends the same note at the same time waits here, and finds it stored.
      const device = await lockDevice(tx, county, arrived.device.id);
      const before = await findOfflineNote(tx, county, said.id);
      if (before && (before.device !== arrived.device.id || !isDeepStrictEqual(before.said, said))) {
        throw refuse('note-id-used');
      }
      if (before?.state !== 'accepted') {
        const outcome = await makeOf(tx, at, { ...arrived, device: { ...arrived.device, ...device } }, said);
        await store(tx, arrived, said, outcome);
      }
      return answerOf(tx, arrived, said, lang);
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // It undid the note whole; that it came and why it was refused is kept all the same.
    const refused = { state: 'refused' as const, code: error.code as keyof typeof traceRefusals, detail: error.detail };
    if (error.code !== 'note-id-used') {
      const meanwhile = await transact(at.db, async (tx) => {
        await withScope(tx, String(county));
        await lockDevice(tx, county, arrived.device.id);
        // Sent at the same time and accepted there: what is written is not refused any more.
        const other = await findOfflineNote(tx, county, said.id);
        if (other?.state === 'accepted') return answerOf(tx, arrived, said, lang);
        await store(tx, arrived, said, refused);
      });
      if (meanwhile) return meanwhile;
    }
    return {
      ...{ id: said.id, state: 'refused', number: null, lotNumber: null, conflicts: [], notices: [] },
      ...{ code: error.code, message: error.say(lang), receivedAt: arrived.now },
    };
  }
}

async function makeOf(tx: Tx, at: Context, arrived: Arrived, said: Said): Promise<Outcome> {
  const { county, device } = arrived;
  if (await findPurchase(tx, county, said.id)) throw refuse('note-id-used');
  const sameNumber = await tx
    .selectFrom('trace.offline_note')
    .select('id')
    .where('county', '=', county)
    .where('device', '=', device.id)
    .where('number', '=', said.number)
    .where('state', '=', 'accepted')
    .executeTakeFirst();
  if (sameNumber) throw refuse('note-number-used', { number: said.number });
  return said.kind === 'purchase' ? buyIn(tx, at, arrived, said) : reverse(tx, arrived, said);
}

async function buyIn(tx: Tx, at: Context, arrived: Arrived, said: SaidPurchase): Promise<Outcome> {
  const { county, by, time, now } = arrived;
  const { station } = arrived.device;
  const day = dayOf(time.at);
  const grown = (await cropsByCode(tx)).get(said.crop);
  const { known, reference, plot } = await lookAround(tx, at, arrived, said, day, grown);
  const judged = judgePurchase(said, known);
  if (judged.refused !== undefined) {
    return { state: 'refused', code: judged.refused as keyof typeof traceRefusals, detail: judged.detail };
  }
  const household = known.household as NonNullable<Known['household']>;
  const { id, buyer, crop, grade, grams, fenPerKg, amountFen, paid } = said;
  await writeNote(tx, {
    ...{ county, id, station, buyer, household: household.id, village: household.village, crop, grade, grams },
    ...{ shelfLifeDays: (grown as Crop).shelfLifeDays, fenPerKg, amountFen, referenceFenPerKg: reference, paid },
    // What the paper says stands, also where the county has come to call the variety otherwise: it was handed out.
    ...{ variety: said.variety?.trim() ?? '', day, harvestedOn: day, plot, at: time.at, bookedAt: now, by },
  });
  return { state: 'accepted', conflicts: judged.conflicts, notices: judged.notices, about: id };
}

/** All that the rules ask for, with the household locked against another scale. */
async function lookAround(
  tx: Tx,
  at: Context,
  arrived: Arrived,
  said: SaidPurchase,
  day: string,
  grown: Crop | undefined,
): Promise<{ known: Known; reference: number | null; plot: string | null }> {
  const { county, by, device, keeper, time } = arrived;
  const orgs = await organisationsById(tx, county, [device.station, said.buyer]);
  const scale = orgs.get(device.station);
  const paper = orgs.get(said.buyer);
  const buys = paper && (paper.kind === 'cooperative' || paper.kind === 'merchant');
  const region = membershipsIn(by, county, ['keeper']).find((m) => m.org === device.station)?.region ?? scale?.region;
  const price = await referencePrice(tx, county, said.crop, said.grade, day);
  const standing = await householdNow(tx, county, said.household);
  const known: Known = {
    ...{ keeper, time, device: { revokedAt: device.revoked_at }, reference: price, spray: null },
    station: { active: scale?.state === 'active', buyer: scale ? buyerOf(scale) : null },
    buyer: buys ? (paper.state === 'active' ? 'active' : 'closed') : 'none',
  };
  let harvest: Harvest = { plot: null, against: null };
  if (standing) {
    await lockSeller(tx, county, standing.id);
    const brief = (await householdBrief(tx, at.sealer, county, [standing.id])).get(standing.id);
    if (brief) {
      const inRegion = brief.village.startsWith(region ?? '-');
      known.household = { id: standing.id, village: brief.village, state: standing.state, inRegion };
    }
    if (grown) {
      const bought = (await boughtInYear(tx, county, standing.id, day.slice(0, 4))).get(said.crop) ?? 0;
      const room = (await yieldRooms(tx, county, standing.id, day.slice(0, 4))).get(said.crop);
      harvest = await offPlot(tx, { county, household: standing.id, crop: said.crop, day, plot: said.plot });
      known.spray = harvest.against;
      known.crop = { limitGrams: room?.limitGrams ?? null, mostGrams: room?.mostGrams ?? 0, boughtGrams: bought };
    }
  }
  return { known, reference: price?.fenPerKg ?? null, plot: harvest.plot?.plot ?? null };
}

/** As at the scale; a plot that is not, or no more, the household's is taken for none named: the note is never lost. */
async function offPlot(tx: Tx, of: Parameters<typeof harvestFrom>[1]): Promise<Harvest> {
  try {
    return await harvestFrom(tx, of);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return harvestFrom(tx, { ...of, plot: undefined });
  }
}

async function reverse(tx: Tx, arrived: Arrived, said: SaidReversal): Promise<Outcome> {
  const { county, by, device, time, now } = arrived;
  const barred = judgeWriter({ ...arrived, device: { revokedAt: device.revoked_at } });
  if (barred) {
    return { state: 'refused', code: barred.refused as keyof typeof traceRefusals, detail: barred.detail };
  }
  const seen = await findPurchase(tx, county, said.reverses);
  if (!seen) throw refuse('purchase-not-found');
  if (seen.station !== device.station) throw refuse('station-not-yours');
  const conflicts = writerConflicts({ ...arrived, device: { revokedAt: device.revoked_at } });
  const notices: NoticeKind[] = time.corrected ? ['clock-corrected'] : [];
  try {
    await takeBack(tx, seen, { id: said.id, reason: said.reason, by, at: time.at, bookedAt: now });
  } catch (error) {
    // Nothing has been written yet when it says so. The goods have moved on; what is right now is the county's word.
    if (!(error instanceof Refusal) || error.code !== 'lot-moved-on') throw error;
    return {
      ...{ state: 'accepted', notices, about: seen.id },
      conflicts: new Map([['reversal-too-late' as const, { reason: said.reason }]]),
    };
  }
  return { state: 'accepted', conflicts, notices, about: said.id };
}

async function store(tx: Tx, arrived: Arrived, said: Said, outcome: Outcome): Promise<void> {
  const { county, by, device, time, now } = arrived;
  await storeNote(tx, {
    ...{ county, id: said.id, device: device.id, number: said.number, kind: said.kind, village: said.village },
    ...{ said: JSON.stringify(said), written_at: said.writtenAt, noted_at: time.at, received_at: now },
    ...{ by_person: by.person, state: outcome.state },
    ...(outcome.state === 'refused'
      ? { code: outcome.code, detail: JSON.stringify(outcome.detail), notices: [] }
      : { code: null, detail: null, notices: outcome.notices }),
  });
  if (outcome.state === 'accepted' && outcome.conflicts.size > 0) {
    const about = (await findPurchase(tx, county, outcome.about)) as PurchaseRow;
    await openConflicts(tx, about, outcome.conflicts, now);
  }
}

async function answerOf(tx: Tx, { county }: Arrived, said: Said, lang: Lang): Promise<Answer> {
  const row = await findOfflineNote(tx, county, said.id);
  if (!row) throw new Error(`offline note ${said.id} was not stored`);
  const code = row.code as keyof typeof traceRefusals | null;
  const written = row.state === 'accepted' ? await findPurchase(tx, county, said.id) : undefined;
  const conflicts = await tx
    .selectFrom('trace.note_conflict')
    .select('kind')
    .where('county', '=', county)
    .where('purchase', '=', written?.id ?? (said.kind === 'reversal' ? said.reverses : said.id))
    .orderBy('opened_at')
    .orderBy('kind')
    .execute();
  return {
    ...{ id: said.id, state: row.state, code, receivedAt: row.received_at },
    number: written?.number ?? null,
    lotNumber: written?.lot_number ?? null,
    conflicts: conflicts.map((one) => one.kind as ConflictKind),
    notices: row.notices as NoticeKind[],
    message: code ? refuse(code, (row.detail ?? {}) as RefusalDetail).say(lang) : null,
  };
}
