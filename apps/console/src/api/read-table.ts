/** What a file of a bank may be. */
export const TABLE_TYPES = '.xlsx,.csv,.txt,text/csv';

/** A file that is no table that can be read here; it has not been sent. */
export class UnreadableTable extends Error {}

/**
 * What a bank hands out as a table, as text with commas: the first sheet of a workbook, or the text as it is, in UTF-8
 * or, as many banks still write, GBK.
 *
 * @throws UnreadableTable for a workbook that is damaged or older than 2007 (.xls)
 */
export async function readTable(file: Blob): Promise<string> {
  const bytes = await file.arrayBuffer();
  const kind = new TextDecoder('latin1').decode(bytes.slice(0, 4));
  if (kind === '\xd0\xcf\x11\xe0') throw new UnreadableTable('a workbook older than 2007');
  if (!kind.startsWith('PK')) return readText(bytes);
  // Loaded for the first workbook, which few bring.
  const { readSheet } = await import('read-excel-file/universal');
  const rows = await readSheet(bytes, { parseNumber: plainNumber }).catch((cause: unknown) => {
    throw new UnreadableTable('a damaged workbook', { cause });
  });
  return rows.map((row) => row.map(cellText).join(',')).join('\r\n');
}

function readText(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gbk').decode(bytes);
  }
}

/** A workbook holds 1469.32 as 1469.3199999999999; spreadsheets show fifteen digits, and so many were meant. */
const plainNumber = (stored: string): string => String(Number(Number(stored).toPrecision(15)));

/** In quotes, on one line. A moment is as its sheet shows it, in no zone. */
function cellText(value: unknown): string {
  const text = value instanceof Date ? value.toISOString().slice(0, 19).replace('T', ' ') : String(value ?? '');
  return `"${text.replace(/\s+/g, ' ').replaceAll('"', '""')}"`;
}
