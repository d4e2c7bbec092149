import { type PageCache, type PageForm, textOf } from './page-cache.ts';
import type { MadePage } from './page-reply.ts';
import { gzipWith, splice } from './spliced.ts';
import { loadPack, type Pack, type PackFound, packNote, pageNote } from './src/load/trace.ts';
import type { Visit } from './visit.ts';

/** Stands for the serial; no true one has its letters I and L. As long as one, and as harmless in an address. */
const SERIAL = 'THISPACKSSERIAL';
/** Stand around the number of a word: a sign of nobody's alphabet. */
const EDGE = '\uE000';
const PLACES = new RegExp(`${EDGE}(\\d+)${EDGE}|${SERIAL}`, 'g');
/** Later than all that happens to a lot. */
const AFTERWARDS = '9999-12-31';

// Signs that an address need not write in another way; a code with others is nobody's here, and its page says so.
const packPath = /^\/01\/(\d{14})\/10\/([\w.-]{1,20})\/21\/(\w{1,20})$/;

/** The code that a page's address is; null for any other page, and where more than the code is asked for. */
export function codeOf(asked: URL) {
  const [, gtin, lot, serial] = (asked.search === '' && packPath.exec(asked.pathname)) || [];
  return gtin && lot && serial ? { gtin, lot, serial } : null;
}

/**
 * The page of a single pack. Packs of a lot differ in a few words: their pages are made once with places for those, and
 * a pack's own are put in. So a code that was not asked for yet costs the look at it and no rendering, and what is kept
 * of a lot shows all its packs. Kept and dropped like the facts of the lot.
 *
 * @param make renders a page of what is known of its pack; of nothing yet, it looks the pack up itself
 */
export async function packPage(
  visit: Visit,
  cache: PageCache,
  asked: URL,
  code: { gtin: string; lot: string; serial: string },
  make: (asked: URL, pack?: PackFound) => Promise<MadePage>,
): Promise<{ page: MadePage; note?: ReturnType<typeof pageNote> }> {
  // What goes wrong here does so again while the page is made, which tells the visitor.
  const found = await loadPack(visit, code).catch(() => undefined);
  if (!found || found === 'blocked') return { page: await make(asked, found) };
  const { of, ...pack } = found;
  const note = pageNote(of);
  // What happened to the pack before its lot was ready stands between the steps of the lot.
  if (!inOrder([of.until, ...pack.steps.map((step) => new Date(step.at).getTime())])) {
    return { page: await make(asked, found), note };
  }
  const { form, words } = formOf(pack);
  const makeForm = async (): Promise<PageForm | null> => {
    const page = await make(new URL(`/01/${code.gtin}/10/${code.lot}/21/${SERIAL}`, asked), { ...form, of });
    if (page.status !== 200 || page.cookies.length > 0) return null;
    const { type, policy, headers } = page;
    return { type, policy, headers, spliced: withPlaces(textOf(page.body).toString(), words) };
  };
  const lengths = words.map((word) => word.length);
  const name = `${visit.lang} ${asked.origin} ${code.gtin}/${code.lot} ${lengths} ${JSON.stringify(form)}`;
  const kept = await cache.form(name, makeForm, packNote(of));
  if (!kept) return { page: await make(asked, found), note };
  const { spliced, ...page } = kept;
  return { page: { ...page, status: 200, cookies: [], body: { gzip: gzipWith(spliced, words) } }, note };
}

/** A page that shows places, cut up at them. */
function withPlaces(html: string, words: readonly Buffer[]) {
  const texts: string[] = [];
  const places: number[] = [];
  let from = 0;
  for (const { index, 0: whole, 1: number } of html.matchAll(PLACES)) {
    const word = Number(number ?? 0);
    // Somebody's own text, that only looks like a place.
    if (word >= words.length) continue;
    texts.push(html.slice(from, index));
    places.push(word);
    from = index + whole.length;
  }
  return splice(
    [...texts, html.slice(from)],
    places,
    words.map((word) => word.length),
  );
}

const inOrder = (times: readonly number[]) => times.every((time, i) => i === 0 || (times[i - 1] as number) <= time);

/** A pack with places instead of its words, and the words, the serial first. Packs of one form differ in these alone. */
function formOf(pack: Pack): { form: Pack; words: Buffer[] } {
  const words = [Buffer.from(pack.serial)];
  const place = <T extends string | null | undefined>(word: T) =>
    word ? `${EDGE}${words.push(Buffer.from(escaped(word))) - 1}${EDGE}` : word;
  const form: Pack = {
    serial: SERIAL,
    looked: place(pack.looked),
    history: place(pack.history),
    places: place(pack.places),
    reached: place(pack.reached),
    steps: pack.steps.map(({ title, when, text }) => ({ at: AFTERWARDS, title, when: place(when), text: place(text) })),
    warnings: pack.warnings,
  };
  return { form, words };
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** As the renderer would have written it. */
const escaped = (word: string): string => word.replace(/[&<>"']/g, (sign) => signs[sign] as string);
