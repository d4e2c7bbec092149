/**
 * PostgreSQL's text form of arrays, for statements that send thousands of rows as one array per column. The driver's
 * own conversion looks at every item with two regular expressions; these know what they are given.
 */

type Maybe<T> = T | null;

/** Items that need no quotes: UUIDs and numbers. */
export const plainArray = (items: readonly Maybe<string | number>[]): string =>
  `{${items.map((item) => item ?? 'NULL').join(',')}}`;

/** Any text. */
export function textArray(items: readonly Maybe<string>[]): string {
  // Columns of many rows mostly repeat a few words.
  const quoted = new Map<Maybe<string>, string>([[null, 'NULL']]);
  return `{${items
    .map((item) => {
      let text = quoted.get(item);
      if (text === undefined) {
        text = `"${(item as string).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
        quoted.set(item, text);
      }
      return text;
    })
    .join(',')}}`;
}

/** Instants. */
export const instantArray = (items: readonly Maybe<Date>[]): string =>
  `{${items.map((item) => item?.toISOString() ?? 'NULL').join(',')}}`;

/** Bytes. */
export const bytesArray = (items: readonly Uint8Array[]): string =>
  `{${items.map((item) => `"\\\\x${Buffer.from(item).toString('hex')}"`).join(',')}}`;
