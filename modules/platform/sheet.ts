import type { Cell, Sheet } from 'write-excel-file/node';
import type { Fen, Grams } from './money.ts';

/** Yuan with two decimals: hundredths of any safe integer of fen below 9 × 10^12 are told apart by a double. */
export const yuanCell = (fen: Fen | null): Cell =>
  fen === null ? null : { value: fen / 100, type: Number, format: '#,##0.00' };

/** Kilograms with three decimals. */
export const kgCell = (grams: Grams): Cell => ({ value: grams / 1000, type: Number, format: '#,##0.000' });

export const headRow = (names: readonly string[]): Cell[] => names.map((value) => ({ value, fontWeight: 'bold' }));

const instant = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** Sheets as the bytes of one workbook. */
export async function workbook(sheets: Sheet<Buffer>[]): Promise<Buffer> {
  // Loaded for the first sheet, which few are asked for.
  const { default: writeExcelFile } = await import('write-excel-file/node');
  return writeExcelFile(sheets).toBuffer();
}

/** An instant as YYYY-MM-DD HH:MM:SS in China; empty for none. */
export const momentText = (at: Date | null): string => (at === null ? '' : instant.format(at));
