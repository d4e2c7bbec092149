import { setImmediate as breathe } from 'node:timers/promises';
import { qrPath } from '../codes/qr.ts';
import { a4, a4Grid, type LabelSize, labelSizes, layoutLabel } from '../labels/label-layout.ts';
import { type LabelledLot, packLabel } from '../labels/pack-layout.ts';
import type { PrintedCode } from './print-codes.ts';

const xml = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
// The type is set by its top edge (label-layout.ts); a Chinese character stands about so far below it.
const ASCENT = 0.88;

/** One label at its place, in millimetres. */
function labelAt(x: number, y: number, size: LabelSize, lot: LabelledLot, code: PrintedCode): string {
  const { qr, texts } = layoutLabel(size, packLabel(lot, code.serial));
  const { path, side } = qrPath(code.url);
  const words = texts
    .map(
      (text) =>
        `<text x="${text.x}" y="${text.y + text.size * ASCENT}" font-size="${text.size}"${text.bold ? ' font-weight="700"' : ''}>${xml(text.text)}</text>`,
    )
    .join('');
  return `<g transform="translate(${x} ${y})">${words}<path transform="translate(${qr.x} ${qr.y}) scale(${qr.size / side})" d="${path}"/></g>\n`;
}

/**
 * Labels as one SVG drawing, in pieces: a roll from top to bottom, or A4 sheets one below another.
 *
 * @param count how many codes there are: a drawing names its height in its first line
 */
export async function* svgOf(
  codes: Iterable<PrintedCode>,
  count: number,
  lot: LabelledLot,
  paper: { size: LabelSize; sheet: 'roll' | 'a4' },
): AsyncGenerator<string> {
  const { width, height } = labelSizes[paper.size];
  const { columns, rows, left, top } = a4Grid(paper.size);
  const sheets = Math.ceil(count / (columns * rows));
  const [wide, high] = paper.sheet === 'a4' ? [a4.width, a4.height * sheets] : [width, height * count];
  yield `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}mm" height="${high}mm" viewBox="0 0 ${wide} ${high}" font-family="Noto Sans SC, Source Han Sans SC, Microsoft YaHei, sans-serif" shape-rendering="crispEdges">\n`;
  let n = 0;
  for (const code of codes) {
    const spot = n % (columns * rows);
    const onSheet = {
      x: left + (spot % columns) * (width + a4.gap),
      y: Math.floor(n / (columns * rows)) * a4.height + top + Math.floor(spot / columns) * (height + a4.gap),
    };
    const { x, y } = paper.sheet === 'a4' ? onSheet : { x: 0, y: n * height };
    yield labelAt(x, y, paper.size, lot, code);
    if (++n % 10 === 0) await breathe();
  }
  yield '</svg>\n';
}
