import type { ShopClient } from '../../contracts.ts';
import { type PageCache, tag } from '../../page-cache.ts';
import { isTooMany, orNull } from '../lib/problems.ts';

type Code = { gtin: string; lot: string; serial?: string };

/**
 * What a code tells. With a serial, one pack (and this look is counted); without, the whole lot.
 * `null`: no such code was ever given out; `blocked`: too many such were asked for from here.
 */
export async function loadCode(
  { client, remember }: { client: ShopClient; remember: PageCache['remember'] },
  { gtin, lot, serial }: Code,
) {
  const scan =
    serial === undefined
      ? null
      : await orNull(client.trace.scan({ params: { gtin, lot, serial } })).catch((error: unknown) => {
          if (isTooMany(error)) return 'blocked' as const;
          throw error;
        });
  if (scan === 'blocked') return scan;
  if (serial !== undefined && scan === null) return null;
  const [about, journey] = await Promise.all([
    remember(`lot ${gtin}/${lot}`, () => loadLot(client, gtin, lot), lotNote),
    serial === undefined ? null : client.fulfilment.journey({ params: { gtin, lot, serial } }),
  ]);
  if (!about) return null;
  const params = { county: about.lot.county };
  const county = await remember(
    `county ${params.county}`,
    () => client.registry.county({ params }),
    () => ({ seconds: 60, tags: [tag.county(params.county)] }),
  );
  return { ...about, county, scan, journey };
}

/** All that the pages of a lot's packs say alike; null: no such lot. */
async function loadLot(client: ShopClient, gtin: string, lot: string) {
  const about = await orNull(client.trace.publicLot({ params: { gtin, lot } }));
  if (!about) return null;
  const [share, outside, badges] = await Promise.all([
    client.benefit.lotFarmShare({ params: { county: about.county, id: about.lot } }),
    client.trace.outsideEvents({ params: { gtin, lot } }),
    // Goods that are no longer sold claim nothing any more.
    orNull(client.catalog.productBadges({ params: { county: about.county, id: about.product } })),
  ]);
  return { lot: about, share, outside, badges: badges ?? [] };
}

/**
 * Dropped by the same events as the pages. What no event tells (a renamed organisation, a report from outside) may be
 * this old, so that a county's ten thousand lots are not asked for anew every minute; that a lot is recalled is told by
 * each look at a code itself.
 */
const lotNote = ({ lot }: { lot: { lot: string; county: number; product: string } }) => ({
  seconds: 300,
  tags: [tag.lot(lot.lot), tag.county(lot.county), tag.product(lot.product)],
});

/** The path of a code as people type it: the whole link, or the words after the host. Null when it is no code at all. */
export function codePath(typed: string): string | null {
  const found = /01\/(\d{8,14})\/10\/([^/?#\s]{1,20})(?:\/21\/([^/?#\s]{1,20}))?/.exec(typed.trim());
  if (!found) return null;
  const [, gtin = '', lot = '', serial] = found;
  return `/01/${gtin.padStart(14, '0')}/10/${lot}${serial ? `/21/${serial}` : ''}`;
}
