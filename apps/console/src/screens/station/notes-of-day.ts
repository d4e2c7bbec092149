import type { Purchase } from '../../api/answers.ts';
import type { DeviceNote } from '../../offline/device-notes.ts';

/** A note of the day, wherever it was written; a note of this device opens on the device. */
export interface NoteOfDay {
  id: string;
  /** as printed */
  number: string;
  headMasked: string;
  cropName: string;
  grams: number;
  amountFen: number;
  reversed: boolean;
  at: number;
  device?: DeviceNote;
  server?: Purchase;
}

/** The day's notes of the station, newest first: the server's, and those of this device. A note has one id on both. */
export function notesOfDay(server: readonly Purchase[], own: readonly DeviceNote[]): NoteOfDay[] {
  const mine = new Set(own.map((one) => one.said.id));
  const reversed = new Set(own.flatMap(({ said }) => (said.kind === 'reversal' ? [said.reverses] : [])));
  const rows: NoteOfDay[] = [
    // What was refused is on this device and in no book.
    ...own.map((device) => {
      const { said, shown, answer } = device;
      const counts = answer?.state !== 'refused';
      return {
        ...{ id: said.id, number: said.number, headMasked: shown.headMasked, cropName: shown.cropName, device },
        ...{ grams: counts ? shown.grams : 0, amountFen: counts ? shown.amountFen : 0, at: Date.parse(shown.at) },
        reversed: reversed.has(said.id),
      };
    }),
    ...server
      .filter((note) => !mine.has(note.id))
      .map((note) => {
        const { id, number, headMasked, cropName, grams, amountFen } = note;
        return {
          ...{ id, number, headMasked, cropName, grams, amountFen, server: note },
          ...{ at: Date.parse(String(note.at)), reversed: note.reversedBy !== null },
        };
      }),
  ];
  return rows.sort((a, b) => b.at - a.at);
}
