/** Longitude and latitude in degrees (CGCS2000, which is WGS 84 to within a metre). */
export type Position = [longitude: number, latitude: number];
/** A GeoJSON Polygon (RFC 7946) of one ring; a plot has no holes. */
export interface Boundary {
  type: 'Polygon';
  coordinates: [Position[]];
}

/** Square metres of a hundredth of a mu; a mu is 2000/3 square metres. */
const M2_PER_CENTIMU = 20 / 3;
const RADIUS_M = 6_371_008.8;
const RAD = Math.PI / 180;
/** A plot further from the county's seat than this was drawn in another county; the largest counties reach 300 km, those of the programme 100. */
export const FARTHEST_M = 120_000;
/** Declared and drawn area may differ by this share before somebody is asked, in basis points: slopes, terraces and a shaky finger. */
export const AREA_DIFFERS_BP = 2_000;
/** Corners of a ring, the closing one included. */
export const MOST_CORNERS = 200;

export type BoundaryFault = 'boundary-open' | 'boundary-crosses' | 'boundary-empty';

/** Metres east and north of a ring's first corner: over a plot, the earth is flat to within a millimetre. */
export function metres(ring: readonly Position[], origin: Position = ring[0] as Position): [x: number, y: number][] {
  const shrink = Math.cos(origin[1] * RAD);
  return ring.map(([lon, lat]) => [(lon - origin[0]) * RAD * RADIUS_M * shrink, (lat - origin[1]) * RAD * RADIUS_M]);
}

/** The corner so many metres east and north of another. */
export function position([lon, lat]: Position, [x, y]: readonly [number, number]): Position {
  const round = (degrees: number) => Math.round(degrees * 1e7) / 1e7;
  return [round(lon + x / (RAD * RADIUS_M * Math.cos(lat * RAD))), round(lat + y / (RAD * RADIUS_M))];
}

/** Metres between two places, along the earth. */
export function distance(a: Position, b: Position): number {
  const [dLat, dLon] = [(b[1] - a[1]) * RAD, (b[0] - a[0]) * RAD];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a[1] * RAD) * Math.cos(b[1] * RAD) * Math.sin(dLon / 2) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** What a ring encloses, in hundredths of a mu. */
export function centimuOf({ coordinates: [ring] }: Boundary): number {
  const points = metres(ring);
  const twice = points.reduce((sum, [x, y], i) => {
    const [nx, ny] = points[(i + 1) % points.length] as [number, number];
    return sum + x * ny - nx * y;
  }, 0);
  return Math.round(Math.abs(twice) / 2 / M2_PER_CENTIMU);
}

/** What is wrong with a boundary as a shape; undefined when nothing is. */
export function faultOf(boundary: Boundary): BoundaryFault | undefined {
  const [ring] = boundary.coordinates;
  const [first, last] = [ring[0], ring.at(-1)];
  if (ring.length < 4 || first?.[0] !== last?.[0] || first?.[1] !== last?.[1]) return 'boundary-open';
  if (crosses(metres(ring))) return 'boundary-crosses';
  return centimuOf(boundary) === 0 ? 'boundary-empty' : undefined;
}

/** Whether the drawn area is far from the declared one; a boundary of trees without land cannot be compared. */
export const areaDiffers = (declared: number, drawn: number): boolean =>
  declared > 0 && Math.abs(drawn - declared) * 10_000 > declared * AREA_DIFFERS_BP;

/** Whether a closed ring touches itself other than where its sides meet. */
function crosses(points: readonly [number, number][]): boolean {
  const sides = points.slice(0, -1).map((from, i) => [from, points[i + 1] as [number, number]] as const);
  return sides.some(([a, b], i) => {
    if (a[0] === b[0] && a[1] === b[1]) return true;
    return sides.some(([c, d], j) => {
      if (j <= i) return false;
      if (j === i + 1) return folds(a, b, d);
      if (i === 0 && j === sides.length - 1) return folds(c, d, b);
      return meet(a, b, c, d);
    });
  });
}

/** On which side of the line a–b a point lies. */
const side = (a: readonly number[], b: readonly number[], p: readonly number[]): number =>
  Math.sign(
    ((b[0] as number) - (a[0] as number)) * ((p[1] as number) - (a[1] as number)) -
      ((b[1] as number) - (a[1] as number)) * ((p[0] as number) - (a[0] as number)),
  );

/** Whether the next side runs back along the one before it. */
function folds(a: readonly number[], b: readonly number[], next: readonly number[]): boolean {
  if (side(a, b, next) !== 0) return false;
  const step = (i: 0 | 1) => ((b[i] as number) - (a[i] as number)) * ((next[i] as number) - (b[i] as number));
  const along = step(0) + step(1);
  return along < 0;
}

function meet(a: readonly number[], b: readonly number[], c: readonly number[], d: readonly number[]): boolean {
  const [ca, cb, ab, ad] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (ca !== cb && ab !== ad) return true;
  return (
    (ca === 0 && within(a, b, c)) ||
    (cb === 0 && within(a, b, d)) ||
    (ab === 0 && within(c, d, a)) ||
    (ad === 0 && within(c, d, b))
  );
}

/** Whether a point of the line lies between two others. */
const within = (a: readonly number[], b: readonly number[], p: readonly number[]): boolean =>
  ([0, 1] as const).every((i) => {
    const [from, to, at] = [a[i] as number, b[i] as number, p[i] as number];
    return Math.min(from, to) <= at && at <= Math.max(from, to);
  });
