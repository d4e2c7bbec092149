import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { gcmsiv } from '@noble/ciphers/aes.js';

/**
 * Sealing of personal data: AES-256-GCM-SIV (RFC 8452; a repeated nonce reveals nothing but equality) for what is
 * stored, HMAC-SHA-256 for what must be found again by equality. Keys are derived from the one secret by HKDF.
 */
export interface Sealer {
  seal(text: string): Buffer;
  open(sealed: Uint8Array): string;
  /** A keyed hash: equal texts give equal hashes, and without the key none can be computed. */
  hash(text: string): string;
  /** Signs a short text, for cookies, codes and sandbox notices. */
  sign(purpose: string, text: string): Buffer;
}

export function makeSealer(secret: string): Sealer {
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', secret, 'shanhuo', info, 32));
  const sealing = derive('seal/1');
  // As a key object, which need not be taken in anew at every hash.
  const hashing = createSecretKey(derive('hash/1'));
  // By purpose, of which there are a handful.
  const signing = new Map<string, KeyObject>();
  return {
    seal(text) {
      const nonce = randomBytes(12);
      return Buffer.concat([nonce, gcmsiv(sealing, nonce).encrypt(Buffer.from(text, 'utf8'))]);
    },
    open(sealed) {
      const bytes = Uint8Array.from(sealed);
      return Buffer.from(gcmsiv(sealing, bytes.subarray(0, 12)).decrypt(bytes.subarray(12))).toString('utf8');
    },
    hash: (text) => createHmac('sha256', hashing).update(text).digest('base64url'),
    sign(purpose, text) {
      let key = signing.get(purpose);
      if (!key) {
        key = createSecretKey(derive(`sign/${purpose}`));
        signing.set(purpose, key);
      }
      return createHmac('sha256', key).update(text).digest();
    },
  };
}
