import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCoordinates, writeCoordinates } from './coordinates.ts';

const corners: [number, number][] = [
  [105.72, 33.73],
  [105.73, 33.73],
  [105.73, 33.74],
];
const ring = [...corners, corners[0]];

const rows: [what: string, text: string, read: ReturnType<typeof readCoordinates>][] = [
  ['nothing', '', { corners: [] }],
  ['lines', writeCoordinates(corners), { corners }],
  ['lines of a phone, closed', '105.72，33.73\n105.73 33.73\n105.73,33.74\n105.72,33.73\n', { corners }],
  ['GeoJSON', JSON.stringify({ type: 'Polygon', coordinates: [ring] }), { corners }],
  [
    'a feature with heights',
    JSON.stringify({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: [ring.map((c) => [...(c ?? []), 980])] },
    }),
    { corners },
  ],
  ['a word', '105.72, 33.73\n屋后', { line: 2 }],
  ['one number', '105.72', { line: 1 }],
  ['latitude first, out of range', '33.73, 105.72', { line: 1 }],
  ['no polygon', '{"type":"Point","coordinates":[1,2]}', { line: 1 }],
  ['half a paste', '{"type":"Poly', { line: 1 }],
];
for (const [what, text, read] of rows) {
  test(what, () => assert.deepEqual(readCoordinates(text), read));
}
