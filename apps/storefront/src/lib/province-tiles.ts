/**
 * Provinces as tiles, each about where it lies among its neighbours: a map that needs no outline, on which a small
 * province is as easy to see as a large one. By the two digits of their region codes.
 */
export const provinceTiles: Readonly<Record<string, { x: number; y: number; short: string }>> = {
  '23': { x: 7, y: 0, short: '黑' },
  '65': { x: 0, y: 1, short: '新' },
  '15': { x: 5, y: 1, short: '蒙' },
  '22': { x: 7, y: 1, short: '吉' },
  '62': { x: 2, y: 2, short: '甘' },
  '64': { x: 3, y: 2, short: '宁' },
  '14': { x: 4, y: 2, short: '晋' },
  '13': { x: 5, y: 2, short: '冀' },
  '11': { x: 6, y: 2, short: '京' },
  '21': { x: 7, y: 2, short: '辽' },
  '63': { x: 1, y: 3, short: '青' },
  '61': { x: 3, y: 3, short: '陕' },
  '41': { x: 4, y: 3, short: '豫' },
  '37': { x: 5, y: 3, short: '鲁' },
  '12': { x: 6, y: 3, short: '津' },
  '54': { x: 0, y: 4, short: '藏' },
  '51': { x: 2, y: 4, short: '川' },
  '50': { x: 3, y: 4, short: '渝' },
  '42': { x: 4, y: 4, short: '鄂' },
  '34': { x: 5, y: 4, short: '皖' },
  '32': { x: 6, y: 4, short: '苏' },
  '31': { x: 7, y: 4, short: '沪' },
  '53': { x: 2, y: 5, short: '滇' },
  '52': { x: 3, y: 5, short: '黔' },
  '43': { x: 4, y: 5, short: '湘' },
  '36': { x: 5, y: 5, short: '赣' },
  '33': { x: 6, y: 5, short: '浙' },
  '45': { x: 3, y: 6, short: '桂' },
  '44': { x: 4, y: 6, short: '粤' },
  '35': { x: 5, y: 6, short: '闽' },
  '71': { x: 7, y: 6, short: '台' },
  '46': { x: 3, y: 7, short: '琼' },
  '82': { x: 4, y: 7, short: '澳' },
  '81': { x: 5, y: 7, short: '港' },
};
export const tileColumns = 8;
export const tileRows = 8;

/** How dark a tile is, 1 to 4: by how its looks compare with the most, in halves. 0: none. */
export function shadeOf(looks: number, most: number): 0 | 1 | 2 | 3 | 4 {
  if (looks <= 0 || most <= 0) return 0;
  const part = looks / most;
  return part > 0.5 ? 4 : part > 0.25 ? 3 : part > 0.125 ? 2 : 1;
}
