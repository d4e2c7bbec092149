/**
 * A text or bytes in memory of their own, for what is kept: Node gives short buffers out of pools of 64 kB, and one that
 * is kept keeps its whole pool (3,000 compressed pages of 5 kB took 196 MB so, and 19 by themselves).
 */
export function ownBytes(of: string | Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafeSlow(typeof of === 'string' ? Buffer.byteLength(of) : of.length);
  if (typeof of === 'string') bytes.write(of);
  else bytes.set(of);
  return bytes;
}
