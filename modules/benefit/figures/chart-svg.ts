/** Charts as SVG text, for pages that are printed: no script draws them. Colours are those of the identity. */

const PINE = '#1f5a43';
const MOSS = '#c3d4bf';
const INK = '#1f2d27';
const MUTE = '#626b65';

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] as string);

export interface Bar {
  name: string;
  value: number;
  /** the same of the year before */
  before?: number;
  /** what stands at its end */
  label: string;
}

const text = (x: number, y: number, words: string, more = '') =>
  `<text x="${x}" y="${y}" font-size="11" fill="${INK}" ${more}>${escapeHtml(words)}</text>`;

/** Lying bars, the longest first as given; a thin one behind each is the year before. */
export function lyingBars(bars: readonly Bar[], words: string): string {
  const [left, width, row] = [150, 560, 26];
  const most = Math.max(1, ...bars.map((bar) => Math.max(bar.value, bar.before ?? 0)));
  const long = (value: number) => Math.round((Math.max(0, value) / most) * (width - left - 110));
  const rows = bars.map((bar, i) => {
    const y = i * row;
    const before = bar.before
      ? `<rect x="${left}" y="${y + 17}" width="${long(bar.before)}" height="4" fill="${MOSS}"/>`
      : '';
    return (
      `${text(left - 8, y + 14, bar.name, 'text-anchor="end"')}` +
      `<rect x="${left}" y="${y + 4}" width="${long(bar.value)}" height="13" rx="2" fill="${PINE}"/>${before}` +
      text(left + long(bar.value) + 6, y + 15, bar.label)
    );
  });
  return svg(width, bars.length * row + 4, words, rows.join(''));
}

/** Standing bars in pairs: this year in front, the year before beside it. */
export function standingBars(bars: readonly Bar[], words: string): string {
  const [width, height, foot] = [560, 190, 22];
  const most = Math.max(1, ...bars.map((bar) => Math.max(bar.value, bar.before ?? 0)));
  const step = width / Math.max(1, bars.length);
  const tall = (value: number) => Math.round((Math.max(0, value) / most) * (height - foot - 18));
  const rows = bars.map((bar, i) => {
    const x = i * step + step * 0.18;
    const each = step * 0.3;
    const up = tall(bar.value);
    const was = tall(bar.before ?? 0);
    return (
      `<rect x="${x.toFixed(1)}" y="${height - foot - was}" width="${each.toFixed(1)}" height="${was}" fill="${MOSS}"/>` +
      `<rect x="${(x + each).toFixed(1)}" y="${height - foot - up}" width="${each.toFixed(1)}" height="${up}" fill="${PINE}"/>` +
      (bar.label
        ? `<text x="${(x + each * 1.5).toFixed(1)}" y="${height - foot - up - 4}" font-size="9" fill="${MUTE}" text-anchor="middle">${escapeHtml(bar.label)}</text>`
        : '') +
      `<text x="${(x + each).toFixed(1)}" y="${height - 6}" font-size="10" fill="${MUTE}" text-anchor="middle">${escapeHtml(bar.name)}</text>`
    );
  });
  const ground = `<line x1="0" x2="${width}" y1="${height - foot}" y2="${height - foot}" stroke="#e6ddcb"/>`;
  return svg(width, height, words, ground + rows.join(''));
}

const svg = (width: number, height: number, words: string, inside: string) =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(words)}">${inside}</svg>`;
