import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** OpenSSL has the mode since 3.2, and Node hands it through with its tag; only its types do not name it yet. */
const MODE = 'aes-256-gcm-siv' as CipherGCMTypes;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

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

/** Whether two signatures are the same, in a time that does not tell where they differ. */
export const sameSignature = (given: Buffer, right: Buffer): boolean =>
  given.length === right.length && timingSafeEqual(given, right);

export function makeSealer(secret: string): Sealer {
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', secret, 'shanhuo', info, 32));
  // As key objects, which need not be taken in anew each time.
  const sealing = createSecretKey(derive('seal/1'));
  const hashing = createSecretKey(derive('hash/1'));
  // By purpose, of which there are a handful.
  const signing = new Map<string, KeyObject>();
  return {
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(MODE, sealing, nonce);
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed) {
      const decipher = createDecipheriv(MODE, sealing, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      // The whole text at once: this mode takes it in one piece.
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      );
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
