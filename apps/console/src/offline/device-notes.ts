/** Notes written on this device: each is kept, sealed, before anybody is told that it is written. */
import type { NoteAnswer, StationPack } from '../api/answers.ts';
import { day as dayOf } from '../format.ts';
import type { Keep } from './idb.ts';
import { cropName } from './pack.ts';
import { uuid7 } from './uuid7.ts';
import type { Sealed, Vault } from './vault.ts';

interface Said {
  id: string;
  /** as printed: letters of the device, day, counter */
  number: string;
  village: string;
  writtenAt: string;
  offsetMs: number | null;
}
export type Paid = 'cash' | 'transfer' | 'later';
/** A purchase as the keeper confirmed it. */
export interface Purchase {
  household: string;
  crop: string;
  /** left out where none was named */
  variety?: string;
  grade: string;
  /** negative where a reversal shows it */
  grams: number;
  fenPerKg: number;
  amountFen: number;
  referenceFenPerKg: number | null;
  paid: Paid;
}
interface SaidPurchase extends Said, Purchase {
  kind: 'purchase';
  buyer: string;
  plot?: string;
}
interface SaidReversal extends Said {
  kind: 'reversal';
  reverses: string;
  reason: string;
}
/** What is sent, and never changes. */
export type SaidNote = SaidPurchase | SaidReversal;

/** What stands on the paper, so that it can be printed again at any time. */
interface ShownNote extends Purchase {
  /** the time as far as the device knows it */
  at: string;
  day: string;
  stationName: string;
  buyerName: string;
  householdCode: string;
  headMasked: string;
  villageName: string;
  cropName: string;
  byName: string;
}

export interface DeviceNote {
  said: SaidNote;
  shown: ShownNote;
  /** what the server answered; null while it waits */
  answer: NoteAnswer | null;
}

interface NoteRecord extends Sealed {
  id: string;
  /** readable without the PIN, so that a locked device still says how many it holds */
  waiting: boolean;
}

/** Server minus device at the last contact; null before the first. */
export interface DeviceClock {
  id: 'clock';
  offsetMs: number | null;
}

export async function clockOffset(keep: Keep): Promise<number | null> {
  return (await keep.get<DeviceClock>('meta', 'clock'))?.offsetMs ?? null;
}

/** How many notes wait to be sent, locked or not. */
export async function countWaiting(keep: Keep): Promise<number> {
  return (await keep.all<NoteRecord>('notes')).filter((one) => one.waiting).length;
}

/** All notes of the device, oldest first. */
export async function readNotes(keep: Keep, vault: Vault): Promise<DeviceNote[]> {
  const records = await keep.all<NoteRecord>('notes');
  const notes = await Promise.all(records.map((one) => vault.open<DeviceNote>(`note ${one.id}`, one)));
  return notes.sort((a, b) => (a.said.id < b.said.id ? -1 : 1));
}

/** Keeps a note; it is on the disk when this answers. */
export async function keepNote(keep: Keep, vault: Vault, note: DeviceNote): Promise<void> {
  const { id } = note.said;
  const record: NoteRecord = { id, waiting: note.answer === null, ...(await vault.seal(`note ${id}`, note)) };
  await keep.put('notes', record);
}

/** Writes a purchase on the device. @param now by the device's clock */
export async function writePurchase(
  keep: Keep,
  vault: Vault,
  pack: StationPack,
  byName: string,
  input: Purchase,
  now: number,
): Promise<DeviceNote> {
  const household = pack.households.find((one) => one.id === input.household);
  const { station } = pack;
  if (!household || !station?.buyer) throw new Error('a purchase needs a household and a buyer');
  const { said, at } = await begin(keep, vault, household.village, now);
  const { code, headMasked, villageName } = household;
  const note: DeviceNote = {
    said: { ...said, kind: 'purchase', ...input, buyer: station.buyer },
    shown: {
      ...{ ...input, at, day: dayOf(at), byName, headMasked, villageName, householdCode: code },
      ...{ cropName: cropName(pack, input.crop), stationName: station.name, buyerName: station.buyerName ?? '' },
    },
    answer: null,
  };
  await keepNote(keep, vault, note);
  return note;
}

/** Writes the note that takes another back. */
export async function writeReversal(
  keep: Keep,
  vault: Vault,
  wrong: DeviceNote,
  byName: string,
  reason: string,
  now: number,
): Promise<DeviceNote> {
  const { said, at } = await begin(keep, vault, wrong.said.village, now);
  const { grams, amountFen } = wrong.shown;
  const note: DeviceNote = {
    said: { ...said, kind: 'reversal', reverses: wrong.said.id, reason },
    shown: { ...wrong.shown, at, day: dayOf(at), byName, grams: -grams, amountFen: -amountFen },
    answer: null,
  };
  await keepNote(keep, vault, note);
  return note;
}

async function begin(keep: Keep, vault: Vault, village: string, now: number) {
  const offsetMs = await clockOffset(keep);
  const at = new Date(now + (offsetMs ?? 0)).toISOString();
  const short = dayOf(at).slice(2).replaceAll('-', '');
  // A number whose note is not kept after all is skipped; none is given twice, also not on a day that the clock, set
  // back, comes to again: the server would have to refuse its note.
  const { given } = await keep.change<{ id: 'counter'; given: Record<string, number> }>('counter', (before) => ({
    id: 'counter',
    given: { ...before?.given, [short]: (before?.given[short] ?? 0) + 1 },
  }));
  const n = given[short] ?? 1;
  const said = {
    ...{ id: uuid7(now), village, offsetMs, writtenAt: new Date(now).toISOString() },
    number: `${vault.record.letters}-${short}-${String(n).padStart(3, '0')}`,
  };
  return { said, at };
}
