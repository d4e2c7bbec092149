// A small renderer for produce: shapes are distance functions, rays march through them, light is soft and a little
// warm so that what comes out sits well beside 3D emoji. It runs once when pictures are built, never in the product.

/** Signed distance to a shape. */
export type Sdf = (x: number, y: number, z: number) => number;
/** Linear red, green, blue. */
export type Rgb = [number, number, number];

export type Part = {
  d: Sdf;
  /** colour at a point of the surface with its normal */
  color: (x: number, y: number, z: number, nx: number, ny: number, nz: number) => Rgb;
  /** a ball around the part: x, y, z, radius; rays outside need not look closer */
  ball: [number, number, number, number];
  /** strength and width of the highlight */
  gloss?: number;
  width?: number;
  /** how much light passes through: flesh, leaves, glass of honey */
  glow?: number;
};

export type Picture = { pixels: Buffer; size: number };

const EYE = [0, 1.9, 8.2] as const;
const FIELD = 0.2;

const dot = (ax: number, ay: number, az: number, bx: number, by: number, bz: number) => ax * bx + ay * by + az * bz;
const unit = (x: number, y: number, z: number): Rgb => {
  const l = Math.hypot(x, y, z);
  return [x / l, y / l, z / l];
};
const KEY = unit(0.55, 0.95, 0.75);
const FILL = unit(-0.8, 0.25, 0.5);

/** Draws parts on nothing: RGBA, straight alpha, a square of `size` pixels; not `fine` for a quick look. */
export function render(parts: readonly Part[], size: number, fine = true): Picture {
  const pixels = Buffer.alloc(size * size * 4);
  const tilt = Math.atan2(EYE[1], EYE[2]);
  const sin = Math.sin(tilt);
  const cos = Math.cos(tilt);
  const hit = { part: parts[0] as Part };

  /** Distance to the nearest part, as far as it matters: nothing beyond `far` is looked at. */
  const map = (x: number, y: number, z: number, far: number, keep: boolean) => {
    let near = far;
    for (const part of parts) {
      const b = part.ball;
      const toBall = Math.hypot(x - b[0], y - b[1], z - b[2]) - b[3];
      if (toBall > near) continue;
      // A ray that comes from outside need only reach the ball; shadows need the true distance.
      const d = keep && toBall > 0.12 ? toBall + 0.02 : part.d(x, y, z);
      if (d < near) {
        near = d;
        if (keep) hit.part = part;
      }
    }
    return near;
  };

  const shadow = (x: number, y: number, z: number) => {
    let light = 1;
    let t = 0.06;
    for (let i = 0; i < 26 && t < 2.6; i++) {
      const d = map(x + KEY[0] * t, y + KEY[1] * t, z + KEY[2] * t, 0.2 * t, false);
      light = Math.min(light, 0.5 + (0.5 * d) / (0.2 * t));
      if (light <= 0) return 0;
      t += Math.max(0.02, d * 0.9);
    }
    const s = Math.max(0, Math.min(1, light));
    return s * s * (3 - 2 * s);
  };

  const openness = (x: number, y: number, z: number, nx: number, ny: number, nz: number) => {
    let shut = 0;
    let weight = 1;
    for (let i = 1; i <= 5; i++) {
      const t = 0.012 + 0.055 * i * i * 0.55;
      shut += (t - map(x + nx * t, y + ny * t, z + nz * t, t, false)) * weight;
      weight *= 0.62;
    }
    return Math.max(0, 1 - 1.7 * shut);
  };

  const shade = (x: number, y: number, z: number, dx: number, dy: number, dz: number, part: Part): Rgb => {
    const e = 0.0016;
    const a = part.d(x + e, y - e, z - e);
    const b = part.d(x - e, y - e, z + e);
    const c = part.d(x - e, y + e, z - e);
    const f = part.d(x + e, y + e, z + e);
    const [nx, ny, nz] = unit(a - b - c + f, -a - b + c + f, -a + b - c + f);
    const base = part.color(x, y, z, nx, ny, nz);
    const glow = part.glow ?? 0.25;
    const ox = x + nx * 0.02;
    const oy = y + ny * 0.02;
    const oz = z + nz * 0.02;
    const lit = shadow(ox, oy, oz);
    const ao = openness(ox, oy, oz, nx, ny, nz);
    const wrap = 0.28 + glow * 0.5;
    const key = Math.max(0, (dot(nx, ny, nz, ...KEY) + wrap) / (1 + wrap)) * (lit * (1 - glow * 0.5) + glow * 0.5);
    const fill = Math.max(0, 0.5 + 0.5 * dot(nx, ny, nz, ...FILL));
    const below = Math.max(0, 0.5 - 0.5 * ny);
    const facing = Math.max(0, -dot(nx, ny, nz, dx, dy, dz));
    const rim = (1 - facing) ** 3;
    const hx = KEY[0] - dx;
    const hy = KEY[1] - dy;
    const hz = KEY[2] - dz;
    const h = unit(hx, hy, hz);
    const shine = (part.gloss ?? 0.25) * Math.max(0, dot(nx, ny, nz, ...h)) ** (part.width ?? 18) * (0.25 + 0.75 * lit);
    const out: Rgb = [0, 0, 0];
    // Shadows keep their colour and lean towards plum, as they do in the emoji this stands beside.
    const keyTint = [1.22, 1.14, 1.0];
    const fillTint = [0.4, 0.42, 0.52];
    const belowTint = [0.3, 0.19, 0.17];
    for (let i = 0; i < 3; i++) {
      const albedo = base[i] as number;
      const deep = albedo ** (1 + 0.28 * (1 - glow));
      const light =
        albedo * key * (keyTint[i] as number) +
        deep * (fill * (fillTint[i] as number) + below * (belowTint[i] as number) + 0.1) * (0.35 + 0.65 * ao);
      out[i] = light * (0.55 + 0.45 * ao) + shine + rim * 0.16 * (0.4 + albedo) * ao;
    }
    return out;
  };

  /** Colour seen along one ray into `out`; false when it meets nothing. */
  const trace = (px: number, py: number, out: Float32Array, at: number): boolean => {
    const u = (px / size - 0.5) * 2 * FIELD;
    const v = (0.5 - py / size) * 2 * FIELD;
    const l = Math.hypot(u, v, 1);
    // The eye looks down by the tilt.
    const dx = u / l;
    const dy = (v * cos - sin) / l;
    const dz = (-v * sin - cos) / l;
    let t = 6;
    for (let i = 0; i < 150 && t < 11; i++) {
      const x = EYE[0] + dx * t;
      const y = EYE[1] + dy * t;
      const z = EYE[2] + dz * t;
      const d = map(x, y, z, 1e9, true);
      if (d < 0.0009 * (t / 8)) {
        const c = shade(x, y, z, dx, dy, dz, hit.part);
        for (let k = 0; k < 3; k++) out[at + k] = gamma(c[k] as number);
        return true;
      }
      t += d * 0.78;
    }
    return false;
  };

  // One ray for each pixel first; where neighbours differ, a finer grid of rays takes its place.
  const first = new Float32Array(size * size * 3);
  const seen = new Uint8Array(size * size);
  for (let py = 0; py < size; py++)
    for (let px = 0; px < size; px++) {
      const i = py * size + px;
      seen[i] = trace(px + 0.5, py + 0.5, first, i * 3) ? 1 : 0;
    }
  const differs = (i: number, j: number) => {
    if (seen[i] !== seen[j]) return 2;
    let most = 0;
    for (let k = 0; k < 3; k++)
      most = Math.max(most, Math.abs((first[i * 3 + k] as number) - (first[j * 3 + k] as number)));
    return most > 0.055 ? 1 : 0;
  };
  const one = new Float32Array(3);
  for (let py = 0; py < size; py++) {
    for (let px = 0; px < size; px++) {
      const i = py * size + px;
      let rough = 0;
      for (const [ox, oy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const)
        if (px + ox >= 0 && px + ox < size && py + oy >= 0 && py + oy < size)
          rough = Math.max(rough, differs(i, i + oy * size + ox));
      let hits = seen[i] as number;
      let rays = 1;
      const sum = [first[i * 3] as number, first[i * 3 + 1] as number, first[i * 3 + 2] as number];
      if (rough > 0 && fine) {
        const grid = rough + 1;
        rays = grid * grid;
        hits = 0;
        sum.fill(0);
        for (let k = 0; k < rays; k++) {
          if (!trace(px + ((k % grid) + 0.5) / grid, py + (Math.floor(k / grid) + 0.5) / grid, one, 0)) continue;
          hits++;
          for (let c = 0; c < 3; c++) sum[c] = (sum[c] as number) + (one[c] as number);
        }
      }
      if (hits === 0) continue;
      for (let c = 0; c < 3; c++) pixels[i * 4 + c] = Math.round((255 * (sum[c] as number)) / hits);
      pixels[i * 4 + 3] = Math.round((255 * hits) / rays);
    }
  }
  return { pixels, size };
}

/** Linear light to what a screen shows, with the brightest parts eased off instead of cut. */
function gamma(linear: number): number {
  const eased = linear < 0.7 ? linear : 0.7 + 0.3 * (1 - Math.exp(-(linear - 0.7) / 0.3));
  return eased <= 0.0031308 ? 12.92 * Math.max(0, eased) : 1.055 * eased ** (1 / 2.4) - 0.055;
}

// Shapes -------------------------------------------------------------------------------------------------------------

export const sphere =
  (cx: number, cy: number, cz: number, r: number): Sdf =>
  (x, y, z) =>
    Math.hypot(x - cx, y - cy, z - cz) - r;

export const ellipsoid =
  (cx: number, cy: number, cz: number, rx: number, ry: number, rz: number): Sdf =>
  (x, y, z) => {
    const px = (x - cx) / rx;
    const py = (y - cy) / ry;
    const pz = (z - cz) / rz;
    const k0 = Math.hypot(px, py, pz);
    const k1 = Math.hypot(px / rx, py / ry, pz / rz);
    return k1 === 0 ? -Math.min(rx, ry, rz) : (k0 * (k0 - 1)) / k1;
  };

/** A rounded stick from a to b, thinning or thickening on the way. */
export const stick = (a: Rgb, b: Rgb, ra: number, rb = ra): Sdf => {
  const [bx, by, bz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const l2 = bx * bx + by * by + bz * bz;
  return (x, y, z) => {
    const px = x - a[0];
    const py = y - a[1];
    const pz = z - a[2];
    const h = Math.max(0, Math.min(1, (px * bx + py * by + pz * bz) / l2));
    return (Math.hypot(px - bx * h, py - by * h, pz - bz * h) - (ra + (rb - ra) * h)) * 0.95;
  };
};

/** Turns an outline (radius, height), from bottom to top, about the y axis; `round` softens its corners. */
export const lathe = (outline: readonly [number, number][], round = 0): Sdf => {
  const points: [number, number][] = [
    [0, (outline[0] as [number, number])[1]],
    ...outline,
    [0, (outline.at(-1) as [number, number])[1]],
  ];
  const n = points.length;
  return (x, y, z) => {
    const r = Math.hypot(x, z);
    let best = 1e9;
    let inside = false;
    for (let i = 0, j = n - 1; i < n; j = i++) {
      const [ix, iy] = points[i] as [number, number];
      const [jx, jy] = points[j] as [number, number];
      const ex = jx - ix;
      const ey = jy - iy;
      const wx = r - ix;
      const wy = y - iy;
      const h = Math.max(0, Math.min(1, (wx * ex + wy * ey) / (ex * ex + ey * ey || 1)));
      // The axis itself is no surface.
      if (!(ix === 0 && jx === 0)) best = Math.min(best, (wx - ex * h) ** 2 + (wy - ey * h) ** 2);
      if (iy > y !== jy > y && r < (ex * (y - iy)) / ey + ix) inside = !inside;
    }
    return (inside ? -1 : 1) * Math.sqrt(best) - round;
  };
};

/** A smooth outline through a few points, for lathe: Catmull-Rom with `steps` pieces between two points. */
export function smooth(points: readonly [number, number][], steps = 7): [number, number][] {
  const result: [number, number][] = [];
  const get = (i: number) => points[Math.max(0, Math.min(points.length - 1, i))] as [number, number];
  for (let i = 0; i < points.length - 1; i++) {
    for (let s = 0; s < steps; s++) {
      const t = s / steps;
      const at = (k: 0 | 1) => {
        const [a, b, c, d] = [get(i - 1)[k], get(i)[k], get(i + 1)[k], get(i + 2)[k]];
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3);
      };
      result.push([Math.max(0, at(0)), at(1)]);
    }
  }
  result.push(get(points.length - 1));
  return result;
}

export const smin = (a: number, b: number, k: number) => {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - h * h * k * 0.25;
};
export const smax = (a: number, b: number, k: number) => -smin(-a, -b, k);

/** Moves, turns (radians about x, then y, then z) and scales a part, colours and all. */
export function place(part: Part, at: Rgb, turn: Rgb = [0, 0, 0], scale = 1): Part {
  const [cx, sx] = [Math.cos(turn[0]), Math.sin(turn[0])];
  const [cy, sy] = [Math.cos(turn[1]), Math.sin(turn[1])];
  const [cz, sz] = [Math.cos(turn[2]), Math.sin(turn[2])];
  // rows of the rotation z · y · x
  const m = [
    cz * cy,
    cz * sy * sx - sz * cx,
    cz * sy * cx + sz * sx,
    sz * cy,
    sz * sy * sx + cz * cx,
    sz * sy * cx - cz * sx,
    -sy,
    cy * sx,
    cy * cx,
  ] as const;
  const back = (x: number, y: number, z: number): Rgb => [
    (m[0] * x + m[3] * y + m[6] * z) / scale,
    (m[1] * x + m[4] * y + m[7] * z) / scale,
    (m[2] * x + m[5] * y + m[8] * z) / scale,
  ];
  const [bx, by, bz, br] = part.ball;
  return {
    ...part,
    d: (x, y, z) => {
      const px = x - at[0];
      const py = y - at[1];
      const pz = z - at[2];
      return (
        part.d(
          (m[0] * px + m[3] * py + m[6] * pz) / scale,
          (m[1] * px + m[4] * py + m[7] * pz) / scale,
          (m[2] * px + m[5] * py + m[8] * pz) / scale,
        ) * scale
      );
    },
    color: (x, y, z, nx, ny, nz) => {
      const p = back(x - at[0], y - at[1], z - at[2]);
      const n = back(nx * scale, ny * scale, nz * scale);
      return part.color(...p, ...n);
    },
    ball: [
      at[0] + scale * (m[0] * bx + m[1] * by + m[2] * bz),
      at[1] + scale * (m[3] * bx + m[4] * by + m[5] * bz),
      at[2] + scale * (m[6] * bx + m[7] * by + m[8] * bz),
      br * scale,
    ],
  };
}

// Colour and texture ---------------------------------------------------------------------------------------------------

export const hex = (text: string): Rgb => {
  const part = (i: number) => {
    const s = Number.parseInt(text.slice(i, i + 2), 16) / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
};
export const mix = (a: Rgb, b: Rgb, t: number): Rgb => {
  const k = Math.max(0, Math.min(1, t));
  return [a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k, a[2] + (b[2] - a[2]) * k];
};
export const step = (from: number, to: number, x: number) => {
  const t = Math.max(0, Math.min(1, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
};

/** A number between 0 and 1 for three whole ones, always the same. */
export function hash(x: number, y: number, z: number): number {
  let h = Math.imul(x | 0, 374761393) ^ Math.imul(y | 0, 668265263) ^ Math.imul(z | 0, 2147483647 - 61);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  h = Math.imul(h ^ (h >>> 15), 2246822519);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Smooth noise between 0 and 1. */
export function noise(x: number, y: number, z: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const iz = Math.floor(z);
  const fx = x - ix;
  const fy = y - iy;
  const fz = z - iz;
  const u = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
  const v = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
  const w = fz * fz * fz * (fz * (fz * 6 - 15) + 10);
  const lane = (b: number, c: number) => {
    const p = hash(ix, iy + b, iz + c);
    return p + (hash(ix + 1, iy + b, iz + c) - p) * u;
  };
  const near = lane(0, 0) + (lane(1, 0) - lane(0, 0)) * v;
  const far = lane(0, 1) + (lane(1, 1) - lane(0, 1)) * v;
  return near + (far - near) * w;
}

export const cloud = (x: number, y: number, z: number) =>
  0.55 * noise(x, y, z) + 0.3 * noise(x * 2.1 + 7, y * 2.1, z * 2.1) + 0.15 * noise(x * 4.3, y * 4.3 + 3, z * 4.3);

/** Distances to the nearest and second-nearest point of a jittered grid, and a number for the nearest. */
export function cells(x: number, y: number, z: number, jitter = 0.8): { first: number; second: number; id: number } {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const iz = Math.floor(z);
  let first = 9;
  let second = 9;
  let id = 0;
  for (let dz = -1; dz <= 1; dz++)
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const cx = ix + dx;
        const cy = iy + dy;
        const cz = iz + dz;
        const h = hash(cx, cy, cz);
        const px = cx + 0.5 + jitter * (h - 0.5) - x;
        const py = cy + 0.5 + jitter * (((h * 57.31) % 1) - 0.5) - y;
        const pz = cz + 0.5 + jitter * (((h * 913.7) % 1) - 0.5) - z;
        const d = px * px + py * py + pz * pz;
        if (d < first) {
          second = first;
          first = d;
          id = h;
        } else if (d < second) second = d;
      }
  return { first: Math.sqrt(first), second: Math.sqrt(second), id };
}
