/**
 * Where each word of a label stands, in millimetres: pure, so that a test can say that nothing runs off
 * the paper or under the code. A Chinese character is as wide as its size, a Latin one a little over half.
 */

/** Labels on the roll, as thermal printers in use take them, in millimetres. */
export const labelSizes = {
  '40x30': { width: 40, height: 30 },
  '60x40': { width: 60, height: 40 },
  '80x50': { width: 80, height: 50 },
} as const;
export type LabelSize = keyof typeof labelSizes;

/** A4 in millimetres, with the rim that office printers leave white, and the gap that scissors need. */
export const a4 = { width: 210, height: 297, rim: 8, gap: 2 } as const;

/** How labels stand on an A4 sheet: in how many columns and rows, and where the first begins. */
export function a4Grid(size: LabelSize) {
  const { width, height } = labelSizes[size];
  const fit = (room: number, one: number) => Math.floor((room - 2 * a4.rim + a4.gap) / (one + a4.gap));
  const columns = fit(a4.width, width);
  const rows = fit(a4.height, height);
  const begin = (room: number, one: number, n: number) => (room - n * one - (n - 1) * a4.gap) / 2;
  return { columns, rows, left: begin(a4.width, width, columns), top: begin(a4.height, height, rows) };
}

export type LabelText = { x: number; y: number; size: number; bold: boolean; text: string };
export type LabelBox = { x: number; y: number; size: number };
export type LabelLayout = {
  width: number;
  height: number;
  qr: LabelBox;
  texts: LabelText[];
  /** true when the words did not fit even at the smallest size that can be read */
  cut: boolean;
};

export type LabelContent = {
  title: string;
  /** printed in full width under the title; the certificate's promise */
  statement?: string;
  /** 「产品：薄皮核桃」 and so on, beside the code */
  lines: readonly string[];
  /** under the code */
  caption?: string;
};

const MARGIN = 2.5;
const GAP = 2;
/** 1.7 mm is about 5 point: the least that thermal printers at 203 dpi keep readable in Chinese. */
const SMALLEST = 1.7;
const LEADING = 1.3;

/** Lays out one label; the type shrinks step by step until everything fits. */
export function layoutLabel(size: LabelSize, content: LabelContent): LabelLayout {
  const { width, height } = labelSizes[size];
  const biggest = height / 13;
  for (let body = biggest; body >= SMALLEST; body -= 0.1) {
    const layout = attempt(width, height, body, content);
    if (layout) return { ...layout, cut: false };
  }
  const layout = attempt(width, height, SMALLEST, content, true);
  if (!layout) throw new Error('label: a forced layout always gives one');
  return { ...layout, cut: true };
}

function attempt(
  width: number,
  height: number,
  body: number,
  content: LabelContent,
  force = false,
): Omit<LabelLayout, 'cut'> | undefined {
  const bottom = height - MARGIN;
  const texts: LabelText[] = [];
  const titleSize = Math.min(body * 1.5, height / 9);
  let y = MARGIN;
  for (const line of wrap(content.title, width - 2 * MARGIN, titleSize)) {
    texts.push({ x: MARGIN, y, size: titleSize, bold: true, text: line });
    y += titleSize * LEADING;
  }
  if (content.statement) {
    const small = Math.max(SMALLEST, body * 0.9);
    for (const line of wrap(content.statement, width - 2 * MARGIN, small)) {
      texts.push({ x: MARGIN, y, size: small, bold: false, text: line });
      y += small * LEADING;
    }
  }
  y += 0.8;
  // The code stays large enough for an old phone: never under 13 mm.
  const captionSize = Math.max(SMALLEST, Math.min(body * 0.85, 2.4));
  const captionHeight = content.caption ? captionSize * LEADING + 0.4 : 0;
  const qrSize = Math.min(height * 0.5, bottom - y - captionHeight, width * 0.36);
  if (qrSize < 13 && !force) return undefined;
  const side = Math.max(13, qrSize);
  const qr = { x: width - MARGIN - side, y: bottom - captionHeight - side, size: side };
  if (content.caption) {
    const wide = textWidth(content.caption, captionSize);
    texts.push({
      x: Math.max(MARGIN, Math.min(qr.x + (side - wide) / 2, width - MARGIN - wide)),
      y: bottom - captionSize * 1.1,
      size: captionSize,
      bold: false,
      text: content.caption,
    });
  }
  const captionLeft = content.caption ? (texts.at(-1)?.x ?? qr.x) : qr.x;
  const lineWidth = Math.min(qr.x, captionLeft) - GAP - MARGIN;
  for (const entry of content.lines) {
    for (const line of wrap(entry, lineWidth, body)) {
      if (y + body * 1.15 > bottom) {
        if (force) return { width, height, qr, texts };
        return undefined;
      }
      texts.push({ x: MARGIN, y, size: body, bold: false, text: line });
      y += body * LEADING;
    }
  }
  return { width, height, qr, texts };
}

/** How wide a text is at a size, in the size's unit; on the wide side for Latin, so that nothing runs off. */
export function textWidth(text: string, size: number): number {
  let em = 0;
  for (const character of text) em += emOf(character);
  return em * size;
}

function emOf(character: string): number {
  if ((character.codePointAt(0) ?? 0) >= 0x250) return 1;
  if (/[MWmw@%]/.test(character)) return 0.95;
  return /[A-Z]/.test(character) ? 0.72 : 0.58;
}

/** Breaks a text to a width; Latin words and numbers stay whole, and no line begins or ends with a lonely bracket. */
export function wrap(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  let line = '';
  const breakLine = () => {
    if (line.trim()) lines.push(line.trim());
    line = '';
  };
  for (const piece of text.match(/[!-\u024f]+|\s|[（《「][^!-\u024f]|[^!-\u024f][）》」，。；：、]+|[^!-\u024f]/g) ??
    []) {
    if (textWidth(line + piece, size) <= width) {
      line += piece;
      continue;
    }
    if (textWidth(piece, size) <= width) {
      breakLine();
      line = piece.trimStart();
      continue;
    }
    for (const character of piece) {
      if (textWidth(line + character, size) > width) breakLine();
      line += character;
    }
  }
  breakLine();
  return lines;
}
