import { setImmediate as breathe } from 'node:timers/promises';
import { qrPath } from '../codes/qr.ts';
import { a4, a4Grid, type LabelSize, type LabelText, labelSizes, layoutLabel } from '../labels/label-layout.ts';
import { type LabelledLot, packLabel } from '../labels/pack-layout.ts';
import type { PrintedCode } from './print-codes.ts';

/** Points in a millimetre. */
const POINTS = 72 / 25.4;
const ASCENT = 0.88;
/** A PDF object without a stream ends with none; the library's types ask for one. */
const NOTHING = undefined as unknown as string;

/**
 * A Chinese font by name, as PDF has known them since 1.2: the file names it and its character collection, the reader
 * or the printer brings the shapes. Carrying a font of our own would be ten megabytes for a few dozen characters.
 */
function chineseFont(doc: PDFKit.PDFDocument) {
  const descriptor = doc.ref({
    Type: 'FontDescriptor',
    FontName: 'STSong-Light',
    Flags: 6,
    FontBBox: [-25, -254, 1000, 880],
    ItalicAngle: 0,
    Ascent: 880,
    Descent: -120,
    CapHeight: 880,
    StemV: 93,
  });
  descriptor.end(NOTHING);
  const descendant = doc.ref({
    Type: 'Font',
    Subtype: 'CIDFontType0',
    BaseFont: 'STSong-Light',
    CIDSystemInfo: { Registry: new String('Adobe'), Ordering: new String('GB1'), Supplement: 4 },
    FontDescriptor: descriptor,
    DW: 1000,
    // The Latin characters of the collection are half as wide as a Chinese one.
    W: [814, 939, 500],
  });
  descendant.end(NOTHING);
  const font = doc.ref({
    Type: 'Font',
    Subtype: 'Type0',
    BaseFont: 'STSong-Light-UniGB-UTF16-H',
    Encoding: 'UniGB-UTF16-H',
    DescendantFonts: [descendant],
  });
  font.end(NOTHING);
  return font;
}

const chinese = /[^\x20-\x7e·]/;
const hex = (text: string) => Buffer.from(text, 'utf16le').swap16().toString('hex');
const n = (value: number) => Number(value.toFixed(3));

/** Latin words in the reader's own Helvetica, Chinese ones in its Song; each stretch follows the one before it. */
function words(text: LabelText): string {
  const y = text.y + text.size * ASCENT;
  const runs = text.text.match(/[\x20-\x7e]+|[^\x20-\x7e]+/g) ?? [];
  const shown = runs
    .map((run) =>
      chinese.test(run) || run.includes('·')
        ? `/CJK ${n(text.size)} Tf <${hex(run)}> Tj`
        : `/${text.bold ? 'LatB' : 'Lat'} ${n(text.size)} Tf (${run.replace(/[\\()]/g, '\\$&')}) Tj`,
    )
    .join(' ');
  // The page is measured from its top, so text must be turned over again.
  return `BT 1 0 0 -1 ${n(text.x)} ${n(y)} Tm ${shown} ET`;
}

/** A code's path, whose steps are those of qr.ts, in PDF's own operators. */
function modules(path: string): string {
  return path.replace(/M(\d+) (\d+)h(\d+)v1h-\d+z/g, '$1 $2 $3 1 re ').concat('f');
}

/**
 * Labels as a PDF, in pieces: a page per label for the roll, or A4 sheets. Codes are drawn, not pictures, so that any
 * printer prints them as sharp as it can.
 */
export async function* pdfOf(
  codes: Iterable<PrintedCode>,
  lot: LabelledLot,
  paper: { size: LabelSize; sheet: 'roll' | 'a4' },
): AsyncGenerator<Buffer> {
  const { width, height } = labelSizes[paper.size];
  const page = paper.sheet === 'a4' ? a4 : { width, height };
  const size: [number, number] = [page.width * POINTS, page.height * POINTS];
  const { columns, rows, left, top } = a4Grid(paper.size);
  const onPage = paper.sheet === 'a4' ? columns * rows : 1;
  // Loaded for the first print, which few servers ever make.
  const { default: PDFDocument } = await import('pdfkit');
  const doc = new PDFDocument({ autoFirstPage: false, size, margin: 0, compress: true, info: { Title: lot.number } });
  const fonts = { CJK: chineseFont(doc), Lat: latinFont(doc, 'Helvetica'), LatB: latinFont(doc, 'Helvetica-Bold') };
  let drawn = 0;
  for (const code of codes) {
    if (drawn % onPage === 0) {
      doc.addPage();
      Object.assign((doc.page as unknown as { fonts: Record<string, unknown> }).fonts, fonts);
      doc.addContent(`${n(POINTS)} 0 0 ${n(POINTS)} 0 0 cm`);
    }
    const spot = drawn % onPage;
    const x = paper.sheet === 'a4' ? left + (spot % columns) * (width + a4.gap) : 0;
    const y = paper.sheet === 'a4' ? top + Math.floor(spot / columns) * (height + a4.gap) : 0;
    const { qr, texts } = layoutLabel(paper.size, packLabel(lot, code.serial));
    const { path, side } = qrPath(code.url);
    doc.addContent(
      `q 1 0 0 1 ${n(x)} ${n(y)} cm\n${texts.map(words).join('\n')}\n` +
        `q ${n(qr.size / side)} 0 0 ${n(qr.size / side)} ${n(qr.x)} ${n(qr.y)} cm ${modules(path)} Q Q`,
    );
    if (++drawn % 10 === 0) {
      await breathe();
      yield* piecesOf(doc);
    }
  }
  doc.end();
  for await (const piece of doc as unknown as AsyncIterable<Buffer>) yield piece;
}

/** What the document has ready, without waiting for more. */
function* piecesOf(doc: PDFKit.PDFDocument): Generator<Buffer> {
  for (let piece = doc.read() as Buffer | null; piece; piece = doc.read() as Buffer | null) yield piece;
}

function latinFont(doc: PDFKit.PDFDocument, name: string) {
  const font = doc.ref({ Type: 'Font', Subtype: 'Type1', BaseFont: name, Encoding: 'WinAnsiEncoding' });
  font.end(NOTHING);
  return font;
}
