import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Contour, contour, contourSvg } from '../../../shared/contour.ts';

// A mountain takes a few milliseconds to draw and never changes.
const drawn = new LRUCache<string, string>({ max: 1000 });

function once(key: string, draw: () => string): string {
  const known = drawn.get(key) ?? draw();
  drawn.set(key, known);
  return known;
}

/** Drawings that stand once on a page: files of their own, which a browser keeps, instead of kilobytes of each page. */
const fileShapes = {
  band: { width: 960, height: 400, budget: 3000 },
  strip: { width: 960, height: 160, levels: 7, budget: 1100 },
  sketch: { width: 640, height: 360, budget: 2600 },
};
export type FileShape = keyof typeof fileShapes;

/** @returns the file with the drawing, in the colour of where it is used; null: no such shape or seed */
export function contourFile(shape: string, seed: string): string | null {
  if (!(shape in fileShapes) || !/^[\w-]{1,40}$/.test(seed)) return null;
  return once(`${shape} ${seed}`, () => {
    const options = fileShapes[shape as FileShape];
    const one = contour({ seed, ...options });
    const lines = shape === 'sketch' ? sketchLines(one) : bandLines(one);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBoxOf(shape as FileShape)}"><g id="c" fill="none" stroke="currentColor" stroke-linecap="round">${lines}</g></svg>`;
  });
}

const bandLines = ({ minor, major }: Contour) =>
  `<path d="${minor}" vector-effect="non-scaling-stroke"/><path d="${major}" stroke-width="1.8" vector-effect="non-scaling-stroke"/>`;

/** The mountain of a village with a mark where the village stands. */
const sketchLines = ({ minor, major, village: { x, y } }: Contour) =>
  `<path d="${minor}" stroke-width="1.4"/><path d="${major}" stroke-width="2.6"/><circle cx="${x}" cy="${y}" r="22" stroke="none" fill="var(--color-persimmon)" fill-opacity="0.3"/><circle cx="${x}" cy="${y}" r="10" fill="var(--color-persimmon)" stroke="#fff" stroke-width="3"/>`;

export const viewBoxOf = (shape: FileShape) => `0 0 ${fileShapes[shape].width} ${fileShapes[shape].height}`;

/** Changes with the way of drawing, so that a browser may keep a file for as long as it likes. */
const edition = createHash('sha256')
  .update(
    Object.keys(fileShapes)
      .map((shape) => contourFile(shape, 'edition'))
      .join(),
  )
  .digest('hex')
  .slice(0, 8);

/** What a `use` element names: the drawing within its file. */
export const contourHref = (shape: FileShape, seed: string): string => `/contours/${edition}/${shape}/${seed}.svg#c`;

/** A small drawing in the current colour, written into the page: where many stand, as many requests would cost more. */
export function contourTile(seed: string, className: string): string {
  const options = { seed, className, width: 480, height: 220, levels: 8, budget: 1300 };
  return once(`tile ${className} ${seed}`, () => contourSvg(options));
}
