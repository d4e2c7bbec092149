import type { Position } from '#trace/contract';

/** Corners as people type them, a line each; the closing one is left out. */
export const writeCoordinates = (corners: readonly Position[]): string =>
  corners.map(([longitude, latitude]) => `${longitude}, ${latitude}`).join('\n');

/** The corners of typed lines or of a pasted GeoJSON polygon, without the closing one; or the first line that is none. */
export function readCoordinates(text: string): { corners: Position[] } | { line: number } {
  const trimmed = text.trim();
  const typed = trimmed.startsWith('{') ? ringOf(trimmed) : lines(trimmed);
  if ('line' in typed) return typed;
  const { corners } = typed;
  const [first, last] = [corners[0], corners.at(-1)];
  const closed = corners.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
  return { corners: closed ? corners.slice(0, -1) : corners };
}

function lines(text: string): { corners: Position[] } | { line: number } {
  const rows = text.split('\n').filter((row) => row.trim() !== '');
  const corners = rows.map((row) =>
    row
      .trim()
      .split(/[\s,，]+/)
      .map(Number),
  );
  const wrong = corners.findIndex((corner) => !isPosition(corner));
  return wrong === -1 ? { corners: corners as Position[] } : { line: wrong + 1 };
}

function ringOf(text: string): { corners: Position[] } | { line: number } {
  try {
    const said = JSON.parse(text) as { geometry?: unknown; type?: string };
    const shape = (said.type === 'Feature' ? said.geometry : said) as { type?: string; coordinates?: unknown };
    const [ring] = shape.type === 'Polygon' && Array.isArray(shape.coordinates) ? shape.coordinates : [];
    if (!Array.isArray(ring)) return { line: 1 };
    // A third number is the height, which a boundary does not have.
    const corners = ring.map((corner: unknown) => (Array.isArray(corner) ? corner.slice(0, 2) : []));
    return corners.every(isPosition) ? { corners: corners as Position[] } : { line: 1 };
  } catch {
    return { line: 1 };
  }
}

const isPosition = (corner: readonly unknown[]): boolean =>
  corner.length === 2 &&
  corner.every((n) => typeof n === 'number' && Number.isFinite(n)) &&
  Math.abs(corner[0] as number) <= 180 &&
  Math.abs(corner[1] as number) <= 90;
