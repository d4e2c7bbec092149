/** The widest region somebody works in, as a prefix that a picker offers places of; empty: the whole county. */
export function regionWithin(memberships: readonly { region: string }[]): string {
  const widest = memberships
    .map((m) => m.region)
    .reduce((a, b) => (b.length < a.length ? b : a), memberships[0]?.region ?? '');
  return widest.length > 6 ? widest : '';
}
