import { LRUCache } from 'lru-cache';
import { type Contour, contour, contourSvg } from '../../../shared/contour.ts';

// A mountain takes a few milliseconds to draw and never changes.
const drawings = new LRUCache<string, string>({ max: 500 });
const sketches = new LRUCache<string, Contour>({ max: 500 });

/** A background drawing in the current colour. */
export function contourDrawing(seed: string, className: string): string {
  const key = `${className} ${seed}`;
  const known = drawings.get(key);
  if (known) return known;
  const drawn = contourSvg({ seed, className, width: 960, height: 400 });
  drawings.set(key, drawn);
  return drawn;
}

/** The mountain of a village with the place where the village stands. */
export function villageSketch(seed: string): Contour {
  const known = sketches.get(seed);
  if (known) return known;
  const drawn = contour({ seed, width: 640, height: 360 });
  sketches.set(seed, drawn);
  return drawn;
}
