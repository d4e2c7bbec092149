import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
// A day's bill has some 300 bytes a line.
const LARGEST = 512 * 1024 * 1024;

/**
 * The files of a zip archive, read by its directory (PKWARE APPNOTE 4.3): stored or deflated, neither encrypted nor
 * beyond 4 GB, as a provider's bills are.
 *
 * @returns name, in bytes since it is in whatever encoding its maker had, and content
 * @throws RangeError when it is no such archive
 */
export function* unzip(zip: Buffer): Generator<[name: Buffer, content: Buffer]> {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== END) end--;
  if (end < 0) throw new RangeError('no zip archive');
  let at = zip.readUInt32LE(end + 16);
  for (let n = zip.readUInt16LE(end + 10); n > 0; n--) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new RangeError('the directory of the zip archive is broken');
    const method = zip.readUInt16LE(at + 10);
    const packed = zip.readUInt32LE(at + 20);
    const size = zip.readUInt32LE(at + 24);
    const nameLength = zip.readUInt16LE(at + 28);
    const head = zip.readUInt32LE(at + 42);
    const name = zip.subarray(at + 46, at + 46 + nameLength);
    // Name and extra fields of the file's own head may be longer than those of the directory.
    const from = head + 30 + zip.readUInt16LE(head + 26) + zip.readUInt16LE(head + 28);
    const bytes = zip.subarray(from, from + packed);
    if (method !== 0 && method !== 8) throw new RangeError(`a zip archive packed by method ${method}`);
    const content =
      method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: Math.min(LARGEST, Math.max(1, size)) });
    if (content.length !== size) throw new RangeError('a file in the zip archive has another length than is told');
    yield [name, content];
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}
