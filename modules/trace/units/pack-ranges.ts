/** Packs of a lot by their numbers, both ends among them. */
export interface PackRange {
  lot: string;
  from: number;
  to: number;
}

const bySpot = (a: PackRange, b: PackRange) => (a.lot < b.lot ? -1 : a.lot > b.lot ? 1 : a.from - b.from);

/** How many packs some ranges hold. */
export const packsIn = (ranges: readonly PackRange[]): number =>
  ranges.reduce((sum, range) => sum + range.to - range.from + 1, 0);

/** Two ranges that share a pack; null when none do. */
export function overlapIn(ranges: readonly PackRange[]): [PackRange, PackRange] | null {
  const sorted = ranges.toSorted(bySpot);
  for (let i = 1; i < sorted.length; i++) {
    const [before, next] = [sorted[i - 1] as PackRange, sorted[i] as PackRange];
    if (before.lot === next.lot && next.from <= before.to) return [before, next];
  }
  return null;
}

/** The same packs in as few ranges as can be. The ranges must not overlap. */
export function joined(ranges: readonly PackRange[]): PackRange[] {
  const out: PackRange[] = [];
  for (const range of ranges.toSorted(bySpot)) {
    const last = out.at(-1);
    if (last?.lot === range.lot && last.to + 1 === range.from) last.to = range.to;
    else out.push({ ...range });
  }
  return out;
}

/** What is left when some packs are taken out; null when they are not all there. */
export function without(ranges: readonly PackRange[], taken: readonly PackRange[]): PackRange[] | null {
  if (overlapIn(taken)) return null;
  let left = joined(ranges);
  for (const { lot, from, to } of taken) {
    const at = left.find((range) => range.lot === lot && range.from <= from && to <= range.to);
    if (!at) return null;
    left = left.flatMap((range) =>
      range === at
        ? [
            { lot, from: range.from, to: from - 1 },
            { lot, from: to + 1, to: range.to },
          ].filter((rest) => rest.from <= rest.to)
        : [range],
    );
  }
  return left;
}
