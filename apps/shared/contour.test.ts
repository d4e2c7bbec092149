import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contour, contourSvg, heightField } from './contour.ts';

const seeds = Array.from({ length: 60 }, (_, i) => `62122110${7000 + i}`);

/** Points on the curves of path data in the form contour() writes: M, then relative c and s. */
function* curvePoints(path: string) {
  for (const [, line] of path.matchAll(/M([^M]*)/g)) {
    const [start, ...segments] = (line ?? '').replace('z', '').split(/[cs]/);
    let [x = 0, y = 0] = start?.match(/-?\d+/g)?.map(Number) ?? [];
    let mirror = { x: 0, y: 0 };
    yield { x, y, begins: true };
    for (const segment of segments) {
      const numbers = segment.match(/-?\d+/g)?.map(Number) ?? [];
      const first = numbers.length === 6 ? { x: numbers[0] ?? 0, y: numbers[1] ?? 0 } : mirror;
      const [sx = 0, sy = 0, ex = 0, ey = 0] = numbers.slice(-4);
      for (let t = 0.25; t <= 1; t += 0.25) {
        const u = 1 - t;
        const mix = (a: number, b: number, c: number) => 3 * u * u * t * a + 3 * u * t * t * b + t * t * t * c;
        yield { x: x + mix(first.x, sx, ex), y: y + mix(first.y, sy, ey), begins: false };
      }
      mirror = { x: ex - sx, y: ey - sy };
      x += ex;
      y += ey;
    }
  }
}

test('a line stays nearer to its own height than to the next line’s, so none cross', () => {
  for (const seed of seeds) {
    const { width, height, minor, major } = contour({ seed });
    const at = heightField(seed, width, height);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let y = -10; y <= height + 10; y += 10)
      for (let x = -10; x <= width + 10; x += 10) {
        low = Math.min(low, at(x, y));
        high = Math.max(high, at(x, y));
      }
    const step = (high - low) / 10.2;
    let own = 0;
    let worst = 0;
    for (const p of curvePoints(minor + major)) {
      const h = (at(p.x, p.y) - low) / step - 0.6;
      if (p.begins) own = Math.round(h);
      worst = Math.max(worst, Math.abs(h - own));
    }
    assert.ok(worst < 0.5, `${seed}: ${worst}`);
  }
});

test('the drawing is small, the same for the same place and another for another', () => {
  for (const seed of seeds) assert.ok(contourSvg({ seed }).length < 4000 + 300, seed);
  assert.equal(contourSvg({ seed: '621221107206' }), contourSvg({ seed: '621221107206' }));
  assert.notEqual(contourSvg({ seed: '621221107206' }), contourSvg({ seed: '621221107207' }));
  const { village, width, height } = contour({ seed: '621221107206' });
  assert.ok(village.x > 0 && village.x < width && village.y > 0 && village.y < height);
});
