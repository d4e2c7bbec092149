import { sha256 as portable } from '@noble/hashes/sha2.js';

/** Node's own hashing where there is Node: asked for at run time, so that a browser's bundle holds nothing of it. */
const node = globalThis.process?.getBuiltinModule?.('node:crypto');

/** SHA-256 of some bytes; half the time in Node, the same in every browser, also on pages over plain HTTP. */
export const sha256: (bytes: Uint8Array) => Uint8Array = node
  ? (bytes) => new Uint8Array(node.hash('sha256', bytes, 'buffer'))
  : portable;
