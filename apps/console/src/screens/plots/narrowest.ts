/** The widest region somebody works in inside a county, as a prefix; '' for the whole county. */
export function narrowest(memberships: readonly { region: string }[]): string {
  const within = memberships.map((m) => m.region).sort((a, b) => a.length - b.length)[0] ?? '';
  return within.length > 6 ? within : '';
}
