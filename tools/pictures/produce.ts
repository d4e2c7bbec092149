// The produce of the demo shop that no free icon shows, each a few shapes.
import {
  cells,
  cloud,
  ellipsoid,
  hash,
  hex,
  lathe,
  mix,
  noise,
  type Part,
  place,
  type Rgb,
  smax,
  smin,
  smooth,
  sphere,
  step,
  stick,
} from './march.ts';

const plain = (color: string) => {
  const c = hex(color);
  return () => c;
};
const PINE = hex('#1f5a43');
const RICE = hex('#f6efe2');

/** Turns a shape given at the origin into a part with a colour. */
const part = (d: Part['d'], color: Part['color'] | string, radius: number, more: Partial<Part> = {}): Part => ({
  d,
  color: typeof color === 'string' ? plain(color) : color,
  ball: [0, 0, 0, radius],
  ...more,
});

// ---- small things used several times

/** A leaf lying along +x from the origin, length 1, a little folded along its middle. */
function leaf(from = '#5f9a3c', to = '#2f6b33', slim = 0.34): Part {
  const a = hex(from);
  const b = hex(to);
  return {
    d: (x, y, z) => {
      const t = Math.max(0, Math.min(1, x));
      const half = slim * Math.sin(Math.PI * t ** 0.75) ** 0.8 + 0.012;
      const curve = 0.22 * t * t - 0.1 * t;
      const lift = y + curve - Math.abs(z) * 0.35 + 0.012 * Math.cos(z * 60 - t * 40) * step(0, 0.12, Math.abs(z));
      const dx = x < 0 ? -x : x > 1 ? x - 1 : 0;
      const dz = Math.max(0, Math.abs(z) - half);
      return (Math.hypot(dx, dz, Math.max(0, Math.abs(lift) - 0.012)) - 0.014) * 0.72;
    },
    color: (x, _y, z) => {
      const vein = Math.max(
        step(0.03, 0.008, Math.abs(z)),
        0.6 * step(0.86, 0.97, Math.cos(Math.abs(z) * 30 - x * 24)),
      );
      return mix(mix(b, a, 0.25 + x * 0.6), hex('#a8cf7a'), vein * 0.5);
    },
    ball: [0.5, 0, 0, 0.75],
    gloss: 0.22,
    width: 14,
    glow: 0.45,
  };
}

/** A petal along +x, rounded, cupped upwards. */
function petal(color: string, heart: string, slim: number, cup: number): Part {
  const a = hex(color);
  const b = hex(heart);
  return {
    d: (x, y, z) => {
      const t = Math.max(0, Math.min(1, x));
      const half =
        slim * (0.3 + 0.7 * step(0, 0.55, t)) * Math.sqrt(Math.max(0, 1 - Math.max(0, (t - 0.55) / 0.47) ** 2.4));
      const lift = y - cup * t * t - z * z * 0.9;
      const over = Math.max(0, x - 1, -x);
      return (Math.hypot(over, Math.max(0, Math.abs(z) - half), Math.max(0, Math.abs(lift) - 0.02)) - 0.03) * 0.66;
    },
    color: (x) => mix(b, a, step(0, 0.6, x)),
    ball: [0.5, cup * 0.35, 0, 0.8],
    gloss: 0.06,
    glow: 0.45,
  };
}

function jasmineFlower(at: Rgb, turn: Rgb, size: number): Part[] {
  const list: Part[] = [];
  for (let i = 0; i < 6; i++) {
    const a = (i / 6) * 2 * Math.PI + 0.2;
    list.push(
      place(
        place(petal('#f3f3ee', '#dfe4c6', 0.37, 0.3), [0.08 * Math.cos(a), 0.05, -0.08 * Math.sin(a)], [0, a, 0]),
        at,
        turn,
        size,
      ),
    );
  }
  for (let i = 0; i < 6; i++) {
    const a = (i / 6) * 2 * Math.PI + 0.6;
    list.push(
      place(
        place(
          petal('#f7f6f0', '#e8e4b8', 0.36, 0.55),
          [0.04 * Math.cos(a), 0.12, -0.04 * Math.sin(a)],
          [0, a, 0.35],
          0.66,
        ),
        at,
        turn,
        size,
      ),
    );
  }
  list.push(place(part(ellipsoid(0, 0.2, 0, 0.1, 0.16, 0.1), '#e6d98a', 0.4, { glow: 0.6 }), at, turn, size));
  list.push(
    place(
      part(stick([0, 0, 0], [0, -0.42, 0], 0.1, 0.06), '#86a85c', 0.6, { ball: [0, -0.2, 0, 0.4] }),
      at,
      turn,
      size,
    ),
  );
  return list;
}

/** A bowl with its foot at y = -0.75 and its rim at y = 0.1, glazed in pine. */
function bowl(): Part {
  const d = lathe(
    smooth([
      [0.42, -0.78],
      [0.45, -0.7],
      [0.62, -0.62],
      [0.92, -0.3],
      [1.06, 0.08],
      [1.09, 0.13],
      [1.04, 0.13],
      [0.98, 0.05],
      [0.84, -0.26],
      [0.5, -0.5],
      [0.0, -0.54],
    ]),
    0.018,
  );
  return part(
    d,
    (x, y, z) => {
      const r = Math.hypot(x, z);
      if (y > 0.085) return mix(hex('#c9a25a'), hex('#e0bd7d'), noise(x * 9, y * 9, z * 9));
      if (y < -0.67) return hex('#b79a74');
      const run = step(0.2, 0.75, noise(Math.atan2(z, x) * 7, 3, 2) * 0.6 + (y + 0.7) * 0.6);
      return mix(hex('#103125'), hex('#245f47'), run * (r > 0.2 ? 1 : 0.6));
    },
    1.35,
    { gloss: 0.55, width: 40, glow: 0.1, ball: [0, -0.3, 0, 1.25] },
  );
}

/** Grains heaped in the bowl. */
function heap(grain: number, colors: [string, string], stretch = 1, more: Partial<Part> = {}): Part {
  const [a, b] = colors.map(hex) as [Rgb, Rgb];
  const dome: Part['d'] = (x, y, z) => {
    const r = Math.hypot(x, z);
    const top = 0.03 + 0.36 * Math.exp(-(r * r) / 0.55);
    return Math.max((y - top) * 0.8, r - 0.97 - Math.min(0, y) * 0.5, -0.08 - y);
  };
  return part(
    (x, y, z) => {
      const base = dome(x, y, z);
      if (base > grain * 1.2) return base - grain * 0.6;
      const c = cells(x / grain, y / grain, (z / grain) * stretch, 0.75);
      return Math.max(base - grain * 0.25, base * 0.6 + (c.first - 0.62) * grain * 0.62);
    },
    (x, y, z) => {
      const c = cells(x / grain, y / grain, (z / grain) * stretch, 0.75);
      return mix(mix(a, b, c.id), hex('#5a3a18'), step(0.5, 0.78, c.first) * 0.35);
    },
    1.2,
    { gloss: 0.16, width: 22, glow: 0.4, ...more },
  );
}

type Label = { paper: Rgb; line: Rgb; from: number; to: number; radius: number };

/** Paper with contour lines around a jar or bottle, the mark of the shop. */
function labelled(inner: (x: number, y: number, z: number) => Rgb, label: Label): Part['color'] {
  return (x, y, z) => {
    if (y < label.from || y > label.to || Math.hypot(x, z) < label.radius) return inner(x, y, z);
    const a = Math.atan2(x, z);
    if (Math.abs(a) > 1.25) return inner(x, y, z);
    const edge = Math.min(y - label.from, label.to - y);
    const u = a * 1.3;
    const v = (y - (label.from + label.to) / 2) / (label.to - label.from);
    const height =
      1.15 * Math.exp(-((u - 0.18) ** 2 / 0.34 + (v + 0.02) ** 2 / 0.1)) +
      0.55 * Math.exp(-((u + 0.75) ** 2 / 0.2 + (v - 0.2) ** 2 / 0.06)) +
      0.16 * noise(u * 3 + 4, v * 4, 1);
    const k = height * 4.2;
    const line = step(0.1, 0.04, Math.abs(k - Math.round(k)));
    return mix(mix(label.paper, label.line, line * 0.8), label.line, step(0.035, 0.022, edge) * 0.9);
  };
}

function jar(content: [string, string], lid: string, more: { tall?: number; wide?: number } = {}): Part[] {
  const t = more.tall ?? 1;
  const w = more.wide ?? 1;
  const [a, b] = content.map(hex) as [Rgb, Rgb];
  const glass = lathe(
    smooth(
      [
        [0.5 * w, -0.95 * t],
        [0.68 * w, -0.93 * t],
        [0.76 * w, -0.8 * t],
        [0.77 * w, 0.25 * t],
        [0.72 * w, 0.45 * t],
        [0.6 * w, 0.55 * t],
        [0.57 * w, 0.62 * t],
      ],
      6,
    ),
    0.03,
  );
  return [
    part(
      glass,
      labelled(
        (x, y, z) => {
          const side = Math.abs(x) / (0.8 * w);
          const clear = step(0.62, 0.95, side);
          return mix(
            mix(b, a, step(-0.9, 0.5, y / t) * 0.75 + 0.2 * noise(x * 3, y * 3, z * 3)),
            hex('#fff3d8'),
            clear * 0.35 + step(0.42 * t, 0.5 * t, y) * 0.3,
          );
        },
        { paper: RICE, line: PINE, from: -0.62 * t, to: 0.14 * t, radius: 0.7 * w },
      ),
      1.4,
      { gloss: 0.75, width: 60, glow: 0.6 },
    ),
    part(
      lathe(
        smooth(
          [
            [0.62 * w, 0.6 * t],
            [0.655 * w, 0.63 * t],
            [0.655 * w, 0.86 * t],
            [0.6 * w, 0.9 * t],
          ],
          4,
        ),
        0.02,
      ),
      (x, y, z) => mix(hex(lid), hex('#f2d49b'), 0.25 * step(0.4, 0.6, noise(x * 3, y * 22, z * 3))),
      1,
      { gloss: 0.2, ball: [0, 0.75 * t, 0, 0.85 * w] },
    ),
  ];
}

function cup(liquid: [string, string]): Part[] {
  const [a, b] = liquid.map(hex) as [Rgb, Rgb];
  const wall = lathe(
    smooth(
      [
        [0.4, -0.72],
        [0.46, -0.68],
        [0.62, -0.5],
        [0.76, -0.1],
        [0.82, 0.32],
        [0.835, 0.36],
        [0.79, 0.36],
        [0.74, 0.2],
        [0.68, -0.05],
        [0.0, -0.12],
      ],
      6,
    ),
    0.016,
  );
  const handle: Part['d'] = (x, y, z) => {
    const px = x - 0.84;
    const py = y + 0.08;
    return Math.hypot(Math.hypot(px * 0.95, py) - 0.27, z) - 0.062;
  };
  return [
    part(
      (x, y, z) => smin(wall(x, y, z), Math.max(handle(x, y, z), 0.66 - Math.hypot(x, z)), 0.07),
      (x, y, z) =>
        Math.abs(y - 0.14) < 0.02 && Math.hypot(x, z) > 0.76
          ? PINE
          : mix(hex('#fbf7ee'), hex('#efe6d4'), step(0.2, -0.7, y)),
      1.35,
      { gloss: 0.5, width: 48, glow: 0.3 },
    ),
    part(
      (x, y, z) => Math.max(Math.abs(y - 0.2) - 0.02, Math.hypot(x, z) - 0.755),
      (x, _y, z) => mix(a, b, step(0.2, 0.8, Math.hypot(x, z))),
      0.9,
      { gloss: 0.6, width: 70, glow: 0.5, ball: [0, 0.2, 0, 0.8] },
    ),
  ];
}

// ---- nuts

function walnutShell(): Part {
  const base = ellipsoid(0, 0, 0, 0.86, 0.94, 0.84);
  const relief = (x: number, y: number, z: number) => {
    const a = Math.atan2(x, z);
    const wx = x * 3 + 1.2 * noise(x * 2.6, y * 2.2, z * 2.6);
    const folds = 1 - Math.abs(2 * noise(a * 2.6 + wx * 0.5, y * 2.1 + wx * 0.5, z * 2 + 3) - 1);
    const fine = 1 - Math.abs(2 * noise(x * 6.3, y * 5.2, z * 6.3 + 9) - 1);
    return 0.65 * folds ** 2.2 + 0.35 * fine ** 2;
  };
  return part(
    (x, y, z) => {
      const d = base(x, y, z);
      if (d > 0.2) return d - 0.1;
      const s = Math.abs(x);
      const ridge = 0.07 * Math.exp(-((s / 0.11) ** 2)) - 0.055 * Math.exp(-((s / 0.022) ** 2));
      return (d - ridge + 0.075 * relief(x, y, z) * step(0.03, 0.2, s)) * 0.62;
    },
    (x, y, z) => {
      const deep = relief(x, y, z) * step(0.03, 0.2, Math.abs(x));
      const line = Math.exp(-((Math.abs(x) / 0.02) ** 2));
      const warm = mix(hex('#d7a871'), hex('#bd8650'), cloud(x * 3, y * 3, z * 3));
      return mix(mix(warm, hex('#7d4c26'), deep * 0.8), hex('#5f3819'), line * 0.8);
    },
    1.15,
    { gloss: 0.14, width: 16, glow: 0.2 },
  );
}

/** Half a kernel, flat side down, its two lobes along z. */
function walnutKernel(): Part {
  const fold = (x: number, y: number, z: number) => {
    const w = 0.5 * noise(x * 2.4 + 4, y * 2.4, z * 2.4);
    return 0.5 + 0.5 * Math.sin((Math.abs(x) * 1.5 + w) * 9 + Math.sin(z * 6.5 + w * 5) * 1.7 + y * 3);
  };
  return part(
    (x, y, z) => {
      const lobe = ellipsoid(0.34, 0, 0, 0.46, 0.5, 0.8)(Math.abs(x), y, z + 0.06 * Math.abs(x));
      const d = smax(lobe, -y - 0.16, 0.08);
      if (d > 0.15) return d - 0.06;
      const notch = 0.1 * Math.exp(-((x / 0.06) ** 2)) * step(-0.2, 0.2, y);
      return (
        (smin(d, ellipsoid(0, 0.02, 0, 0.2, 0.26, 0.6)(x, y, z), 0.06) + 0.075 * (1 - fold(x, y, z)) + notch * 0.4) *
        0.55
      );
    },
    (x, y, z) => mix(hex('#e3b878'), hex('#9a6330'), (1 - fold(x, y, z)) * 0.75 + 0.15 * noise(x * 8, y * 8, z * 8)),
    1.05,
    { gloss: 0.22, width: 20, glow: 0.35 },
  );
}

const halfShell = (): Part => {
  const outer = walnutShell();
  return part(
    (x, y, z) => Math.max(outer.d(x, z, y), y - 0.02, -ellipsoid(0, 0.02, 0, 0.72, 0.66, 0.8)(x, y, z)),
    (x, y, z, nx, ny, nz) =>
      ellipsoid(0, 0.02, 0, 0.76, 0.7, 0.84)(x, y, z) < 0
        ? mix(hex('#e8c592'), hex('#c79a62'), noise(x * 6, y * 6, z * 6))
        : outer.color(x, z, y, nx, nz, ny),
    1.1,
    { glow: 0.25, gloss: 0.12 },
  );
};

const husk = (): Part =>
  part(
    (x, y, z) =>
      ellipsoid(0, 0, 0, 0.8, 0.88, 0.8)(x, y, z) -
      0.012 * noise(x * 5, y * 5, z * 5) +
      0.03 * Math.exp(-((Math.hypot(x, z) / 0.13) ** 2)) * (y > 0 ? 1 : 0),
    (x, y, z) =>
      mix(
        mix(hex('#5f9b35'), hex('#a5c957'), step(-0.7, 0.9, y + 0.4 * noise(x * 2, y * 2, z * 2))),
        hex('#dbe79a'),
        step(0.74, 0.82, noise(x * 17, y * 17, z * 17)) * 0.75,
      ),
    1,
    { gloss: 0.3, width: 16, glow: 0.35 },
  );

function peanut(): Part {
  const shape: Part['d'] = (x, y, z) =>
    smin(sphere(-0.42, 0, 0, 0.4)(x, y, z), ellipsoid(0.42, 0, 0, 0.46, 0.43, 0.43)(x, y, z), 0.32);
  const net = (x: number, y: number, z: number) => {
    const a = Math.atan2(z, y);
    const along = Math.abs(Math.sin(a * 4 + 0.5 * Math.sin(x * 5)));
    const around = Math.abs(Math.sin(x * 9 + Math.sin(a * 3) * 0.8));
    return Math.max(step(0.75, 1, along), step(0.8, 1, around) * 0.8);
  };
  return part(
    (x, y, z) => {
      const d = shape(x, y, z);
      return d > 0.12 ? d - 0.04 : (d - 0.028 * net(x, y, z)) * 0.7;
    },
    (x, y, z) => mix(hex('#c08d52'), hex('#e9c78f'), net(x, y, z) * 0.8 + 0.25 * noise(x * 5, y * 5, z * 5)),
    1,
    { gloss: 0.12, glow: 0.25 },
  );
}

// ---- spices

function pepperBerry(colors: [string, string, string], open: boolean): Part[] {
  const [a, b, c] = colors.map(hex) as [Rgb, Rgb, Rgb];
  const bump = (x: number, y: number, z: number) => cells(x * 4.6, y * 4.6, z * 4.6, 0.6);
  const ball = sphere(0, 0, 0, 0.9);
  const cut: Part['d'] = (x, y, z) => Math.max(Math.abs(x) - 0.1 - 0.5 * Math.max(0, y + 0.15), -y - 0.25, -z - 0.9);
  const berry = part(
    (x, y, z) => {
      const d = ball(x, y, z);
      if (d > 0.2) return d - 0.12;
      const k = bump(x, y, z);
      const skin = (d - 0.085 * step(0.62, 0.1, k.first)) * 0.62;
      return open ? smax(smax(skin, -cut(x, y, z), 0.06), -sphere(0, 0, 0, 0.7)(x, y, z), 0.04) * 0.85 : skin;
    },
    (x, y, z) => {
      if (open && Math.hypot(x, y, z) < 0.8)
        return mix(hex('#f3e3b8'), hex('#d9b980'), step(0.8, 0.6, Math.hypot(x, y, z)));
      const k = bump(x, y, z);
      return mix(mix(a, b, step(-0.8, 0.9, y + 0.3 * x)), c, step(0.42, 0.05, k.first) * 0.65);
    },
    1.05,
    { gloss: 0.32, width: 22, glow: 0.25 },
  );
  return open ? [berry, part(sphere(0, 0.12, 0.05, 0.5), '#17161a', 0.7, { gloss: 1.1, width: 70, glow: 0 })] : [berry];
}

function pepperCluster(colors: [string, string, string], twig: string, openOnes: boolean): Part[] {
  const spots: [number, number, number, number, boolean][] = [
    [0, 0.02, 0.36, 0.4, true],
    [-0.68, -0.16, 0.22, 0.36, false],
    [0.7, -0.12, 0.24, 0.37, false],
    [-0.36, -0.62, 0.42, 0.34, true],
    [0.4, -0.64, 0.4, 0.35, false],
    [-0.34, 0.56, 0.1, 0.35, false],
    [0.4, 0.54, 0.12, 0.34, true],
    [-0.96, -0.7, 0.05, 0.29, false],
    [0.98, -0.68, 0.0, 0.3, true],
    [0.02, -0.2, -0.3, 0.36, false],
    [0.0, -1.06, 0.28, 0.27, false],
  ];
  const list: Part[] = [];
  spots.forEach(([x, y, z, r, open], i) => {
    for (const p of pepperBerry(colors, open && openOnes))
      list.push(
        place(p, [x, y, z], [0.35 - y * 0.4 + hash(i, 1, 1) * 0.4, 0, -x * 0.75 + (hash(i, 2, 2) - 0.5) * 0.7], r),
      );
    list.push(part(stick([0, 0.95, -0.15], [x * 0.9, y * 0.9, z * 0.6 - 0.05], 0.045, 0.028), twig, 2));
  });
  list.push(part(stick([0, 0.9, -0.15], [0.14, 1.42, -0.2], 0.055, 0.075), twig, 2));
  list.push(place(leaf('#6fa544', '#3b7534', 0.3), [0.1, 1.15, -0.15], [0.9, 0.15, 0.25], 0.85));
  list.push(place(leaf('#6fa544', '#3b7534', 0.3), [0.04, 1.1, -0.15], [0.9, Math.PI - 0.2, -0.1], 0.8));
  return list;
}

function chili(colors: [string, string]): Part[] {
  const [a, b] = colors.map(hex) as [Rgb, Rgb];
  const body: Part['d'] = (x, y, z) => {
    const t = Math.max(0, Math.min(1, (x + 1) / 2.1));
    const cy = -0.34 * (t - 0.25) ** 2 * 2.2;
    const r = 0.3 * (1 - t) ** 0.55 * (0.9 + 0.1 * Math.cos(t * 9)) + 0.015;
    const dx = x < -1 ? -1 - x : x > 1.1 ? x - 1.1 : 0;
    const wrinkle = 0.02 * Math.sin(Math.atan2(z, y - cy) * 5 + x * 4) * noise(x * 3, y * 3, z * 3);
    return (Math.hypot(dx, Math.max(0, Math.hypot(y - cy, z) - r)) - 0.02 - wrinkle) * 0.62;
  };
  return [
    part(body, (x, y, z) => mix(a, b, step(-0.9, 0.9, x) * 0.5 + 0.5 * noise(x * 3, y * 6, z * 6)), 1.4, {
      gloss: 0.75,
      width: 36,
      glow: 0.3,
    }),
    part(stick([-0.98, -0.13, 0], [-1.42, 0.12, 0.02], 0.1, 0.05), '#6b8f3c', 2, { ball: [-1.2, 0, 0, 0.4] }),
    part(ellipsoid(-1.0, -0.13, 0, 0.1, 0.26, 0.26), '#7c9e45', 2, { ball: [-1, -0.1, 0, 0.35] }),
  ];
}

// ---- fruit

function lathed(outline: [number, number][], color: Part['color'], more: Partial<Part> = {}): Part {
  const d = lathe(smooth(outline, 18), 0.01);
  return part((x, y, z) => d(x * (1 + 0.03 * y), y, z), color, 1.45, { gloss: 0.32, width: 20, glow: 0.35, ...more });
}
const dots = (x: number, y: number, z: number, scale: number, size: number) => {
  const c = cells(x * scale, y * scale, z * scale, 0.9);
  return step(size, size * 0.55, c.first);
};
const stem = (from: Rgb, to: Rgb, color = '#6a4a2c', ra = 0.05, rb = 0.07): Part =>
  part(stick(from, to, ra, rb), color, 3, { gloss: 0.1 });

function pear(skin: [string, string, string], speck: string, size: number): Part[] {
  const [low, high, blush] = skin.map(hex) as [Rgb, Rgb, Rgb];
  return [
    lathed(
      [
        [0.05, -0.98],
        [0.3, -1.03],
        [0.66, -0.92],
        [0.88, -0.58],
        [0.9, -0.2],
        [0.76, 0.18],
        [0.54, 0.52],
        [0.42, 0.78],
        [0.3, 0.96],
        [0.12, 0.98],
        [0.02, 0.93],
      ],
      (x, y, z) => {
        const base = mix(low, high, step(-1, 0.9, y + 0.25 * noise(x * 2, y * 2, z * 2)));
        const warm = step(0.1, 1, x * 0.9 + z * 0.25 - y * 0.2 + 0.5 * noise(x * 1.6 + 3, y * 1.6, z * 1.6)) * 0.55;
        return mix(mix(base, blush, warm), hex(speck), dots(x, y, z, 13, size) * 0.55 + step(-0.92, -1.0, y) * 0.5);
      },
    ),
    stem([0, 0.9, 0], [0.1, 1.36, 0.02]),
    place(leaf('#79b04a', '#3f8038', 0.27), [0.03, 1.05, 0], [0.5, 0.25, 0.35], 0.72),
  ];
}

function eggShape(r: number): Part['d'] {
  return (x, y, z) => {
    const k = 1 - 0.16 * y;
    return (Math.hypot(x / k, y * 0.78, z / k) - r) * 0.85;
  };
}
const egg = (color: [string, string]): Part => {
  const [a, b] = color.map(hex) as [Rgb, Rgb];
  return part(
    eggShape(0.7),
    (x, y, z) => mix(mix(a, b, step(-0.8, 0.8, y + x * 0.3)), hex('#ffffff'), 0.12 * noise(x * 14, y * 14, z * 14)),
    1.1,
    { gloss: 0.22, width: 14, glow: 0.4 },
  );
};

function root(rx: number, ry: number, colors: [string, string], lumps: number, eyes: string): Part {
  const [a, b] = colors.map(hex) as [Rgb, Rgb];
  return part(
    (x, y, z) =>
      (ellipsoid(0, 0, 0, rx, ry, ry)(x, y, z) - lumps * (cloud(x * 1.7 + 5, y * 1.7, z * 1.7) - 0.5)) * 0.75,
    (x, y, z) =>
      mix(
        mix(a, b, cloud(x * 3, y * 3, z * 3)),
        hex(eyes),
        dots(x, y * 1.6, z, 3.6, 0.2) * 0.55 + step(0.66, 0.76, noise(x * 20, y * 20, z * 20)) * 0.25,
      ),
    Math.max(rx, ry) + 0.3,
    { gloss: 0.14, width: 14, glow: 0.25 },
  );
}

// ---- mushrooms

function shiitake(): Part[] {
  const cap: Part['d'] = (x, y, z) => {
    const dome = ellipsoid(0, 0, 0, 1, 0.68, 1)(x, y, z);
    const under = ellipsoid(0, -0.42, 0, 0.86, 0.44, 0.86)(x, y, z);
    return smax(smax(dome, -y - 0.22, 0.2), -under, 0.1);
  };
  const crack = (x: number, y: number, z: number) => {
    const w = 0.16 * noise(x * 4, y * 4, z * 4);
    const c = cells(x * 2.7 + w, y * 1.4 + w, z * 2.7 + w, 0.85);
    return c.second - c.first;
  };
  return [
    part(
      (x, y, z) => {
        const d = cap(x, y, z);
        if (d > 0.1) return d - 0.05;
        return (d + 0.05 * step(0.16, 0.02, crack(x, y, z)) * step(-0.15, 0.1, y)) * 0.68;
      },
      (x, y, z, _nx, ny) => {
        if (ny < -0.2) return mix(hex('#f0dfc0'), hex('#d9bd92'), 0.5 + 0.5 * Math.sin(Math.atan2(z, x) * 46));
        const light = step(0.17, 0.05, crack(x, y, z)) * step(-0.2, 0.12, y);
        const skin = mix(hex('#7a4526'), hex('#57301b'), cloud(x * 2, y * 2, z * 2));
        return mix(mix(skin, hex('#a5693c'), step(0.15, -0.2, y)), hex('#efd9b4'), light);
      },
      1.15,
      { gloss: 0.2, width: 18, glow: 0.2 },
    ),
    part(
      (x, y, z) => stick([0, -0.25, 0], [0.08, -1.0, 0.05], 0.25, 0.2)(x, y, z) - 0.02 * noise(x * 9, y * 3, z * 9),
      '#ecd7b2',
      1.3,
      { glow: 0.4 },
    ),
  ];
}

function button(): Part[] {
  const body: Part['d'] = (x, y, z) => {
    const cap = smax(ellipsoid(0, 0.1, 0, 0.92, 0.78, 0.92)(x, y, z), -y - 0.28, 0.28);
    return smin(cap, stick([0, -0.3, 0], [0.04, -0.82, 0], 0.36, 0.33)(x, y, z), 0.14);
  };
  return [
    part(
      body,
      (x, y, z) => {
        const brown = step(0.62, 0.82, cloud(x * 4, y * 4, z * 4)) * 0.25 + step(-0.72, -1.05, y) * 0.55;
        return mix(mix(hex('#fdfaf3'), hex('#efe4d2'), step(0.3, -0.6, y)), hex('#b99566'), brown);
      },
      1.3,
      { gloss: 0.16, width: 12, glow: 0.5 },
    ),
  ];
}

function morel(): Part[] {
  const head: Part['d'] = (x, y, z) => ellipsoid(0, 0.2, 0, 0.56 - 0.16 * y, 0.82, 0.56 - 0.16 * y)(x, y, z);
  const pit = (x: number, y: number, z: number) => {
    const a = Math.atan2(x, z);
    const c = cells(a * 1.75 + 0.25 * noise(x * 4, y * 4, z * 4), y * 3.2, 0.5, 0.7);
    return c.second - c.first;
  };
  return [
    part(
      (x, y, z) => {
        const d = head(x, y, z);
        if (d > 0.16) return d - 0.06;
        return (d + 0.15 * step(0.03, 0.36, pit(x, y, z)) - 0.03) * 0.5;
      },
      (x, y, z) => mix(hex('#d9b27a'), hex('#5b3a20'), step(0.05, 0.34, pit(x, y, z)) * 0.95),
      1.25,
      { gloss: 0.1, glow: 0.25 },
    ),
    part(
      (x, y, z) =>
        stick([0, -0.4, 0], [0, -1.05, 0], 0.27, 0.31)(x, y, z) - 0.02 * Math.sin(Math.atan2(x, z) * 6 + y * 2),
      '#f2e4c8',
      1.6,
      { glow: 0.45 },
    ),
  ];
}

function ear(seed: number): Part {
  // A thin cup with a ruffled rim, open upwards, as a soaked wood ear lies.
  const radius = (x: number, y: number, z: number) => {
    const a = Math.atan2(z, x);
    const up = step(-0.9, 0.3, y);
    return (
      0.86 +
      up * (0.1 * Math.sin(a * 3 + seed) + 0.075 * Math.sin(a * 5 + seed * 2.3) + 0.04 * Math.sin(a * 9 + seed * 4)) +
      0.05 * (noise(x * 3 + seed, y * 3, z * 3) - 0.5)
    );
  };
  const sheet = (x: number, y: number, z: number) => Math.hypot(x, y * 1.35, z) - radius(x, y, z);
  return part(
    (x, y, z) => {
      const rim =
        0.02 + 0.1 * Math.sin(Math.atan2(z, x) * 4 + seed * 1.7) + 0.05 * Math.sin(Math.atan2(z, x) * 7 + seed);
      return (smax(Math.abs(sheet(x, y, z)) - 0.05, y - rim, 0.07) - 0.015) * 0.55;
    },
    (x, y, z) => {
      const vein = Math.abs(noise(x * 4 + seed, y * 4, z * 4) - 0.5) * 2;
      return sheet(x, y, z) < 0
        ? mix(hex('#5a3b2e'), hex('#33211b'), 0.2 + 0.8 * vein)
        : mix(hex('#80695a'), hex('#54402f'), vein);
    },
    1.3,
    { gloss: 0.42, width: 22, glow: 0.35 },
  );
}

// ---- everything by name

const many = (parts: Part[], at: Rgb, turn?: Rgb, scale?: number) => parts.map((p) => place(p, at, turn, scale));

export const produce: Record<string, () => Part[]> = {
  walnut: () => [
    place(walnutShell(), [-0.36, 0.12, -0.15], [0.15, 0.5, 0.18], 0.92),
    place(halfShell(), [0.66, -0.38, 0.62], [0.75, 0.3, -0.1], 0.66),
    place(walnutKernel(), [0.66, -0.4, 0.66], [0.75, 0.3, -0.1], 0.5),
  ],
  'walnut-kernel': () => [
    place(walnutKernel(), [0, 0.3, -0.2], [0.7, 0.35, 0.12], 0.86),
    place(walnutKernel(), [-0.68, -0.5, 0.4], [0.5, -0.7, -0.15], 0.72),
    place(walnutKernel(), [0.68, -0.52, 0.42], [0.75, 1.0, 0.2], 0.72),
  ],
  'fresh-walnut': () => [
    place(husk(), [-0.34, 0.02, -0.1], [0.1, 0.2, 0.25], 0.95),
    place(husk(), [0.66, -0.26, 0.4], [0.3, 0.2, -0.35], 0.74),
    place(leaf('#74ad47', '#37752f', 0.3), [-0.15, 0.82, -0.1], [0.7, 0.1, 0.25], 1.15),
    place(leaf('#74ad47', '#37752f', 0.3), [-0.25, 0.82, -0.1], [0.7, 2.7, -0.05], 0.9),
    stem([-0.3, 0.75, -0.1], [-0.16, 1.1, -0.15]),
  ],
  'sichuan-pepper': () => pepperCluster(['#a3231d', '#d9402b', '#f0714e'], '#7a4a2a', true),
  'green-pepper': () => pepperCluster(['#3f7a2c', '#7fb03f', '#b7d468'], '#6f7a3a', false),
  chili: () => [
    ...many(chili(['#c81f1a', '#8e1414']), [-0.05, 0.42, -0.2], [0.2, 0.25, -0.28], 0.92),
    ...many(chili(['#d42a1d', '#9c1712']), [0.0, -0.12, 0.25], [0.1, 0.1, 0.05], 0.92),
    ...many(chili(['#b81a17', '#7c1010']), [-0.05, -0.6, 0.5], [-0.2, -0.2, 0.3], 0.8),
  ],
  peanut: () => [
    place(peanut(), [-0.1, 0.32, -0.2], [0.2, 0.35, 0.42], 1),
    place(peanut(), [0.12, -0.42, 0.42], [0.1, -0.3, -0.2], 0.9),
  ],
  pear: () => many(pear(['#cdc95c', '#aebf4e', '#dd9c46'], '#8a8b3a', 0.12), [0, -0.1, 0], [0.1, 0, -0.1], 1.05),
  'su-pear': () => many(pear(['#e5c765', '#d9c25a', '#d89a4a'], '#9a7430', 0.2), [0, -0.1, 0], [0.1, 0.3, 0.08], 1.05),
  apple: () => [
    lathed(
      [
        [0.03, -0.72],
        [0.2, -0.84],
        [0.5, -0.8],
        [0.82, -0.42],
        [0.96, 0.08],
        [0.86, 0.52],
        [0.6, 0.74],
        [0.32, 0.76],
        [0.12, 0.64],
        [0.02, 0.52],
      ],
      (x, y, z) => {
        const a = Math.atan2(z, x);
        const stripe = 0.5 * noise(a * 9, y * 1.1, 1) + 0.5 * noise(a * 23, y * 1.6, 4);
        const red = step(
          0.1,
          0.85,
          stripe * 0.8 + 0.3 * (0.5 + 0.5 * x) + 0.22 - 0.4 * step(0.35, 0.85, -y) - 0.25 * step(0.55, 0.8, y),
        );
        return mix(
          mix(mix(hex('#e7c24e'), hex('#b9c552'), step(0.4, 0.7, y)), hex('#c2232a'), red),
          hex('#ffe9b8'),
          dots(x, y, z, 12, 0.11) * 0.6,
        );
      },
      { gloss: 0.55, width: 30 },
    ),
    stem([0, 0.5, 0], [0.12, 1.02, 0.02]),
    place(leaf(), [0.06, 0.78, 0], [0.6, 0.35, 0.4], 0.75),
  ],
  orah: () => [
    part(
      (x, y, z) =>
        (ellipsoid(0, 0, 0, 0.94, 0.84, 0.94)(x, y, z) +
          0.07 * Math.exp(-((Math.hypot(x, z) / 0.2) ** 2)) * (y > 0 ? 1 : 0) +
          0.008 * dots(x, y, z, 15, 0.3)) *
        0.9,
      (x, y, z) =>
        mix(
          mix(hex('#f08a1d'), hex('#f9a93a'), step(-0.8, 0.8, y + x * 0.4)),
          hex('#d96d10'),
          dots(x, y, z, 15, 0.22) * 0.5,
        ),
      1.1,
      { gloss: 0.45, width: 24, glow: 0.4 },
    ),
    part(stick([0, 0.7, 0], [0.08, 0.98, 0], 0.05, 0.06), '#6d7d35', 2),
    part(ellipsoid(0, 0.77, 0, 0.15, 0.05, 0.15), '#7f9a3c', 2),
    place(leaf('#5c9a3a', '#2b6a2e', 0.3), [0.05, 0.86, 0], [0.5, 0.3, 0.25], 1.0),
    place(leaf('#5c9a3a', '#2b6a2e', 0.3), [0.02, 0.84, 0], [0.5, 2.6, 0.0], 0.8),
  ],
  'passion-fruit': () => {
    const skin: Part['color'] = (x, y, z) =>
      mix(
        mix(hex('#5a2346'), hex('#8a3560'), step(-0.7, 0.8, y + 0.4 * noise(x * 2, y * 2, z * 2))),
        hex('#d9a0a8'),
        dots(x, y, z, 11, 0.13) * 0.55,
      );
    const half: Part = part(
      (x, y, z) => smax(sphere(0, 0, 0, 0.86)(x, y, z), y - 0.05, 0.05),
      (x, y, z, nx, ny, nz) => {
        const r = Math.hypot(x, z);
        if (ny < 0.75 || r > 0.8) return skin(x, y, z, nx, ny, nz);
        return r > 0.66 ? mix(hex('#f6e6e0'), hex('#c9718a'), step(0.7, 0.8, r)) : hex('#f3d9c4');
      },
      1,
      { gloss: 0.4, glow: 0.3 },
    );
    const pulp: Part = part(
      (x, y, z) =>
        (smax(ellipsoid(0, -0.02, 0, 0.66, 0.2, 0.66)(x, y, z), -y - 0.1, 0.05) -
          0.07 * step(0.6, 0.1, cells(x * 3.6, y * 3.6, z * 3.6, 0.6).first)) *
        0.7,
      (x, y, z) => mix(hex('#f7b21e'), hex('#f08a10'), step(0.1, 0.6, cells(x * 3.6, y * 3.6, z * 3.6, 0.6).first)),
      0.8,
      { gloss: 0.95, width: 50, glow: 0.7 },
    );
    const seeds: Part[] = [];
    for (let i = 0; i < 17; i++) {
      const a = i * 2.4;
      const r = 0.13 * Math.sqrt(i);
      seeds.push(
        place(
          part(ellipsoid(0, 0, 0, 0.095, 0.06, 0.06), '#1b1412', 0.12, { gloss: 1, width: 60, glow: 0 }),
          [r * Math.cos(a), 0.2 - r * r * 0.3, r * Math.sin(a)],
          [0, a * 3, 0.2],
        ),
      );
    }
    const open = [half, pulp, ...seeds];
    return [
      place(
        part((x, y, z) => sphere(0, 0, 0, 0.86)(x, y, z) - 0.01 * noise(x * 6, y * 6, z * 6), skin, 1, {
          gloss: 0.5,
          width: 26,
          glow: 0.25,
        }),
        [-0.42, 0.22, -0.35],
        [0, 0, 0.2],
        0.95,
      ),
      ...many(open, [0.5, -0.3, 0.55], [0.85, 0.1, -0.25], 0.85),
    ];
  },
  'dragon-fruit': () => {
    const list: Part[] = [
      part(
        ellipsoid(0, 0, 0, 0.8, 0.95, 0.8),
        (x, y, z) => mix(hex('#d61f6a'), hex('#ef4f8d'), step(-0.9, 0.9, y + 0.3 * noise(x * 3, y * 3, z * 3))),
        1.1,
        { gloss: 0.35, glow: 0.4 },
      ),
    ];
    const scale = (): Part =>
      part(
        (x, y, z) => {
          const t = Math.max(0, Math.min(1, x));
          const half = 0.34 * (1 - t) ** 0.8 + 0.01;
          return (
            (Math.hypot(
              x < 0 ? x : x > 1 ? x - 1 : 0,
              Math.max(0, Math.abs(z) - half),
              Math.max(0, Math.abs(y - 0.35 * t * t) - 0.03),
            ) -
              0.035) *
            0.7
          );
        },
        (x) => mix(hex('#e23c7c'), hex('#8fbf4a'), step(0.35, 0.95, x)),
        0.9,
        { ball: [0.5, 0.1, 0, 0.75], gloss: 0.2, glow: 0.5 },
      );
    for (let i = 0; i < 22; i++) {
      const v = 0.84 - (i / 22) * 1.75;
      const a = i * 2.4;
      const r = 0.78 * Math.sqrt(Math.max(0.02, 1 - (v / 0.98) ** 2));
      list.push(
        place(
          place(scale(), [0, 0, 0], [0, 0, 1.05 - v * 0.55], 0.5),
          [r * Math.cos(a), v * 0.95 - 0.06, -r * Math.sin(a)],
          [0, a, 0],
        ),
      );
    }
    for (let i = 0; i < 5; i++)
      list.push(
        place(
          place(scale(), [0, 0, 0], [0, 0, 1.2], 0.62),
          [0.12 * Math.cos(i * 1.3), 0.86, -0.12 * Math.sin(i * 1.3)],
          [0, i * 1.3, 0],
        ),
      );
    return list.map((p) => place(p, [0, -0.12, 0], [0.1, 0, -0.22], 1.05));
  },
  persimmon: () => {
    const cake = (): Part[] => [
      part(
        (x, y, z) =>
          (ellipsoid(0, 0, 0, 0.92, 0.44, 0.92)(x, y, z) +
            0.09 * Math.exp(-((Math.hypot(x, z) / 0.3) ** 2)) +
            0.07 * (noise(x * 3.4, y * 2, z * 3.4) - 0.5) +
            0.025 * Math.sin(Math.atan2(z, x) * 9 + noise(x * 3, y, z * 3) * 4)) *
          0.7,
        (x, y, z) =>
          mix(
            mix(hex('#dc7a22'), hex('#b8531a'), noise(x * 2.4, y * 2.4, z * 2.4)),
            hex('#f7e6d2'),
            0.02 +
              0.5 *
                step(0.35, 0.95, 0.6 * cloud(x * 2.2, y * 2.2, z * 2.2) + 0.4 * cloud(x * 9, y * 9, z * 9) + y * 0.3),
          ),
        1.1,
        { gloss: 0.1, glow: 0.35 },
      ),
      ...[0, 1, 2, 3].map((i) =>
        place(
          leaf('#a58a55', '#7c6238', 0.4),
          [0.04 * Math.cos((i * Math.PI) / 2 + 0.5), 0.4, -0.04 * Math.sin((i * Math.PI) / 2 + 0.5)],
          [0, (i * Math.PI) / 2 + 0.5, 0.05],
          0.42,
        ),
      ),
      part(ellipsoid(0, 0.42, 0, 0.1, 0.06, 0.1), '#7c6238', 1),
    ];
    return [
      ...many(cake(), [-0.28, 0.28, -0.3], [0.85, 0.4, -0.12], 0.88),
      ...many(cake(), [0.38, -0.46, 0.4], [0.5, 1.1, 0.14], 0.92),
    ];
  },
  'sea-buckthorn': () => {
    const list: Part[] = [part(stick([-1.1, 0.92, -0.1], [0.95, -0.75, 0], 0.07, 0.045), '#7a5a3a', 3)];
    for (let i = 0; i < 30; i++) {
      const t = 0.06 + (i / 30) * 0.88;
      const a = i * 2.3;
      const off = 0.27 + 0.1 * hash(i, 3, 3);
      const at: Rgb = [
        -1.1 + 2.05 * t + off * 0.65 * Math.cos(a),
        0.92 - 1.67 * t + off * 0.8 * Math.cos(a),
        off * Math.sin(a),
      ];
      list.push(
        part(
          ellipsoid(...at, 0.2, 0.215, 0.2),
          (x, y, z) =>
            mix(hex('#ee7a0c'), hex('#fbb02e'), step(-0.15, 0.2, y - at[1] + 0.05 * noise(x * 8, y * 8, z * 8))),
          3,
          { ball: [...at, 0.23], gloss: 0.7, width: 34, glow: 0.5 },
        ),
      );
    }
    for (let i = 0; i < 7; i++) {
      const t = 0.02 + i * 0.16;
      list.push(
        place(
          leaf('#9bb27a', '#64875a', 0.13),
          [-1.1 + 2.05 * t, 0.95 - 1.67 * t, -0.1],
          [0.6, i % 2 ? 0.3 : 2.5, i % 2 ? 0.85 : -0.35],
          0.85,
        ),
      );
    }
    return list;
  },
  'dried-pear': () => {
    const slice = (): Part => {
      const flat: Part['d'] = (x, y, z) => {
        const body = smin(Math.hypot(x, z + 0.2) - 0.62, Math.hypot(x, z - 0.42) - 0.34, 0.35);
        const hole = Math.hypot(x * 1.1, z + 0.2) - 0.15;
        const bend = y - 0.16 * x * x + 0.14 * z * z - 0.1 * (noise(x * 2, 1, z * 2) - 0.5);
        return (
          (Math.hypot(Math.max(0, body, -hole), Math.max(0, Math.abs(bend) - 0.045)) -
            0.035 -
            0.012 * noise(x * 9, y * 9, z * 9)) *
          0.72
        );
      };
      return part(
        flat,
        (x, y, z) => {
          const body = smin(Math.hypot(x, z + 0.2) - 0.62, Math.hypot(x, z - 0.42) - 0.34, 0.35);
          return mix(
            mix(hex('#f2d48c'), hex('#e0ac55'), cloud(x * 3, y * 3, z * 3)),
            hex('#a8692a'),
            step(-0.1, 0.03, body) * 0.75,
          );
        },
        1,
        { gloss: 0.2, glow: 0.6 },
      );
    };
    return [
      place(slice(), [-0.4, 0.45, -0.3], [1.15, 0.1, 0.35], 0.95),
      place(slice(), [0.55, 0.25, 0], [1.0, 0.2, -0.4], 0.9),
      place(slice(), [0, -0.5, 0.5], [0.55, 0.9, 0.05], 0.95),
    ];
  },
  // grains
  millet: () => [bowl(), heap(0.07, ['#f2c53d', '#e3a51f'])],
  'mung-bean': () => [bowl(), heap(0.13, ['#6f8f34', '#4c7429'], 1, { gloss: 0.35, width: 30 })],
  rice: () => [bowl(), heap(0.07, ['#fffdf7', '#f1ead9'], 0.55, { glow: 0.6 })],
  buckwheat: () => [bowl(), heap(0.11, ['#8a5a34', '#5e3a22'])],
  flour: () => {
    const body: Part['d'] = (x, y, z) => {
      const w = 0.84 + 0.05 * Math.sin(y * 3) - 0.25 * step(0.35, 0.75, y);
      const q = (Math.abs(x / w) ** 3.2 + Math.abs(z / (w * 0.72)) ** 3.2) ** (1 / 3.2) - 1;
      const side = q * w * 0.72;
      const crease =
        0.03 * noise(x * 3, y * 2.2, z * 3) + 0.03 * Math.sin(Math.atan2(x, z) * 10 + y * 2) * step(0.2, 0.7, y);
      return (smax(side, Math.abs(y + 0.12) - 0.86, 0.3) - crease) * 0.6;
    };
    const frill: Part['d'] = (x, y, z) => {
      const a = Math.atan2(x, z);
      const r = 0.3 + 0.32 * step(0.75, 1.2, y) + 0.05 * Math.sin(a * 9);
      return (Math.max(Math.abs(Math.hypot(x, z * 1.2) - r) - 0.035, Math.abs(y - 0.95) - 0.27) - 0.02) * 0.5;
    };
    const cloth = (x: number, y: number, z: number) =>
      mix(hex('#f4ead6'), hex('#e2d3b6'), 0.5 * noise(x * 40, y * 40, z * 40) + 0.4 * noise(x * 3, y * 3, z * 3));
    return [
      part(
        body,
        (x, y, z, _nx, _ny, nz) => {
          if (nz < 0.2) return cloth(x, y, z);
          // An ear of wheat printed in pine.
          let print = Math.abs(x) < 0.016 && y > -0.68 && y < 0.12 ? 1 : 0;
          for (let i = 0; i < 5; i++)
            for (const s of [-1, 1]) {
              const gx = x * s - 0.115;
              const gy = y + 0.3 - i * 0.13;
              const u = gx * 0.72 + gy * 0.7;
              const v = -gx * 0.7 + gy * 0.72;
              if ((u / 0.105) ** 2 + (v / 0.048) ** 2 < 1) print = 1;
            }
          if ((x / 0.05) ** 2 + ((y - 0.36) / 0.105) ** 2 < 1) print = 1;
          return mix(cloth(x, y, z), PINE, print * 0.85);
        },
        1.45,
        { gloss: 0.05, glow: 0.35 },
      ),
      part(frill, cloth, 1.6, { gloss: 0.05, glow: 0.4 }),
      part((x, y, z) => Math.hypot(Math.hypot(x, z * 1.2) - 0.34, (y - 0.7) * 0.9) - 0.065, '#b5793a', 1.3, {
        ball: [0, 0.7, 0, 0.5],
      }),
    ];
  },
  // jars, bottles, cups
  honey: () => [...jar(['#f6ae1f', '#c96d08'], '#a8743c'), ...honeyDipper()],
  'acacia-honey': () => jar(['#fbe08a', '#eab84a'], '#c9a06a'),
  'pear-syrup': () => jar(['#7a3512', '#3f1a0b'], '#8a5a30', { tall: 0.86, wide: 1.08 }),
  'camellia-oil': () => {
    const bottle = lathe(
      smooth(
        [
          [0.4, -1.3],
          [0.5, -1.28],
          [0.54, -1.18],
          [0.54, 0.2],
          [0.5, 0.42],
          [0.3, 0.68],
          [0.2, 0.84],
          [0.185, 1.1],
        ],
        6,
      ),
      0.02,
    );
    return [
      part(
        bottle,
        labelled(
          (x, y) =>
            mix(
              mix(hex('#c9951a'), hex('#dcb02e'), step(-1.3, 0.4, y)),
              hex('#fff0b4'),
              step(0.3, 0.54, Math.abs(x)) * 0.45 + step(0.62, 0.7, y) * 0.5,
            ),
          { paper: RICE, line: PINE, from: -0.86, to: -0.06, radius: 0.5 },
        ),
        1.6,
        { gloss: 0.85, width: 60, glow: 0.65 },
      ),
      part(
        lathe(
          [
            [0.2, 1.08],
            [0.2, 1.34],
            [0.17, 1.37],
          ],
          0.02,
        ),
        '#1f3d31',
        2,
        { ball: [0, 1.2, 0, 0.35], gloss: 0.4 },
      ),
      ...jasmineFlower([0.74, -0.98, 0.62], [0.8, 0.3, -0.25], 0.46),
      place(leaf('#3f7d3a', '#1f5530', 0.32), [0.55, -1.15, 0.4], [0.5, 2.7, 0.1], 0.8),
    ].map((p) => place(p, [-0.12, 0, 0], [0, 0, 0], 0.86));
  },
  'buckwheat-tea': () => [
    ...many(cup(['#e2a53a', '#a8640f']), [-0.12, 0.12, -0.1], [0, -0.5, 0], 1.05),
    ...Array.from({ length: 9 }, (_, i): Part => {
      const x = [-0.62, -0.3, 0.05, 0.4, 0.66, -0.1, 0.3, 0.86, -0.46][i] ?? 0;
      const z = [0.9, 1.1, 0.94, 1.12, 0.86, 1.32, 1.36, 1.1, 1.3][i] ?? 0;
      return place(
        part(
          (px, py, pz) => {
            const a = Math.atan2(px, pz);
            return (
              (Math.hypot(Math.hypot(px, pz) * (1 + 0.16 * Math.cos(3 * a)) * 1.35, py) -
                0.13 +
                Math.max(0, py) * 0.2) *
              0.7
            );
          },
          (px, py, pz) => mix(hex('#7a4a26'), hex('#b07a44'), noise(px * 12, py * 12, pz * 12) * 0.8),
          0.2,
          { gloss: 0.2 },
        ),
        [x, -0.66, z],
        [hash(i, 3, 1) * 3, hash(i, 4, 1) * 3, 1.2],
      );
    }),
  ],
  'green-tea': () => [
    ...many(cup(['#cfd96a', '#8fae38']), [-0.2, -0.1, -0.1], [0, -0.5, 0], 1.05),
    ...sprig([0.72, -0.72, 0.75]),
  ],
  'jasmine-tea': () => [
    ...many(cup(['#e9df8f', '#c9b84e']), [-0.15, -0.1, -0.1], [0, -0.5, 0], 1.08),
    ...jasmineFlower([-0.28, 0.2, -0.02], [0.15, 0.4, 0], 0.4),
    ...jasmineFlower([0.78, -0.62, 0.75], [0.75, 0.3, -0.3], 0.42),
  ],
  jasmine: () => [
    place(leaf('#5f9f45', '#2c6a33', 0.38), [0.1, -0.45, -0.35], [0.8, 0.35, 0.35], 1.25),
    place(leaf('#5f9f45', '#2c6a33', 0.38), [-0.2, -0.4, -0.35], [0.8, 2.75, -0.1], 1.2),
    place(leaf('#4f9140', '#2c6a33', 0.38), [0.0, -0.5, -0.2], [0.9, -1.4, 0.0], 0.8),
    ...jasmineFlower([-0.42, 0.3, 0.05], [0.85, 0.2, 0.3], 0.82),
    ...jasmineFlower([0.55, -0.25, 0.4], [0.9, 0.5, -0.35], 0.72),
  ],
  // mushrooms
  shiitake: () => [
    ...many(shiitake(), [-0.3, 0.3, -0.1], [0.38, 0, 0.14], 0.98),
    ...many(shiitake(), [0.72, -0.5, 0.5], [-0.15, 0.5, -0.35], 0.6),
  ],
  'button-mushroom': () => [
    ...many(button(), [-0.36, 0.18, -0.1], [0.2, 0, 0.16], 0.95),
    ...many(button(), [0.68, -0.34, 0.5], [0.15, 0, -0.42], 0.7),
  ],
  morel: () => [
    ...many(morel(), [-0.12, 0.2, -0.15], [0.1, 0.3, 0.1], 0.98),
    ...many(morel(), [0.68, -0.28, 0.35], [0, 1.5, -0.35], 0.66),
    ...many(morel(), [-0.82, -0.42, 0.35], [0.1, 2.4, 0.42], 0.56),
  ],
  'wood-ear': () => [
    place(ear(0.3), [-0.28, 0.42, -0.25], [0.72, 0.2, 0.18], 0.98),
    place(ear(2.2), [0.66, -0.2, 0.25], [0.75, 0.9, -0.3], 0.72),
    place(ear(4.1), [-0.52, -0.6, 0.55], [0.7, -0.3, 0.3], 0.58),
  ],
  // eggs
  egg: () => [
    place(egg(['#d9a477', '#efcba4']), [-0.3, 0.16, -0.2], [0, 0, 0.2]),
    place(egg(['#cf9668', '#e9bf95']), [0.62, -0.28, 0.3], [0.2, 0, -0.55], 0.88),
  ],
  'duck-egg': () => [
    place(egg(['#b9cfc4', '#dbe9df']), [0.05, 0.32, -0.35], [0, 0, 0.1], 0.95),
    place(egg(['#dcd9c6', '#f3f0e2']), [-0.62, -0.32, 0.3], [0.2, 0, 0.75], 0.88),
    place(egg(['#afc8be', '#d3e5db']), [0.66, -0.3, 0.35], [0.2, 0, -0.6], 0.88),
  ],
  'salted-duck-egg': () => {
    const half: Part = part(
      (x, y, z) => smax(eggShape(0.7)(x, y, z), z - 0.02, 0.02),
      (x, y, _z, _nx, _ny, nz) => {
        if (nz < 0.7) return mix(hex('#b9cfc4'), hex('#dbe9df'), step(-0.8, 0.8, y));
        const r = Math.hypot(x, y + 0.12);
        const rim = eggShape(0.7)(x, y, 0);
        if (rim > -0.05) return hex('#d3e2d8');
        return r < 0.42
          ? mix(hex('#f5920f'), hex('#dd5a08'), step(0.1, 0.42, r) * 0.7 + 0.4 * noise(x * 14, y * 14, 2))
          : hex('#fbf8f0');
      },
      1.1,
      { gloss: 0.3, width: 22, glow: 0.4 },
    );
    return [
      place(egg(['#b9cfc4', '#dbe9df']), [-0.45, 0.25, -0.3], [0, 0, 0.25], 0.95),
      place(half, [0.5, -0.25, 0.4], [-0.45, -0.15, -0.35], 0.95),
    ];
  },
  // roots and vegetables
  potato: () => [
    place(root(0.98, 0.7, ['#d9b06a', '#c3924c'], 0.28, '#8a6030'), [-0.15, 0.25, -0.2], [0.2, 0.3, 0.25], 0.95),
    place(root(0.98, 0.72, ['#dcb574', '#c89a55'], 0.3, '#8a6030'), [0.4, -0.45, 0.4], [0.9, 1.2, -0.2], 0.72),
  ],
  'sweet-potato': () => {
    const spindle = (): Part =>
      part(
        (x, y, z) => {
          const t = Math.max(-1, Math.min(1, x / 1.25));
          const r = 0.46 * (1 - t * t) ** 0.8 + 0.03;
          const dx = Math.max(0, Math.abs(x) - 1.25);
          return (
            (Math.hypot(dx, Math.max(0, Math.hypot(y + 0.1 * x * x, z) - r)) -
              0.03 -
              0.1 * (cloud(x * 2, y * 2, z * 2) - 0.5)) *
            0.6
          );
        },
        (x, y, z) =>
          mix(
            mix(hex('#a83f4a'), hex('#c9626a'), cloud(x * 2.2, y * 4, z * 4)),
            hex('#6f2430'),
            step(0.62, 0.7, noise(x * 7, y * 16, z * 16)) * 0.5,
          ),
        1.4,
        { gloss: 0.12, glow: 0.3 },
      );
    return [
      place(spindle(), [-0.05, 0.34, -0.2], [0.1, 0.2, 0.36], 0.9),
      place(spindle(), [0.1, -0.4, 0.4], [0.1, -0.2, -0.12], 0.88),
    ];
  },
  'mustard-root': () => {
    const base = lathe(
      smooth(
        [
          [0.02, -1.2],
          [0.1, -1.02],
          [0.34, -0.8],
          [0.72, -0.42],
          [0.9, 0.0],
          [0.8, 0.3],
          [0.5, 0.5],
          [0.2, 0.55],
        ],
        8,
      ),
    );
    const cut = (x: number, y: number, z: number) => {
      const a = Math.atan2(x, z);
      return Math.exp(-((Math.sin(a * 1.5 + 0.9) / 0.05) ** 2)) * step(0.45, 0.1, Math.abs(y + 0.1));
    };
    const root: Part = part(
      (x, y, z) => {
        const d = base(x, y, z);
        if (d > 0.15) return d - 0.08;
        return (
          (d +
            0.07 * cut(x, y, z) +
            0.07 * (cloud(x * 2.4, y * 2.4, z * 2.4) - 0.5) +
            0.014 * Math.sin(y * 22 + noise(x * 3, y * 3, z * 3) * 7)) *
          0.6
        );
      },
      (x, y, z) =>
        mix(
          mix(
            mix(hex('#b8772f'), hex('#d9a659'), cloud(x * 2.4, y * 2.4, z * 2.4)),
            hex('#7d4a1c'),
            step(0.1, -1.1, y) * 0.5,
          ),
          hex('#e8c88c'),
          cut(x, y, z) * 0.7,
        ),
      1.45,
      { gloss: 0.4, width: 24, glow: 0.4 },
    );
    const stems = Array.from({ length: 9 }, (_, i) => {
      const a = i * 2.4;
      const r = 0.05 + 0.025 * i;
      return part(
        stick(
          [r * Math.cos(a), 0.42, r * Math.sin(a)],
          [r * 2.4 * Math.cos(a), 0.86 + 0.2 * hash(i, 1, 1), r * 2.4 * Math.sin(a)],
          0.085,
          0.055,
        ),
        i % 3 ? '#9aa04a' : '#b4a45a',
        2,
        { glow: 0.4 },
      );
    });
    return [root, ...stems].map((p) => place(p, [0.05, 0.05, 0], [0.1, 0.3, -0.45], 1.05));
  },
  corn: () => {
    const ear: Part['d'] = (x, y, z) => {
      const t = Math.max(0, Math.min(1, (y + 1) / 2.15));
      const r = 0.5 * Math.sqrt(Math.max(0.02, 1 - ((t - 0.28) / 0.8) ** 2));
      return (Math.hypot(Math.max(0, Math.hypot(x, z) - r), y < -1 ? y + 1 : y > 1.15 ? y - 1.15 : 0) - 0.04) * 0.8;
    };
    const kernel = (x: number, y: number, z: number) => {
      const row = (Math.atan2(x, z) / (2 * Math.PI)) * 16;
      const col = y * 7.2 + (Math.abs(Math.round(row)) % 2) * 0.5;
      const u = row - Math.round(row);
      const v = col - Math.round(col);
      return {
        bump: Math.max(0, 1 - (Math.abs(u * 2) ** 3 + Math.abs(v * 2) ** 3)) ** 0.5,
        id: hash(Math.round(row) & 15, Math.round(col), 3),
      };
    };
    const list: Part[] = [
      part(
        (x, y, z) => {
          const d = ear(x, y, z);
          return d > 0.12 ? d - 0.05 : (d - 0.07 * kernel(x, y, z).bump) * 0.62;
        },
        (x, y, z) => {
          const k = kernel(x, y, z);
          return mix(hex('#d99a12'), mix(hex('#fbd23c'), hex('#fde27a'), k.id), 0.25 + k.bump * 0.75);
        },
        1.35,
        { gloss: 0.5, width: 30, glow: 0.4 },
      ),
    ];
    for (let i = 0; i < 4; i++)
      list.push(
        place(
          place(leaf('#8fbf52', '#4d8f3a', 0.36), [0, 0, 0], [0, 0, 1.15], 1.5),
          [0.38 * Math.cos(i * 1.6 + 0.9), -1.12, -0.38 * Math.sin(i * 1.6 + 0.9)],
          [0, i * 1.6 + 0.9, 0],
        ),
      );
    list.push(part(stick([0, -1, 0], [0, -1.4, 0], 0.2, 0.15), '#a9c46a', 2));
    return list.map((p) => place(p, [0.05, 0.02, 0], [0.1, 0.3, -0.5], 0.95));
  },
  noodles: () => {
    const hank =
      (bend: number): Part['d'] =>
      (x, y, z) => {
        const yy = y - bend * (1 - x * x * 0.6);
        const r = 0.42 - 0.14 * Math.exp(-((x / 0.25) ** 2)) + 0.05 * x * x;
        const a = Math.atan2(z, yy) * 13 + x * 0.8 + Math.sin(x * 3) * 0.5;
        const ring = Math.hypot(yy * 1.15, z) - r;
        const groove = 0.032 * Math.abs(Math.sin(a)) + 0.02 * Math.sin(a * 2.7 + x * 2);
        return (Math.max(ring - groove, Math.abs(x) - 1.15 - 0.1 * hash(Math.floor(a / Math.PI), 2, 2)) - 0.01) * 0.55;
      };
    return [
      place(
        part(
          hank(0.12),
          (x, y, z) => {
            const end = Math.abs(x) > 1.12;
            const a = Math.atan2(z, y - 0.12 * (1 - x * x * 0.6)) * 13 + x * 0.8 + Math.sin(x * 3) * 0.5;
            return end
              ? mix(hex('#c9b08e'), hex('#8a7258'), cells(x * 3, y * 14, z * 14).first)
              : mix(hex('#8f7a63'), hex('#d8c6aa'), Math.abs(Math.sin(a)) * 0.9);
          },
          1.5,
          { gloss: 0.4, width: 26, glow: 0.5 },
        ),
        [0, 0, 0],
        [0.25, 0.35, 0.3],
        0.98,
      ),
      place(
        part((x, y, z) => Math.hypot(x, Math.hypot((y - 0.12) * 1.15, z) - 0.34) - 0.075, '#b3402a', 0.7, {
          gloss: 0.15,
        }),
        [0, 0, 0],
        [0.25, 0.35, 0.3],
        0.98,
      ),
    ];
  },
};

function honeyDipper(): Part[] {
  const head: Part['d'] = (x, y, z) =>
    (ellipsoid(0, 0, 0, 0.19, 0.26, 0.19)(x, y, z) + 0.03 * (0.5 + 0.5 * Math.cos(y * 48))) * 0.7;
  return [
    place(
      part(
        head,
        (x, y, z) => mix(hex('#c98d4c'), hex('#9a6328'), 0.5 + 0.5 * Math.cos(y * 48) + 0.2 * noise(x, y, z)),
        0.35,
      ),
      [0.72, -0.7, 0.72],
      [0.2, 0, -0.5],
    ),
    part(stick([0.78, -0.6, 0.7], [1.2, 0.42, 0.45], 0.045), '#c08a4e', 3),
  ];
}

/** Two leaves and a bud. */
function sprig(at: Rgb): Part[] {
  return [
    place(leaf('#8cc152', '#4b8f38', 0.26), [0, 0.12, 0], [0.5, 0.2, 0.35], 0.85),
    place(leaf('#8cc152', '#4b8f38', 0.26), [0, 0.1, 0], [0.5, 2.8, 0.25], 0.75),
    place(leaf('#b7db78', '#7fb650', 0.17), [0, 0.14, 0], [0.6, 1.1, 1.0], 0.6),
    part(stick([0, 0.14, 0], [-0.1, -0.2, 0.05], 0.035), '#7fae4a', 1),
  ].map((p) => place(p, at));
}
