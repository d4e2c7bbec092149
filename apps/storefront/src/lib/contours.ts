import { LRUCache } from 'lru-cache';
import { type Contour, contour, contourSvg } from '../../../shared/contour.ts';

// A mountain takes a few milliseconds to draw and never changes.
const drawings = new LRUCache<string, string>({ max: 500 });
const sketches = new LRUCache<string, Contour>({ max: 500 });

// A drawing is written into its page, so where many stand on one page, or one on every page, its lines are few.
const shapes = {
  band: { width: 960, height: 400, budget: 3000 },
  strip: { width: 960, height: 160, levels: 7, budget: 1100 },
  card: { width: 480, height: 220, levels: 8, budget: 1300 },
};
export type DrawingShape = keyof typeof shapes;

/** A background drawing in the current colour. */
export function contourDrawing(seed: string, className: string, shape: DrawingShape): string {
  const key = `${shape} ${className} ${seed}`;
  const known = drawings.get(key);
  if (known) return known;
  const drawn = contourSvg({ seed, className, ...shapes[shape] });
  drawings.set(key, drawn);
  return drawn;
}

/** The mountain of a village with the place where the village stands. */
export function villageSketch(seed: string): Contour {
  const known = sketches.get(seed);
  if (known) return known;
  const drawn = contour({ seed, width: 640, height: 360, budget: 2600 });
  sketches.set(seed, drawn);
  return drawn;
}
