/**
 * Provinces as tiles, each about where it lies among its neighbours: a map that needs no outline, on which a small
 * province is as easy to see as a large one. By the two digits of their region codes.
 */
export const provinceTiles: Readonly<Record<string, { x: number; y: number }>> = {
  '23': { x: 7, y: 0 },
  '65': { x: 0, y: 1 },
  '15': { x: 5, y: 1 },
  '22': { x: 7, y: 1 },
  '62': { x: 2, y: 2 },
  '64': { x: 3, y: 2 },
  '14': { x: 4, y: 2 },
  '13': { x: 5, y: 2 },
  '11': { x: 6, y: 2 },
  '21': { x: 7, y: 2 },
  '63': { x: 1, y: 3 },
  '61': { x: 3, y: 3 },
  '41': { x: 4, y: 3 },
  '37': { x: 5, y: 3 },
  '12': { x: 6, y: 3 },
  '54': { x: 0, y: 4 },
  '51': { x: 2, y: 4 },
  '50': { x: 3, y: 4 },
  '42': { x: 4, y: 4 },
  '34': { x: 5, y: 4 },
  '32': { x: 6, y: 4 },
  '31': { x: 7, y: 4 },
  '53': { x: 2, y: 5 },
  '52': { x: 3, y: 5 },
  '43': { x: 4, y: 5 },
  '36': { x: 5, y: 5 },
  '33': { x: 6, y: 5 },
  '45': { x: 3, y: 6 },
  '44': { x: 4, y: 6 },
  '35': { x: 5, y: 6 },
  '71': { x: 7, y: 6 },
  '46': { x: 3, y: 7 },
  '82': { x: 4, y: 7 },
  '81': { x: 5, y: 7 },
};
export const tileColumns = 8;
export const tileRows = 8;

/** How dark a tile is, 1 to 4: by how its looks compare with the most, in halves. 0: none. */
export function shadeOf(looks: number, most: number): 0 | 1 | 2 | 3 | 4 {
  if (looks <= 0 || most <= 0) return 0;
  const part = looks / most;
  return part > 0.5 ? 4 : part > 0.25 ? 3 : part > 0.125 ? 2 : 1;
}
