/** Finding a household among those a device carries, by what a keeper types or holds before the camera. */

/** As much of a household as a search looks at. */
export interface Findable {
  code: string;
  headMasked: string;
  initials: string;
  villageName: string;
}

/**
 * Those that answer to what was typed, best first: a code (from either end), the first letters of the name (zjm), the
 * name as far as its mask shows it (张建明 fits 张*明), or the village.
 */
export function findHouseholds<T extends Findable>(all: readonly T[], typed: string): T[] {
  const wanted = typed.trim().toLowerCase().replaceAll(/\s/g, '');
  if (wanted === '') return [...all];
  const ranked = all.flatMap((one) => {
    const rank = rankOf(one, wanted);
    return rank === undefined ? [] : [{ one, rank }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ one }) => one);
}

function rankOf({ code, headMasked, initials, villageName }: Findable, wanted: string): number | undefined {
  if (/^\d+$/.test(wanted)) {
    if (Number(code) === Number(wanted)) return 0;
    return code.includes(wanted) ? 1 : undefined;
  }
  if (initials === wanted) return 0;
  if (initials.startsWith(wanted)) return 1;
  if (mayBe(headMasked, wanted)) return 0;
  if (headMasked.startsWith(wanted)) return 1;
  return villageName.toLowerCase().includes(wanted) ? 2 : undefined;
}

/** Whether a whole name may be the one behind a mask: 张建明 behind 张*明, not behind 张*红 or 张*. */
function mayBe(masked: string, name: string): boolean {
  const [mask, letters] = [[...masked.toLowerCase()], [...name]];
  return mask.length === letters.length && mask.every((letter, i) => letter === '*' || letter === letters[i]);
}
