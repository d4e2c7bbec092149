export const pockets = ['purchase', 'shop_share', 'merchant', 'station', 'freight', 'platform', 'fund'] as const;
export type Pocket = (typeof pockets)[number];
export type PocketFen = { pocket: Pocket; fen: number };

export type ShareSegment = PocketFen & {
  label: string;
  /** Where it begins on the bar and how much of it it takes, in percent. */
  from: number;
  width: number;
};

/** The segments of a farm-share bar, in their fixed order; pockets that got nothing are left out. */
export function shareSegments(parts: readonly PocketFen[], names: Record<Pocket, string>): ShareSegment[] {
  const of = (pocket: Pocket) => parts.filter((p) => p.pocket === pocket).reduce((sum, p) => sum + p.fen, 0);
  const filled = pockets.map((pocket) => ({ pocket, fen: of(pocket) })).filter((p) => p.fen > 0);
  const whole = filled.reduce((sum, p) => sum + p.fen, 0);
  let from = 0;
  return filled.map((p) => {
    const segment = { ...p, label: names[p.pocket], from, width: (p.fen / whole) * 100 };
    from += segment.width;
    return segment;
  });
}
