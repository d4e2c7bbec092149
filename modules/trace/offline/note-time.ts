import { CLOCK_BOUND_MS, CLOCK_DRIFT_MS, CLOCK_RIGHT_MS, LATE_MS } from './offline-states.ts';

/** When a note was written, as far as clocks can tell. */
export interface NoteTime {
  at: Date;
  /** the clock was off and was put right */
  corrected: boolean;
  /** out of bounds, set between writing and sending, or ahead of the server */
  doubtful: boolean;
  late: boolean;
}

/**
 * Puts a device's time right by how far its clock was from the server's: as measured at the last contact before the
 * note, or, for a device that had none yet, as it shows now. A time that cannot be is brought to the nearest that can.
 *
 * @param writtenAt by the device's clock
 * @param offsetMs server minus device at the last contact before writing; null when there was none
 * @param sentAt by the device's clock, when it sent
 * @param now by the server's clock
 */
export function noteTime(writtenAt: Date, offsetMs: number | null, sentAt: Date, now: Date): NoteTime {
  const offsetNow = now.getTime() - sentAt.getTime();
  const offset = offsetMs ?? offsetNow;
  const set = Math.abs(offset - offsetNow) > CLOCK_DRIFT_MS;
  const far = Math.abs(offset) > CLOCK_BOUND_MS;
  const meant = writtenAt.getTime() + offset;
  const ahead = meant - now.getTime() > CLOCK_RIGHT_MS;
  return {
    at: new Date(Math.min(meant, now.getTime())),
    corrected: Math.abs(offset) > CLOCK_RIGHT_MS,
    doubtful: set || far || ahead,
    late: now.getTime() - meant > LATE_MS,
  };
}
