import { constants, crc32, deflateRawSync } from 'node:zlib';
import { ownBytes } from './own-bytes.ts';

/**
 * A text compressed once, with places for words of a known length: putting them in compresses nothing. What comes out is
 * one ordinary gzip stream (RFC 1952): its text in blocks that end at a byte, the words between them in stored blocks.
 * Blocks refer back over the words, which is why their length is fixed and what they hold is never referred to.
 */
export interface Spliced {
  /** the blocks of all pieces, one after the other */
  blocks: Buffer;
  pieces: readonly Piece[];
}

interface Piece {
  /** where its blocks end */
  end: number;
  /** of its text, in bytes */
  length: number;
  /** its checksum, ready to be joined to what comes before */
  crc: number;
  /** which word follows; the last piece has none */
  word?: number;
}

const WINDOW = 32 * 1024;
const ZEROS = Buffer.alloc(64 * 1024);
/** Magic, deflate, no flags, no time, no file system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const TRAILER = 8;
/** Of a stored block: its kind, its length, and the length's complement. */
const STORED = 5;
/** A byte that no text in UTF-8 has, so that nothing is found in a word to refer to. */
const NO_TEXT = 0xff;

/**
 * @param texts one more than there are places
 * @param places which word stands in each
 * @param lengths of the words, in bytes, at most 65,535
 */
export function splice(texts: readonly string[], places: readonly number[], lengths: readonly number[]): Spliced {
  const all: Buffer[] = [];
  const pieces: Piece[] = [];
  let before: Buffer = Buffer.alloc(0);
  let end = 0;
  for (const [i, text] of texts.entries()) {
    const bytes = Buffer.from(text);
    const word = places[i];
    const blocks = deflateRawSync(bytes, {
      finishFlush: i === texts.length - 1 ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
      ...(before.length > 0 && { dictionary: before.subarray(-WINDOW) }),
    });
    all.push(blocks);
    end += blocks.length;
    pieces.push({ end, length: bytes.length, crc: crc32(bytes) ^ crc32(zeros(bytes.length)), word });
    if (word !== undefined) before = Buffer.concat([before, bytes, Buffer.alloc(lengths[word] as number, NO_TEXT)]);
  }
  return { blocks: ownBytes(Buffer.concat(all)), pieces };
}

/** The text with these words in its places, compressed. */
export function gzipWith({ blocks, pieces }: Spliced, words: readonly Buffer[]): Buffer {
  let size = HEADER.length + blocks.length + TRAILER;
  for (const { word } of pieces) if (word !== undefined) size += STORED + (words[word] as Buffer).length;
  // Kept, as a page (own-bytes.ts).
  const out = Buffer.allocUnsafeSlow(size);
  let at = HEADER.copy(out);
  let from = 0;
  let crc = 0;
  let length = 0;
  for (const piece of pieces) {
    at += blocks.copy(out, at, from, piece.end);
    from = piece.end;
    // The checksum of a text and then another is that of the first followed by as many zeros, with the second's laid over.
    crc = crc32(zeros(piece.length), crc) ^ piece.crc;
    length += piece.length;
    if (piece.word === undefined) continue;
    const word = words[piece.word] as Buffer;
    at = out.writeUInt8(0, at);
    at = out.writeUInt16LE(word.length, at);
    at = out.writeUInt16LE(~word.length & 0xffff, at);
    at += word.copy(out, at);
    crc = crc32(word, crc >>> 0);
    length += word.length;
  }
  at = out.writeUInt32LE(crc >>> 0, at);
  out.writeUInt32LE(length, at);
  return out;
}

const zeros = (length: number): Buffer => (length <= ZEROS.length ? ZEROS.subarray(0, length) : Buffer.alloc(length));
