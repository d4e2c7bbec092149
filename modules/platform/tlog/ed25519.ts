/**
 * Whether an Ed25519 signature (RFC 8032) holds. The platform's own implementation where there is one; chat apps'
 * browsers are often years older, and none has it on a page that came over plain HTTP, so a small one waits beside.
 */
export async function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = await importKey(publicKey);
  if (key) return crypto.subtle.verify('Ed25519', key, Uint8Array.from(signature), Uint8Array.from(message));
  const [ed, { sha512 }] = await Promise.all([import('@noble/ed25519'), import('@noble/hashes/sha2.js')]);
  ed.hashes.sha512 = sha512;
  return ed.verify(signature, message, publicKey, { zip215: false });
}

async function importKey(publicKey: Uint8Array) {
  try {
    return await globalThis.crypto.subtle.importKey('raw', Uint8Array.from(publicKey), 'Ed25519', false, ['verify']);
  } catch {
    return undefined;
  }
}
