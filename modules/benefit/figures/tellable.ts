import { FEWEST_HOUSEHOLDS } from '#registry';

/**
 * Rows as they may leave the county's office: what rests on fewer than three households is not told, and neither is the
 * smallest of the others then, so that nobody finds it by taking the rows told from the whole.
 *
 * @returns the rows that may be told; the others are in none of them
 */
export function tellable<Row extends { households: number }>(rows: readonly Row[]): Set<Row> {
  const bySize = rows.filter((row) => row.households > 0).sort((a, b) => a.households - b.households);
  const small = bySize.filter((row) => row.households < FEWEST_HOUSEHOLDS).length;
  return new Set([...rows.filter((row) => row.households === 0), ...bySize.slice(small > 0 ? small + 1 : 0)]);
}
