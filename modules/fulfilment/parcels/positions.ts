/** Packs of a lot by their place in it, from 1; both ends belong to it. */
export interface Range {
  first: number;
  last: number;
}

/**
 * The lowest free places of a lot, as ranges. Places are given back when a parcel is unpacked, so there may be gaps.
 *
 * @param packs how many packs the lot has
 * @param used ranges that are taken, none overlapping
 * @throws RangeError when fewer than `wanted` places are free: stock would then hold packs the lot does not have
 */
export function freePositions(packs: number, used: readonly Range[], wanted: number): Range[] {
  const given: Range[] = [];
  let need = wanted;
  let next = 1;
  for (const range of [...used].sort((a, b) => a.first - b.first).concat({ first: packs + 1, last: packs + 1 })) {
    const free = Math.min(need, range.first - next);
    if (free > 0) {
      given.push({ first: next, last: next + free - 1 });
      need -= free;
    }
    next = range.last + 1;
    if (need === 0) return given;
  }
  throw new RangeError(`a lot of ${packs} packs has no ${wanted} free places`);
}
