/**
 * Fills in a phrase. `{n}` is the value itself; `{n|pack|packs}` is the first word of one and the second of any other
 * number, as English needs it.
 */
export function fill(phrase: string, values: Record<string, string | number>): string {
  return phrase.replace(
    /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
    (whole, name: string, one: string | undefined, others: string | undefined) => {
      const value = values[name];
      if (value === undefined) return whole;
      return (String(value) === '1' ? one : others) ?? String(value);
    },
  );
}
