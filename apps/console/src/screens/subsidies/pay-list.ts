import { readYuan } from '../../format.ts';

export interface PayList {
  lines: { household: string; fen: number }[];
  /** numbers, from 1 on, of lines that are no household and amount */
  wrong: number[];
  fen: number;
}

/**
 * Reads a list as it is typed or pasted from a sheet: a line for each household, its code and the yuan it got, with a
 * space, a tab or a comma between; what stands between them (a name) is passed over. Empty lines count as nothing.
 */
export function readPayList(text: string): PayList {
  const list: PayList = { lines: [], wrong: [], fen: 0 };
  for (const [i, line] of text.split('\n').entries()) {
    const parts = line
      .trim()
      .split(/[\s,，;；]+/)
      .filter(Boolean);
    if (parts.length === 0) continue;
    const fen = readYuan(parts.at(-1) as string);
    if (parts.length < 2 || !fen) list.wrong.push(i + 1);
    else {
      list.lines.push({ household: parts[0] as string, fen });
      list.fen += fen;
    }
  }
  return list;
}
