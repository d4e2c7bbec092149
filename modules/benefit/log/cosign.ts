import type { Context } from '#platform/context.ts';
import {
  COSIGNATURE,
  checkpointText,
  cosignedAt,
  formatKey,
  isBy,
  type Note,
  type NoteKey,
  parseCheckpoint,
  parseKey,
  parseNote,
  verifySignature,
} from '#platform/tlog/note.ts';
import { refuse } from '../refuse.ts';
import { checkpointAt } from './read-log.ts';

/** Whose cosignatures are taken: the keys this server was told to know (SHANHUO_LOG_WITNESSES). */
export const knownWitnesses = (at: Context): NoteKey[] =>
  (at.logWitnesses ?? []).flatMap((text) => {
    const key = parseKey(text);
    return key?.kind === COSIGNATURE ? [key] : [];
  });

/**
 * Takes what witnesses say of a checkpoint (C2SP tlog-cosignature v1): a signed note with our text and their lines.
 * Of one witness the newest counts. Lines of others are passed over, as the form wants it.
 *
 * @returns how many were taken
 * @throws Refusal `note-broken` | `checkpoint-unknown` | `cosignature-false` | `witness-unknown`
 */
export async function addCosignatures(at: Context, signed: string): Promise<number> {
  const { note, size } = readCheckpoint(signed);
  if (checkpointText(await checkpointAt(at, size)) !== note.text) throw refuse('checkpoint-unknown', { size });
  const witnesses = knownWitnesses(at);
  const lines = note.signatures.flatMap((one) => {
    const key = witnesses.find((known) => isBy(one, known));
    return key ? [{ one, key }] : [];
  });
  if (lines.length === 0) throw refuse('witness-unknown');
  for (const { one, key } of lines) {
    const seconds = cosignedAt(one);
    if (seconds === undefined || !(await verifySignature(note.text, one, key))) {
      throw refuse('cosignature-false', { name: key.name });
    }
    const row = {
      size,
      witness: formatKey(key),
      signature: Buffer.from(one.signature),
      signed_at: new Date(seconds * 1000),
    };
    await at.db
      .insertInto('benefit.log_cosignature')
      .values(row)
      .onConflict((c) =>
        c
          .columns(['size', 'witness'])
          .doUpdateSet((e) => ({ signature: e.ref('excluded.signature'), signed_at: e.ref('excluded.signed_at') }))
          .whereRef('excluded.signed_at', '>', 'benefit.log_cosignature.signed_at'),
      )
      .execute();
  }
  return lines.length;
}

function readCheckpoint(signed: string): { note: Note; size: number } {
  try {
    const note = parseNote(signed);
    return { note, size: parseCheckpoint(note.text).size };
  } catch (error) {
    throw refuse('note-broken', { why: (error as Error).message });
  }
}
