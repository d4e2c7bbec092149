/** What goes to the server when there is a signal, and what comes back. */
import { Problem } from '#platform/http/client.ts';
import type { CarriedFloor, NoteAnswer, StationPack } from '../api/answers.ts';
import { type DeviceClock, type DeviceNote, keepNote, readNotes, type SaidNote } from './device-notes.ts';
import type { Keep } from './idb.ts';
import { type CarriedPack, mergePack } from './pack.ts';
import type { Sealed, Vault } from './vault.ts';

/** The calls a device makes. */
export interface Line {
  send(body: {
    device: string;
    sentAt: string;
    notes: SaidNote[];
  }): Promise<{ at: string | Date; notes: readonly NoteAnswer[] }>;
  pack(since: string | undefined): Promise<StationPack>;
  /** agreed floors of all the households; few, so all of them come each time */
  floors(): Promise<readonly CarriedFloor[]>;
}

const MOST_NOTES = 200;

/**
 * Sends what waits, in the order it was written, until every note is answered. A note stays on the device until its
 * answer is kept beside it; sent twice, it is answered twice and written once.
 *
 * @throws whatever the line throws: the notes then wait for the next time
 */
export async function sendWaiting(keep: Keep, vault: Vault, line: Line, now: () => number): Promise<number> {
  const waiting = (await readNotes(keep, vault)).filter((one) => one.answer === null);
  for (let from = 0; from < waiting.length; from += MOST_NOTES) {
    await sendSome(keep, vault, line, now, waiting.slice(from, from + MOST_NOTES));
  }
  return waiting.length;
}

async function sendSome(
  keep: Keep,
  vault: Vault,
  line: Line,
  now: () => number,
  notes: readonly DeviceNote[],
): Promise<void> {
  const { device } = vault.record;
  try {
    const sentAt = new Date(now()).toISOString();
    const { notes: answers } = await line.send({ device, sentAt, notes: notes.map((one) => one.said) });
    const byId = new Map(answers.map((one) => [one.id, one]));
    for (const note of notes) {
      const answer = byId.get(note.said.id);
      if (answer) await keepNote(keep, vault, { ...note, answer });
    }
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 400) throw error;
    // One of them is malformed; the others must not wait for it.
    if (notes.length > 1) {
      const half = Math.ceil(notes.length / 2);
      await sendSome(keep, vault, line, now, notes.slice(0, half));
      await sendSome(keep, vault, line, now, notes.slice(half));
      return;
    }
    const [note] = notes;
    if (note) await keepNote(keep, vault, { ...note, answer: malformed(note, error, now()) });
  }
}

function malformed({ said }: DeviceNote, error: Problem, now: number): NoteAnswer {
  const words = error.errors.map((one) => `${one.field} ${one.message}`).join('；');
  return {
    ...{ id: said.id, state: 'refused', number: null, lotNumber: null, conflicts: [], notices: [] },
    ...{ code: error.code, message: words || error.title, receivedAt: new Date(now).toISOString() },
  };
}

/** Fetches what changed and keeps it, and measures the clock while at it. */
export async function fetchPack(keep: Keep, vault: Vault, line: Line, now: () => number): Promise<CarriedPack> {
  const before = await readPack(keep, vault);
  const asked = now();
  const arrived = await line.pack(before?.cursor);
  const answered = now();
  const pack: CarriedPack = { ...mergePack(before, arrived), floors: await line.floors() };
  const clock: DeviceClock = {
    id: 'clock',
    offsetMs: Math.round(Date.parse(String(arrived.at)) - (asked + answered) / 2),
  };
  await keep.put('meta', clock);
  await keep.put('sealed', { id: 'pack', ...(await vault.seal('pack', pack)) } as { id: string });
  return pack;
}

export async function readPack(keep: Keep, vault: Vault): Promise<CarriedPack | undefined> {
  const sealed = await keep.get<Sealed>('sealed', 'pack');
  return sealed && vault.open<CarriedPack>('pack', sealed);
}
