import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import { toHex, utf8 } from '#platform/tlog/bytes.ts';
import { ED25519, type NoteKey, type NoteSignature, noteKey } from '#platform/tlog/note.ts';

/**
 * The log's name, chosen once from the address it is first reached by: checkpoints, keys and openings bear it, so it
 * stays when the address changes.
 */
export async function logOrigin(at: Context): Promise<string> {
  const known = await at.db.selectFrom('benefit.log_head').select('origin').executeTakeFirst();
  if (known) return known.origin;
  await at.db
    .insertInto('benefit.log_head')
    .values({ id: 1, origin: `${new URL(at.publicUrl).host}/log`, size: 0 })
    .onConflict((c) => c.column('id').doNothing())
    .execute();
  return (await at.db.selectFrom('benefit.log_head').select('origin').executeTakeFirstOrThrow()).origin;
}

/** The public keys that sign the log's checkpoints, the newest last. */
export async function activeKeys(db: Db) {
  const rows = await db
    .selectFrom('benefit.log_key')
    .select(['id', 'name', 'public_key', 'seed_sealed'])
    .where('retired_at', 'is', null)
    .orderBy('made_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, key: noteKey(row.name, ED25519, row.public_key) }));
}

/**
 * Makes another key. The seed is sealed as household data are: whoever has the database alone cannot sign.
 *
 * @returns the public key
 */
export async function addLogKey(at: Context): Promise<NoteKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const part = (key: KeyObject, name: 'x' | 'd') => key.export({ format: 'jwk' })[name] as string;
  const key = noteKey(await logOrigin(at), ED25519, Buffer.from(part(publicKey, 'x'), 'base64url'));
  await at.db
    .insertInto('benefit.log_key')
    .values({
      id: toHex(key.id),
      name: key.name,
      public_key: Buffer.from(key.publicKey),
      seed_sealed: at.sealer.seal(part(privateKey, 'd')),
      made_at: at.clock.now(),
    })
    .execute();
  return key;
}

/** The key made at the first start; of several servers that start together one makes it. */
export async function ensureLogKey(at: Context): Promise<void> {
  await logOrigin(at);
  await at.db.transaction().execute(async (tx) => {
    await tx.selectFrom('benefit.log_head').select('id').forUpdate().execute();
    const any = await tx.selectFrom('benefit.log_key').select('id').limit(1).executeTakeFirst();
    if (!any) await addLogKey({ ...at, db: tx });
  });
}

/**
 * A key signs no more: what it signed stays good for whoever still trusts it.
 *
 * @returns false where there is no such active key, or no other one
 */
export async function retireLogKey(at: Context, id: string): Promise<boolean> {
  const others = (await activeKeys(at.db)).filter((one) => one.id !== id);
  if (others.length === 0) return false;
  const { numUpdatedRows } = await at.db
    .updateTable('benefit.log_key')
    .set({ retired_at: at.clock.now() })
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Signs a text with every active key. Ed25519 is deterministic: one text has one signature of each. */
export async function signWithLogKeys(at: Context, text: string): Promise<NoteSignature[]> {
  return (await activeKeys(at.db)).map(({ key, ...row }) => {
    const [x, d] = [Buffer.from(row.public_key).toString('base64url'), at.sealer.open(row.seed_sealed)];
    const secret = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x, d }, format: 'jwk' });
    return { name: key.name, id: key.id, signature: sign(null, utf8(text), secret) };
  });
}
