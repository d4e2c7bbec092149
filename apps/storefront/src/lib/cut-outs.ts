/**
 * Address of a drawing of some produce cut out on nothing, by its name or by the code of a crop; undefined where none
 * is drawn.
 *
 * @param width 128 for a tile, 480 for the head of a page
 */
export function cutOut(drawings: ReadonlySet<string>, name: string, width: 128 | 480): string | undefined {
  const drawn = name.replaceAll('_', '-');
  return drawings.has(drawn) ? `/drawings/${width}/${drawn}.webp` : undefined;
}
