import { LRUCache } from 'lru-cache';

/** One choice of an Accept header: what, and how much it is wanted. */
interface Wanted {
  name: string;
  q: number;
}

/** An Accept or Accept-Language header, the most wanted first; what is refused (q=0) stays, at the end. */
function readAccept(header: string | undefined): Wanted[] {
  return (header ?? '')
    .split(',')
    .flatMap((part) => {
      const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
      const q = parameters.map((parameter) => /^q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return name ? [{ name, q: q === undefined ? 1 : Math.min(1, Number(q) || 0) }] : [];
    })
    .sort((a, b) => b.q - a.q);
}

/** How exactly a range names a type: `text/html` 3, `text/*` 2, the star 1, another 0. */
const fit = (range: string, type: string): number =>
  range === type ? 3 : range === `${type.split('/')[0]}/*` ? 2 : range === '*/*' ? 1 : 0;

/** How much a type is wanted: as the range says that names it most exactly (RFC 9110, 12.5.1). */
function wantOf(wanted: readonly Wanted[], type: string): number {
  let best = 0;
  let q = 0;
  for (const range of wanted) {
    const exact = fit(range.name, type);
    if (exact > best) [best, q] = [exact, range.q];
  }
  return q;
}

/** A browser sends the same header with every request. */
const read = new LRUCache<string, Wanted[]>({ max: 500 });

/** The most wanted of some types, earlier ones before later ones; undefined when none is. A missing header wants all. */
export function chooseType<T extends string>(header: string | undefined, types: readonly T[]): T | undefined {
  const text = header ?? '*/*';
  const wanted = read.get(text) ?? readAccept(text);
  read.set(text, wanted);
  const rated = types.map((type) => ({ type, q: wantOf(wanted, type) })).filter(({ q }) => q > 0);
  return rated.reduce<{ type: T; q: number } | undefined>(
    (best, one) => (best && best.q >= one.q ? best : one),
    undefined,
  )?.type;
}
