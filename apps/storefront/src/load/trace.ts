import type { Answers, ShopClient } from '../../contracts.ts';
import { type KeepNote, type PageCache, tag } from '../../page-cache.ts';
import type { Lang, Messages } from '../i18n/index.ts';
import { showMoment, yuan } from '../lib/format.ts';
import { isTooMany, orNull } from '../lib/problems.ts';
import { lotDays, type PackStep, packSteps } from '../lib/road.ts';

export type Code = { gtin: string; lot: string; serial?: string };

/** What a page needs of the visit that it answers. */
interface Asking {
  client: ShopClient;
  remember: PageCache['remember'];
  lang: Lang;
  t: Messages;
  /** what is known of the pack already: its look is counted */
  pack?: PackFound;
}

/** What one pack adds to the page of its lot, in the words that the page shows. */
export interface Pack {
  serial: string;
  /** how often it was looked up */
  looked: string;
  /** since when; null at the first look */
  history: string | null;
  /** from where; null where nobody said */
  places: string | null;
  /** how much of what was paid for it reached the villages, in yuan; null where that is not known */
  reached: string | null;
  /** of its road, one after the other */
  steps: PackStep[];
  warnings: Answers['trace']['scan']['warnings'];
}

/** `null`: no such code was ever given out; `blocked`: too many such were asked for from here. */
export type PackFound = (Pack & { of: LotOfPack }) | 'blocked' | null;

/** What of a lot is needed to say what a pack adds to it. */
interface LotOfPack extends LotKey {
  /** basis points of what is paid that reach the villages */
  shareBp: number | null;
  /** when the last thing happened of those that all packs of the lot have on their road, in milliseconds */
  until: number;
  /** when it was asked for, in milliseconds */
  askedAt: number;
}
type LotKey = { lot: string; county: number; product: string };

/**
 * What a code tells. With a serial, one pack (and this look is counted); without, the whole lot.
 * `null`: no such code was ever given out; `blocked`: too many such were asked for from here.
 */
export async function loadCode(asking: Asking, code: Code) {
  const { client, remember } = asking;
  const serial = code.serial;
  const known = serial === undefined || asking.pack !== undefined;
  const pack = known ? asking.pack : await loadPack(asking, { ...code, serial });
  if (pack === 'blocked' || pack === null) return pack;
  const about = await rememberLot(asking, code);
  if (!about) return null;
  const params = { county: about.lot.county };
  const county = await remember(
    `county ${params.county}`,
    () => client.registry.county({ params }),
    () => ({ seconds: 60, tags: [tag.county(params.county)] }),
  );
  return { ...about, county, pack: pack ?? null };
}

/** Looks a pack up, which counts the look. */
export async function loadPack(asking: Asking, code: Required<Code>): Promise<PackFound> {
  const { client, remember, lang, t } = asking;
  const [scan, journey] = await Promise.all([
    orNull(client.trace.scan({ params: code })).catch((error: unknown) => {
      if (isTooMany(error)) return 'blocked' as const;
      throw error;
    }),
    orNull(client.fulfilment.journey({ params: code })),
  ]);
  if (scan === 'blocked' || scan === null) return scan;
  const of = await remember(
    `lot of ${code.gtin}/${code.lot}`,
    () => rememberLot(asking, code).then((about) => about && lotOfPack(about)),
    packNote,
  );
  if (!of) return null;
  const places = scan.places.map(({ name, scans }) => t.codes.times(name, scans)).join(t.codes.between);
  const paidFen = journey?.order?.paidFen;
  return {
    of,
    serial: code.serial,
    looked: scan.scans <= 1 ? t.trace.firstScan : t.trace.scans(scan.scans),
    history: scan.scans > 1 && scan.firstAt ? t.codes.historyText(scan.scans, showMoment(scan.firstAt, lang)) : null,
    places: places ? t.codes.where(places) : null,
    reached: paidFen && of.shareBp !== null ? yuan(Math.round((paidFen * of.shareBp) / 10_000)) : null,
    steps: journey ? packSteps(journey, t, lang) : [],
    warnings: scan.warnings,
  };
}

type AboutLot = NonNullable<Awaited<ReturnType<typeof loadLot>>>;

const lotOfPack = ({ lot, share, askedAt }: AboutLot): LotOfPack => ({
  ...{ lot: lot.lot, county: lot.county, product: lot.product, askedAt },
  shareBp: share.shareBp,
  until: Math.max(...lotDays(lot).map((day) => new Date(day).getTime())),
});

const rememberLot = ({ client, remember }: Asking, { gtin, lot }: Code) =>
  remember(
    `lot ${gtin}/${lot}`,
    () => loadLot(client, remember, gtin, lot),
    (about) => packNote({ ...about.lot, askedAt: about.askedAt }),
  );

/** All that the pages of a lot's packs say alike; null: no such lot. */
async function loadLot(client: ShopClient, remember: Asking['remember'], gtin: string, lot: string) {
  const askedAt = Date.now();
  const about = await orNull(client.trace.publicLot({ params: { gtin, lot } }));
  if (!about) return null;
  const [share, outside, badges] = await Promise.all([
    client.benefit.lotFarmShare({ params: { county: about.county, id: about.lot } }),
    client.trace.outsideEvents({ params: { gtin, lot } }),
    remember(
      `badges ${about.county} ${about.product}`,
      // Goods that are no longer sold claim nothing any more.
      async () =>
        (await orNull(client.catalog.productBadges({ params: { county: about.county, id: about.product } }))) ?? [],
      () => ({ seconds: 60, tags: [tag.county(about.county), tag.product(about.product)] }),
    ),
  ]);
  return { lot: about, share, outside, badges, askedAt };
}

const LOT_SECONDS = 300;

/**
 * How long what the packs of a lot say alike is kept, however it is kept. Dropped by the same events as the pages. What
 * no event tells (a renamed organisation, a report from outside) may be this old, so that a county's ten thousand lots
 * are not asked for anew every minute; that a lot is recalled is told by each look at a code itself.
 */
export const packNote = ({ lot, county, product, askedAt }: LotKey & { askedAt: number }): KeepNote => ({
  seconds: Math.max(1, LOT_SECONDS - (Date.now() - askedAt) / 1000),
  tags: [tag.lot(lot), tag.county(county), tag.product(product)],
});

/** A code looked at again within a minute is the same look: reloads are not counted as new ones. */
export const pageNote = ({ lot, county }: Pick<LotKey, 'lot' | 'county'>): KeepNote => ({
  seconds: 60,
  tags: [tag.lot(lot), tag.county(county)],
});

/** The path of a code as people type it: the whole link, or the words after the host. Null when it is no code at all. */
export function codePath(typed: string): string | null {
  const found = /01\/(\d{8,14})\/10\/([^/?#\s]{1,20})(?:\/21\/([^/?#\s]{1,20}))?/.exec(typed.trim());
  if (!found) return null;
  const [, gtin = '', lot = '', serial] = found;
  return `/01/${gtin.padStart(14, '0')}/10/${lot}${serial ? `/21/${serial}` : ''}`;
}
