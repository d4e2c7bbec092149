// The one motif of the product: contour lines of a mountain, drawn from a height field so that they never cross.
// The same place always has the same mountain.

export type ContourOptions = {
  /** what the mountain belongs to: a village or county code, or any word */
  seed: string;
  /** units of the drawing; 800 × 500 by default */
  width?: number;
  height?: number;
  /** height steps from the lowest to the highest point; 10 by default */
  levels?: number;
  /** bytes the paths may take, roughly; 3,700 by default. Less means rounder lines */
  budget?: number;
};

export type Contour = {
  width: number;
  height: number;
  /** path data of the ordinary lines, and of every fifth, which maps draw heavier */
  minor: string;
  major: string;
  /** the highest point, and a gentle place halfway up where a village would stand */
  peak: Point;
  village: Point;
};

type Point = { x: number; y: number };
type Line = { points: Point[]; closed: boolean; level: number };

const CELL = 10;

/** Contour lines as smooth path data, small enough to be written into a page. */
export function contour(options: ContourOptions): Contour {
  const { width = 800, height = 500, levels = 10, budget = 3700 } = options;
  const at = heightField(options.seed, width, height);
  const grid = sample(at, width, height);
  const steps = levelsOf(grid, levels);
  const lines = steps.flatMap((level, i) => trace(grid, level).map((line) => ({ ...line, level: i })));
  const total = lines.reduce((sum, line) => sum + lengthOf(line), 0);
  // One curve segment takes about 12 bytes.
  const spacing = Math.max(18, (total * 11) / budget);
  const draw = (wanted: (level: number) => boolean) =>
    lines
      .filter((line) => wanted(line.level) && lengthOf(line) > spacing * 4)
      .map((line) => toPath(line, spacing))
      .join('');
  return {
    width,
    height,
    minor: draw((level) => level % 5 !== 3),
    major: draw((level) => level % 5 === 3),
    ...places(at, width, height),
  };
}

/**
 * A ready drawing in the current colour, for backgrounds: decorative, so hidden from screen readers.
 *
 * @param stroke width of the lines in CSS pixels
 */
export function contourSvg(options: ContourOptions & { stroke?: number; className?: string }): string {
  const { width, height, minor, major } = contour(options);
  const stroke = options.stroke ?? 1;
  const line = (d: string, by: number) => `<path d="${d}" stroke-width="${by}" vector-effect="non-scaling-stroke"/>`;
  const name = options.className ? ` class="${options.className}"` : '';
  return `<svg${name} viewBox="0 0 ${width} ${height}" preserveAspectRatio="xMidYMid slice" fill="none" stroke="currentColor" stroke-linecap="round" aria-hidden="true">${line(minor, stroke)}${line(major, stroke * 1.8)}</svg>`;
}

/** Height between about 0 and 1 at any point: a massif, its lesser summits and valleys, and a little unrest. */
export function heightField(seed: string, width: number, height: number): (x: number, y: number) => number {
  const random = randomOf(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const size = Math.sqrt(width * height);
  const hill = (x: number, y: number, radius: number, rise: number) => {
    const turn = between(0, Math.PI);
    return { x, y, rise, cos: Math.cos(turn), sin: Math.sin(turn), along: radius * between(1.1, 1.9), across: radius };
  };
  const summitX = width * between(0.55, 0.8);
  const summitY = height * between(0.3, 0.6);
  const hills = [hill(summitX, summitY, size * between(0.22, 0.3), 1)];
  for (let i = 0; i < 4; i++) {
    hills.push(
      hill(width * between(-0.05, 1.05), height * between(-0.1, 1.1), size * between(0.13, 0.24), between(0.3, 0.7)),
    );
  }
  for (let i = 0; i < 2; i++) {
    hills.push(hill(width * between(0, 1), height * between(0, 1), size * between(0.12, 0.2), -between(0.15, 0.35)));
  }
  const slope = between(0, 2 * Math.PI);
  const noise = noiseOf(random);
  const wave = size / between(2.6, 3.4);

  return (x, y) => {
    // Bending the plane first gives spurs and hollows instead of plain ellipses.
    const bentX = x + noise(x / wave + 31, y / wave) * wave * 0.34;
    const bentY = y + noise(x / wave, y / wave + 57) * wave * 0.34;
    let sum = 0.16 * ((Math.cos(slope) * x) / width + (Math.sin(slope) * y) / height);
    for (const h of hills) {
      const dx = bentX - h.x;
      const dy = bentY - h.y;
      const u = (dx * h.cos + dy * h.sin) / h.along;
      const v = (dy * h.cos - dx * h.sin) / h.across;
      sum += h.rise * Math.exp(-(u * u + v * v) / 1.4);
    }
    return sum + 0.05 * noise((x / wave) * 1.5 + 11, (y / wave) * 1.5 + 7);
  };
}

type Grid = { columns: number; rows: number; values: Float64Array };

function sample(at: (x: number, y: number) => number, width: number, height: number): Grid {
  // One cell beyond each edge, so that lines run out of the picture instead of ending in it.
  const columns = Math.ceil(width / CELL) + 3;
  const rows = Math.ceil(height / CELL) + 3;
  const values = new Float64Array(columns * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      values[row * columns + column] = at((column - 1) * CELL, (row - 1) * CELL);
  return { columns, rows, values };
}

function levelsOf(grid: Grid, count: number): number[] {
  const low = Math.min(...grid.values);
  const high = Math.max(...grid.values);
  return Array.from({ length: count }, (_, i) => low + ((i + 0.6) / (count + 0.2)) * (high - low));
}

/** Marching squares: where the field crosses a level on the cells' edges, joined into lines and rings. */
function trace(grid: Grid, level: number): Omit<Line, 'level'>[] {
  const { columns, rows, values } = grid;
  const value = (column: number, row: number) => values[row * columns + column] ?? 0;
  // An edge is named by its left or upper corner: even numbers run right, odd ones down.
  const across = (column: number, row: number) => (row * columns + column) * 2;
  const down = (column: number, row: number) => (row * columns + column) * 2 + 1;
  const links = new Map<number, number[]>();
  const link = (a: number, b: number) => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const list = links.get(from);
      if (list) list.push(to);
      else links.set(from, [to]);
    }
  };

  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const corners = [value(column, row), value(column + 1, row), value(column + 1, row + 1), value(column, row + 1)];
      const edges = [across(column, row), down(column + 1, row), across(column, row + 1), down(column, row)];
      const above = corners.map((corner) => corner > level);
      const crossed = edges.filter((_, i) => above[i] !== above[(i + 1) % 4]);
      const [a, b, c, d] = crossed;
      if (a === undefined || b === undefined) continue;
      if (c === undefined || d === undefined) {
        link(a, b);
        continue;
      }
      // A saddle: the middle decides which corners belong together.
      const middle = corners.reduce((sum, corner) => sum + corner, 0) / 4 > level;
      if (middle === above[0]) {
        link(a, b);
        link(c, d);
      } else {
        link(a, d);
        link(b, c);
      }
    }
  }

  const point = (edge: number): Point => {
    const cell = edge >> 1;
    const column = cell % columns;
    const row = (cell - column) / columns;
    const from = value(column, row);
    const to = edge % 2 === 0 ? value(column + 1, row) : value(column, row + 1);
    const share = (level - from) / (to - from);
    return {
      x: (column - 1 + (edge % 2 === 0 ? share : 0)) * CELL,
      y: (row - 1 + (edge % 2 === 1 ? share : 0)) * CELL,
    };
  };

  const lines: Omit<Line, 'level'>[] = [];
  const seen = new Set<number>();
  const walk = (start: number) => {
    const edges: number[] = [];
    for (let edge: number | undefined = start; edge !== undefined; edge = links.get(edge)?.find((e) => !seen.has(e))) {
      seen.add(edge);
      edges.push(edge);
    }
    return edges;
  };
  // Lines that end at the border first; what is left are rings.
  for (const [edge, next] of links)
    if (next.length === 1 && !seen.has(edge)) lines.push({ points: walk(edge).map(point), closed: false });
  for (const edge of links.keys()) if (!seen.has(edge)) lines.push({ points: walk(edge).map(point), closed: true });
  return lines;
}

const distance = (a: Point, b: Point) => Math.hypot(b.x - a.x, b.y - a.y);

function lengthOf({ points, closed }: Omit<Line, 'level'>): number {
  const around = closed ? [...points, ...points.slice(0, 1)] : points;
  let sum = 0;
  for (let i = 1; i < around.length; i++) sum += distance(around[i - 1] as Point, around[i] as Point);
  return sum;
}

/** Takes the sharpest bends out of a line by moving each point towards its neighbours' middle a few times. */
function settle(points: Point[], closed: boolean): Point[] {
  const n = points.length;
  let now = points;
  for (let pass = 0; pass < 8; pass++) {
    now = now.map((p, i) => {
      if (!closed && (i === 0 || i === n - 1)) return p;
      const before = now[(i + n - 1) % n] as Point;
      const after = now[(i + 1) % n] as Point;
      return { x: (2 * p.x + before.x + after.x) / 4, y: (2 * p.y + before.y + after.y) / 4 };
    });
  }
  return now;
}

/**
 * Points along a line, closer together where it bends; distances change slowly, so one Catmull-Rom curve runs through
 * them without loops.
 */
function thin({ points, closed }: Omit<Line, 'level'>, spacing: number): Point[] {
  const round = settle(points, closed);
  const around = closed ? [...round, round[0] as Point] : round;
  const n = around.length;
  const near = (i: number) =>
    closed ? (around[(i + (n - 1)) % (n - 1)] as Point) : (around[Math.min(Math.max(i, 0), n - 1)] as Point);
  // How far the direction turns within about 40 units around a step, as a weight on that step's length.
  const weights = around.map((_, i) => {
    if (i === 0) return 0;
    const back = near(i - 4);
    const from = near(i - 1);
    const to = near(i);
    const on = near(i + 3);
    const turn = Math.atan2(on.y - to.y, on.x - to.x) - Math.atan2(from.y - back.y, from.x - back.x);
    const bend = Math.abs(Math.atan2(Math.sin(turn), Math.cos(turn)));
    return distance(from, around[i] as Point) * (0.85 + Math.min(bend, 2) * 0.3);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const count = Math.max(closed ? 6 : 2, Math.round(total / spacing));
  const result: Point[] = [];
  let gone = 0;
  let i = 1;
  for (let k = 0; k < count + (closed ? 0 : 1); k++) {
    const target = (k / count) * total;
    while (i < n - 1 && gone + (weights[i] ?? 0) < target) {
      gone += weights[i] ?? 0;
      i++;
    }
    const from = around[i - 1] as Point;
    const to = around[i] as Point;
    const share = Math.min(1, (target - gone) / (weights[i] || 1));
    result.push({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share });
  }
  return result;
}

/** Relative cubic segments with whole numbers; the first control point of each is the mirror of the last one's second. */
function toPath(line: Omit<Line, 'level'>, spacing: number): string {
  const points = thin(line, spacing).map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }));
  const n = points.length;
  const get = (i: number) => (line.closed ? points[(i + n) % n] : points[Math.min(Math.max(i, 0), n - 1)]) as Point;
  const pair = (x: number, y: number) => `${x < 0 ? '' : ' '}${x}${y < 0 ? '' : ' '}${y}`;
  const first = get(0);
  const into = (i: number) => ({
    x: Math.round(get(i).x - (get(i + 1).x - get(i - 1).x) / 6),
    y: Math.round(get(i).y - (get(i + 1).y - get(i - 1).y) / 6),
  });
  let path = `M${first.x} ${first.y}`;
  for (let i = 1; i < n + (line.closed ? 1 : 0); i++) {
    const from = get(i - 1);
    const to = get(i);
    const second = into(i);
    const end = pair(second.x - from.x, second.y - from.y) + pair(to.x - from.x, to.y - from.y);
    if (i === 1) {
      // A ring's first control point mirrors the last segment's; an open line starts straight.
      const mirror = line.closed ? into(0) : first;
      path += `c${pair(first.x - mirror.x, first.y - mirror.y).trimStart()}${end}`;
    } else {
      path += `s${end.trimStart()}`;
    }
  }
  return line.closed ? `${path}z` : path;
}

function places(at: (x: number, y: number) => number, width: number, height: number) {
  let peak: Point = { x: width / 2, y: height / 2 };
  let village = peak;
  let highest = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  const inside: Point[] = [];
  for (let y = height * 0.1; y <= height * 0.9; y += 12)
    for (let x = width * 0.08; x <= width * 0.92; x += 12) inside.push({ x, y });
  for (const p of inside) {
    const h = at(p.x, p.y);
    lowest = Math.min(lowest, h);
    if (h > highest) {
      highest = h;
      peak = p;
    }
  }
  let gentlest = Number.POSITIVE_INFINITY;
  for (const p of inside) {
    const share = (at(p.x, p.y) - lowest) / (highest - lowest);
    if (p.y < height * 0.3 || p.y > height * 0.75 || p.x < width * 0.2 || p.x > width * 0.8) continue;
    const steep =
      Math.hypot(at(p.x + 6, p.y) - at(p.x - 6, p.y), at(p.x, p.y + 6) - at(p.x, p.y - 6)) / (highest - lowest);
    const unfit = steep * 4 + Math.abs(share - 0.45);
    if (unfit < gentlest) {
      gentlest = unfit;
      village = p;
    }
  }
  const whole = (p: Point) => ({ x: Math.round(p.x), y: Math.round(p.y) });
  return { peak: whole(peak), village: whole(village) };
}

/** The same numbers for the same word, everywhere. */
function randomOf(seed: string): () => number {
  let state = 2166136261;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Gradient noise between about -1 and 1, smooth to the second derivative. */
function noiseOf(random: () => number): (x: number, y: number) => number {
  const turns = Array.from({ length: 256 }, () => random() * 2 * Math.PI);
  const order = Array.from({ length: 256 }, () => Math.floor(random() * 256));
  const corner = (ix: number, iy: number, dx: number, dy: number) => {
    const turn = turns[((order[ix & 255] ?? 0) + iy) & 255] ?? 0;
    return Math.cos(turn) * dx + Math.sin(turn) * dy;
  };
  const ease = (t: number) => t * t * t * (t * (t * 6 - 15) + 10);
  return (x, y) => {
    const ix = Math.floor(x);
    const iy = Math.floor(y);
    const dx = x - ix;
    const dy = y - iy;
    const u = ease(dx);
    const upper = corner(ix, iy, dx, dy) * (1 - u) + corner(ix + 1, iy, dx - 1, dy) * u;
    const lower = corner(ix, iy + 1, dx, dy - 1) * (1 - u) + corner(ix + 1, iy + 1, dx - 1, dy - 1) * u;
    return 1.4 * (upper + (lower - upper) * ease(dy));
  };
}
