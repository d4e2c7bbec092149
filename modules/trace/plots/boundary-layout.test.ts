import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  areaDiffers,
  type Boundary,
  centimuOf,
  distance,
  faultOf,
  type Position,
  position,
} from './boundary-layout.ts';

const corner: Position = [105.72, 33.73];
/** A ring of corners given in metres from one place. */
const ring = (...points: [number, number][]): Boundary => ({
  type: 'Polygon',
  coordinates: [points.map((point) => position(corner, point))],
});

const shapes: [what: string, boundary: Boundary, fault: string | undefined, centimu?: number][] = [
  ['no corner', { type: 'Polygon', coordinates: [[]] }, 'boundary-open'],
  ['a line there and back', ring([0, 0], [10, 0], [0, 0]), 'boundary-open'],
  ['not closed', ring([0, 0], [100, 0], [100, 100], [0, 100]), 'boundary-open'],
  ['a bow tie', ring([0, 0], [100, 100], [100, 0], [0, 100], [0, 0]), 'boundary-crosses'],
  ['a corner on another side', ring([0, 0], [100, 0], [100, 100], [50, 0], [0, 0]), 'boundary-crosses'],
  ['a side that runs back', ring([0, 0], [100, 0], [50, 0], [50, 100], [0, 0]), 'boundary-crosses'],
  ['the same corner twice', ring([0, 0], [0, 0], [100, 0], [100, 100], [0, 0]), 'boundary-crosses'],
  ['nothing inside', ring([0, 0], [0.2, 0], [0.2, 0.2], [0, 0]), 'boundary-empty'],
  ['a hundred metres square', ring([0, 0], [100, 0], [100, 100], [0, 100], [0, 0]), undefined, 1500],
  ['the same the other way round', ring([0, 0], [0, 100], [100, 100], [100, 0], [0, 0]), undefined, 1500],
  ['a triangle', ring([0, 0], [200, 0], [0, 100], [0, 0]), undefined, 1500],
  ['a corner with a notch', ring([0, 0], [100, 0], [100, 100], [50, 50], [0, 100], [0, 0]), undefined, 1125],
  ['a side in two parts', ring([0, 0], [50, 0], [100, 0], [100, 100], [0, 100], [0, 0]), undefined, 1500],
];
for (const [what, boundary, fault, centimu] of shapes) {
  test(`${what}: ${fault ?? 'a boundary'}`, () => {
    assert.equal(faultOf(boundary), fault);
    if (centimu !== undefined) assert.ok(Math.abs(centimuOf(boundary) - centimu) <= 1, `${centimuOf(boundary)}`);
  });
}

test('a rectangle encloses what its sides multiply to, wherever it lies in the country', () => {
  const metres = fc.integer({ min: 5, max: 500 });
  const place = fc.tuple(fc.double({ min: 75, max: 134, noNaN: true }), fc.double({ min: 4, max: 53, noNaN: true }));
  fc.assert(
    fc.property(place, metres, metres, (at, wide, high) => {
      const corners: [number, number][] = [
        [0, 0],
        [wide, 0],
        [wide, high],
        [0, high],
        [0, 0],
      ];
      const boundary: Boundary = { type: 'Polygon', coordinates: [corners.map((point) => position(at, point))] };
      assert.equal(faultOf(boundary), undefined);
      const right = (wide * high * 3) / 20;
      assert.ok(Math.abs(centimuOf(boundary) - right) <= 1 + right / 500);
    }),
  );
});

test('a fifth more or less than declared is asked about', () => {
  assert.equal(areaDiffers(500, 600), false);
  assert.equal(areaDiffers(500, 601), true);
  assert.equal(areaDiffers(500, 399), true);
  assert.equal(areaDiffers(0, 400), false);
});

test('a degree of latitude is 111 kilometres', () => {
  assert.equal(Math.round(distance([105, 33], [105, 34]) / 1000), 111);
});
