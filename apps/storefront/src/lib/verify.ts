import { checkConsistency, checkInclusion, checkLog, type ReadFile } from '#platform/tlog/check-log.ts';
import { type Checkpoint, type NoteKey, openCheckpoint, parseKey } from '#platform/tlog/note.ts';
import {
  addUp,
  decodeEntry,
  decodeOpening,
  type Opening,
  opens,
  type PublicTotal,
} from '../../../../modules/benefit/log/entry-layout.ts';

/** Why a check failed, as the page has words for it; the message says more, in English, for who looks closer. */
export class NotVerified extends Error {
  readonly code: 'key' | 'opening' | 'checkpoint' | 'forked' | 'log' | 'order';
  constructor(code: NotVerified['code'], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.code = code;
  }
}

/** What a page remembers between two visits, so that a log that was rewritten since is found. */
export interface Memory {
  get(): string | null;
  set(checkpoint: string): void;
}

const as =
  (code: NotVerified['code']) =>
  (error: unknown): never => {
    throw error instanceof NotVerified ? error : new NotVerified(code, error);
  };

export function keyOf(text: string): NoteKey {
  const key = parseKey(text);
  if (!key) throw new NotVerified('key', `${text} is no public key`);
  return key;
}

/** The latest checkpoint, believed because of its signature, and because it continues the one seen last. */
export async function trustedCheckpoint(read: ReadFile, key: NoteKey, memory: Memory): Promise<Checkpoint> {
  const note = new TextDecoder().decode(await read('checkpoint').catch(as('checkpoint')));
  const checkpoint = await openCheckpoint(note, key).catch(as('checkpoint'));
  const seen = memory.get();
  // One of another key, as after a rotation, says nothing of this one.
  const before = seen === null ? null : await openCheckpoint(seen, key).catch(() => null);
  if (before) await checkConsistency(read, before, checkpoint).catch(as('forked'));
  memory.set(note);
  return checkpoint;
}

/** Checks what somebody was shown: that the log has this line at this place, and that it says this. */
export async function verifyOpening(read: ReadFile, key: NoteKey, token: string, memory: Memory): Promise<Opening> {
  let opening: Opening;
  try {
    opening = decodeOpening(token);
  } catch (error) {
    throw new NotVerified('opening', error);
  }
  if (opening.origin !== key.name) throw new NotVerified('key', `the line is of ${opening.origin}`);
  const checkpoint = await trustedCheckpoint(read, key, memory);
  const entry = await checkInclusion(read, checkpoint, opening.index).catch(as('log'));
  if (!opens(opening, decodeEntry(entry))) throw new NotVerified('opening', 'the log says something else');
  return opening;
}

/** Reads the whole log and adds up what a county published, by month and mechanism. */
export async function verifyTotals(
  read: ReadFile,
  key: NoteKey,
  county: number,
  memory: Memory,
): Promise<{ size: number; totals: PublicTotal[] }> {
  const checkpoint = await trustedCheckpoint(read, key, memory);
  const totals = new Map<string, PublicTotal>();
  await checkLog(read, checkpoint, (entries) => {
    addUp(
      totals,
      entries.map(decodeEntry).filter((entry) => entry.county === county),
    );
  }).catch(as('log'));
  const rows = [...totals.values()].sort(
    (a, b) => b.month.localeCompare(a.month) || a.mechanism.localeCompare(b.mechanism),
  );
  return { size: checkpoint.size, totals: rows };
}

/** An opening out of what people paste: the whole address, or what follows its #. */
export const tokenIn = (text: string): string => /(?:open=)?([\w-]+)\s*$/.exec(text)?.[1] ?? '';
