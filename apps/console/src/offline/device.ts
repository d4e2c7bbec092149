/**
 * This browser as a device that works without a signal: set up once, opened by PIN, sending whenever it can. One per
 * browser, kept outside React so that it lives as long as the page does.
 */
import { useSyncExternalStore } from 'react';
import { Problem } from '#platform/http/client.ts';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { Session } from '../session/session.ts';
import {
  countWaiting,
  type DeviceNote,
  keepNote,
  type Purchase,
  readNotes,
  writePurchase,
  writeReversal,
} from './device-notes.ts';
import { type Keep, openKeep } from './idb.ts';
import type { CarriedPack } from './pack.ts';
import { registerShell } from './shell.ts';
import { fetchPack, type Line, readPack, sendWaiting } from './sync.ts';
import {
  makeVault,
  readVault,
  recoverVault,
  type Sealed,
  type Unlocked,
  unlock,
  type Vault,
  type VaultRecord,
  wipeReference,
} from './vault.ts';

/** Why nothing goes out at the moment. */
type Trouble = 'offline' | 'sign-in' | 'revoked' | 'server';

interface Common {
  /** notes that were not answered yet */
  waiting: number;
  sending: boolean;
  trouble: Trouble | null;
}
export type DeviceState =
  | ({ state: 'none' } & Common)
  | ({ state: 'locked'; record: VaultRecord } & Common)
  | ({
      state: 'open';
      record: VaultRecord;
      session: Session | null;
      pack: CarriedPack | null;
      notes: readonly DeviceNote[];
    } & Common);

const nothing: DeviceState = { state: 'none', waiting: 0, sending: false, trouble: null };
let current: DeviceState = nothing;
let vault: Vault | undefined;
let keeping: Promise<Keep> | undefined;
let loading: Promise<void> | undefined;
const listeners = new Set<() => void>();

/** While something waits it is tried again so often; and the pack is asked for anew so often. */
const SEND_EVERY_MS = 30_000;
const PACK_EVERY_MS = 10 * 60_000;
/** After a call that failed although there is a signal: so soon, then twice as late each time. */
const SOON_MS = 1_000;
/** Laid aside so long, the PIN is asked for again. */
const LOCK_AFTER_MS = 15 * 60_000;

const keep = () => {
  keeping ??= openKeep();
  return keeping;
};

function become(next: Partial<DeviceState> | DeviceState): void {
  current = { ...current, ...next } as DeviceState;
  for (const tell of listeners) tell();
}

/** This browser's device, and every change of it. */
export function useDevice(): DeviceState {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => current,
  );
}

/** What is known of the device, read from the disk once. A browser that keeps nothing has none. */
export async function loadDevice(): Promise<DeviceState> {
  loading ??= (async () => {
    const record = await keep()
      .then(readVault)
      .catch(() => undefined);
    if (record) {
      become({ state: 'locked', record, waiting: await countWaiting(await keep()) });
      registerShell();
      watchSignal();
    }
  })();
  await loading;
  return current;
}

/** Makes this browser a device of the person: registers it, seals its key under the PIN, fetches what it carries. */
export async function setUpDevice(
  of: { county: number; station: string | null; name: string; session: Session },
  pin: string,
  key: string,
): Promise<void> {
  const { county, station, session } = of;
  const { device, recoveryKey } = await api.trace.addDevice(
    { params: { county }, body: { name: of.name, station: station ?? undefined } },
    { key },
  );
  const record = { person: session.person, county, station, device: device.id, letters: device.letters };
  const made = await makeVault(await keep(), record, pin, recoveryKey);
  // Without this a browser short of room may throw notes away that nobody has seen yet.
  void navigator.storage?.persist?.();
  await open(made);
  await keepSession(session);
  await refreshPack();
  registerShell();
  watchSignal();
}

/** Opens the device with its PIN. */
export async function unlockDevice(pin: string): Promise<Unlocked> {
  const result = await unlock(await keep(), pin, Date.now());
  if ('vault' in result) await open(result.vault);
  return result;
}

/** A forgotten PIN: the server gives the key to the keeper who is signed in, and a new PIN is set. */
export async function recoverDevice(pin: string): Promise<void> {
  if (current.state !== 'locked') return;
  const { county, device } = current.record;
  const { recoveryKey } = await api.trace.recoverDevice({ params: { county, id: device } });
  await open(await recoverVault(await keep(), recoveryKey, pin));
}

/** Forgets the keys until the PIN is typed again. */
export async function lockDevice(): Promise<void> {
  vault = undefined;
  if (current.state !== 'open') return;
  const { record, trouble } = current;
  current = { state: 'locked', record, waiting: await countWaiting(await keep()), sending: false, trouble };
  become({});
}

/** Forgets households and prices, and asks for the PIN again; notes stay, sealed. */
export async function forgetReference(): Promise<void> {
  await wipeReference(await keep());
  await lockDevice();
}

/** Makes this browser no device any more. @throws while notes wait: they are somebody's money */
export async function removeDevice(): Promise<void> {
  const store = await keep();
  if ((await countWaiting(store)) > 0) throw new Error('notes wait to be sent');
  for (const name of ['sealed', 'notes', 'meta'] as const) await store.clear(name);
  vault = undefined;
  current = nothing;
  become({});
}

async function open(opened: Vault): Promise<void> {
  vault = opened;
  const store = await keep();
  const sealed = await store.get<Sealed>('sealed', 'session');
  const session = sealed ? await opened.open<Session>('session', sealed) : null;
  const notes = await readNotes(store, opened);
  current = {
    ...{ state: 'open', record: opened.record, session, notes, sending: false, trouble: null },
    pack: (await readPack(store, opened)) ?? null,
    waiting: notes.filter((one) => one.answer === null).length,
  };
  become({});
  void sendNow();
}

/** Keeps who is signed in, so that the screens open without a signal. */
export async function keepSession(session: Session): Promise<void> {
  if (!vault || session.person !== vault.record.person) return;
  await (await keep()).put('sealed', { id: 'session', ...(await vault.seal('session', session)) } as { id: string });
  become({ session });
}

/** Writes a purchase on the device, and sends it if it can. */
export async function buyOnDevice(input: Purchase): Promise<DeviceNote> {
  const { store, opened, pack, session } = await ready();
  const note = await writePurchase(store, opened, pack, session.name, input, Date.now());
  return written(note);
}

/** Writes the note that takes another back, and sends it if it can. */
export async function reverseOnDevice(wrong: DeviceNote, reason: string): Promise<DeviceNote> {
  const { store, opened, session } = await ready();
  const note = await writeReversal(store, opened, wrong, session.name, reason, Date.now());
  return written(note);
}

/** The note is on the disk: whatever fails from here on must not look as if it were not, or it is written again. */
async function written(note: DeviceNote): Promise<DeviceNote> {
  await notesChanged().catch(() => {});
  void sendNow();
  return note;
}

/** Puts a refused note in line again, after what stood in its way was put right. */
export async function sendAgain(note: DeviceNote): Promise<void> {
  const { store, opened } = await ready();
  await keepNote(store, opened, { ...note, answer: null });
  await notesChanged();
  await sendNow();
}

async function ready() {
  if (!vault || current.state !== 'open' || !current.pack || !current.session) throw new Error('the device is locked');
  return { store: await keep(), opened: vault, pack: current.pack, session: current.session };
}

async function notesChanged(): Promise<void> {
  if (!vault) return;
  const notes = await readNotes(await keep(), vault);
  become({ notes, waiting: notes.filter((one) => one.answer === null).length });
}

let sending: Promise<void> | undefined;

/** Sends what waits and fetches what changed; whoever asks while it is under way waits for that. */
export function sendNow(): Promise<void> {
  sending ??= send().finally(() => {
    sending = undefined;
  });
  return sending;
}

async function send(): Promise<void> {
  if (!vault) return;
  const opened = vault;
  const store = await keep();
  become({ sending: true });
  try {
    const sent = await alone(() => sendWaiting(store, opened, lineOf(opened.record), Date.now));
    if (vault !== opened) return;
    await notesChanged();
    const packAt = current.state === 'open' && current.pack ? Date.parse(String(current.pack.at)) : 0;
    if (sent > 0 || Date.now() - packAt > PACK_EVERY_MS) await refreshPack();
    if (sent > 0) void queries.invalidateQueries();
    become({ sending: false, trouble: null });
    failures = 0;
  } catch (error) {
    await notesChanged();
    become({ sending: false, trouble: troubleOf(error) });
    // A signal that has just come back is often not there yet for the first call.
    if (navigator.onLine && SOON_MS * 2 ** failures < SEND_EVERY_MS) {
      setTimeout(() => void sendNow(), SOON_MS * 2 ** failures++);
    }
  }
}

let failures = 0;

async function refreshPack(): Promise<void> {
  if (!vault) return;
  const pack = await fetchPack(await keep(), vault, lineOf(vault.record), Date.now);
  become({ pack });
}

/** One tab at a time; where the browser has no locks the server still writes each note once. */
const alone = <T>(work: () => Promise<T>): Promise<T> =>
  navigator.locks ? (navigator.locks.request('shanhuo-send', work) as Promise<T>) : work();

const lineOf = ({ county, station }: VaultRecord): Line => ({
  send: (body) => api.trace.offlineNotes({ params: { county }, body }),
  pack: (since) => api.trace.stationPack({ params: { county }, query: { station: station ?? undefined, since } }),
  floors: () => (station ? api.benefit.stationFloors({ params: { county, id: station } }) : Promise.resolve([])),
});

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Problem)) return 'offline';
  if (error.status === 401) return 'sign-in';
  return error.code === 'device-revoked' || error.code === 'device-unknown' ? 'revoked' : 'server';
}

let watching = false;

function watchSignal(): void {
  if (watching) return;
  watching = true;
  let hiddenAt = 0;
  addEventListener('online', () => {
    failures = 0;
    void sendNow();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (hiddenAt && Date.now() - hiddenAt > LOCK_AFTER_MS) void lockDevice();
    else void sendNow();
  });
  setInterval(() => {
    const packAt = current.state === 'open' && current.pack ? Date.parse(String(current.pack.at)) : Date.now();
    if (current.waiting > 0 || Date.now() - packAt > PACK_EVERY_MS) void sendNow();
  }, SEND_EVERY_MS);
}
