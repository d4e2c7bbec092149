import { setImmediate as breathe } from 'node:timers/promises';
import type { Sealer } from '#platform/secrets.ts';
import { keyVersionOf } from '../codes/code-keys.ts';
import { type CodeRange, codePath } from '../codes/codes.queries.ts';
import { serialOf } from '../codes/serial.ts';

/** One code as it is printed. */
export interface PrintedCode {
  pack: number;
  serial: string;
  /** the whole address in the QR code */
  url: string;
}

/** The codes of some packs of a lot, one after another; nothing of them is kept. */
export function* codesOf(
  sealer: Sealer,
  base: string,
  range: CodeRange,
  packs: { from: number; to: number },
): Generator<PrintedCode> {
  const { county, lot, gtin, lotNumber } = range;
  for (let pack = packs.from; pack <= packs.to; pack++) {
    const serial = serialOf(sealer, { county, lot, pack, keyVersion: keyVersionOf(range, pack) });
    yield { pack, serial, url: base + codePath(gtin, lotNumber, serial) };
  }
}

/** Rows written before everybody else gets a turn: about five milliseconds of work. */
const ROWS_A_TURN = 1_000;

/**
 * A CSV file with a line per code, in pieces: a million lines never lie in memory together, and between two pieces the
 * process answers others. Its first sign tells spreadsheets that the text is UTF-8.
 */
export async function* csvOf(codes: Iterable<PrintedCode>, range: CodeRange): AsyncGenerator<string> {
  let piece = '\ufeffpack,serial,gtin,lot,url\r\n';
  let rows = 0;
  for (const { pack, serial, url } of codes) {
    piece += `${pack},${serial},${range.gtin},${range.lotNumber},${url}\r\n`;
    if (++rows % ROWS_A_TURN !== 0) continue;
    yield piece;
    piece = '';
    await breathe();
  }
  if (piece) yield piece;
}
