import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { newId } from '#platform/ids.ts';
import { priceOf } from '#platform/money.ts';
import { registerDevice } from '../modules/trace/devices/register-device.ts';
import type { OfflineNoteInput } from '../modules/trace/offline/offline.contract.ts';
import { receiveNotes } from '../modules/trace/offline/receive-notes.ts';
import type { TestCounty } from './fixtures.ts';

export type SaidNote = Static<typeof OfflineNoteInput>;
export type SaidPurchase = Extract<SaidNote, { kind: 'purchase' }>;

/** A device of a test: a clock of its own, numbers of its own, and what it has not heard of yet. */
export interface TestDevice {
  id: string;
  by: Actor;
  /** server minus device, ms */
  offsetMs: number;
  /** A purchase as it would be written at an instant of the true time. */
  buys(when: Date, change?: Partial<SaidPurchase>): SaidPurchase;
  reverses(when: Date, note: SaidNote, reason?: string): SaidNote;
  /** Sends at the context's time. */
  sends(notes: readonly SaidNote[]): ReturnType<typeof receiveNotes>;
}

/** The keeper's phone, registered for the station. */
export async function addTestDevice(
  at: Context,
  of: TestCounty,
  { by = of.keeper, station = of.station, offsetMs = 0, name = '站长的手机' } = {},
): Promise<TestDevice> {
  const { device } = await registerDevice(at, by, { county: of.county, station, name }, null);
  let count = 0;
  const said = (when: Date) => ({
    id: newId(),
    number: `${device.letters}-${when.toISOString().slice(2, 10).replaceAll('-', '')}-${String(++count).padStart(3, '0')}`,
    village: of.village,
    writtenAt: new Date(when.getTime() - offsetMs).toISOString(),
    offsetMs,
  });
  return {
    id: device.id,
    by,
    offsetMs,
    buys(when, change = {}) {
      const note = {
        ...said(when),
        ...{ kind: 'purchase' as const, household: of.household, buyer: of.cooperative, crop: 'walnut' },
        ...{ grade: '一级', grams: 10_000, fenPerKg: 1200, referenceFenPerKg: null, paid: 'cash' as const },
        ...change,
      };
      return { ...note, amountFen: change.amountFen ?? priceOf(note.grams, note.fenPerKg) };
    },
    reverses: (when, note, reason = '重量记错了') => ({
      ...said(when),
      ...{ kind: 'reversal' as const, reverses: note.id, reason },
    }),
    sends: (notes) =>
      receiveNotes(
        at,
        by,
        {
          county: of.county,
          device: device.id,
          sentAt: new Date(at.clock.now().getTime() - offsetMs).toISOString(),
          notes,
        },
        'zh',
      ),
  };
}
