import { countyOfGtin, skusById } from '#catalog';
import type { Db } from '#platform/db.ts';
import { certificatesOf } from '../certificates/certificates.queries.ts';
import { codePath, findRange, lotPath } from '../codes/codes.queries.ts';
import { lotsById } from '../lots/lots.queries.ts';
import { unitPath } from '../units/sscc.ts';
import { findUnit } from '../units/units.queries.ts';
import type { DigitalLink } from './uri.ts';

/** A link to something about what a code names. */
export interface Link {
  /** of GS1's vocabulary, without its prefix: `pip`, `traceability` … */
  rel: string;
  /** path under our own address */
  href: string;
  title: string;
  type: string;
  hreflang: readonly string[];
}

/** All links of one code. */
export interface Linkset {
  /** path of the code itself, as it is printed */
  anchor: string;
  description: string;
  /** where whoever asks for nothing in particular is led */
  standard: Link;
  links: readonly Link[];
}

const page = { type: 'text/html', hreflang: ['zh', 'en'] } as const;

/**
 * What there is about a code: only what we really have. Pages are in both languages at one address.
 *
 * @returns null when the code names nothing of ours
 */
export async function linksOf(db: Db, link: DigitalLink): Promise<Linkset | null> {
  const values = new Map(link.path.map(({ ai, value }) => [ai, value]));
  const sscc = values.get('00');
  if (sscc !== undefined) return linksOfUnit(db, sscc);
  const gtin = values.get('01');
  // Variants (22) are not sold here; a code that names one is still a code of its product and lot.
  if (gtin === undefined || values.has('235')) return null;
  const lot = values.get('10');
  return lot === undefined ? linksOfProduct(db, gtin) : linksOfLot(db, gtin, lot, values.get('21'));
}

/** GTIN alone: the product's page, where it is sold. */
async function linksOfProduct(db: Db, gtin: string): Promise<Linkset | null> {
  const known = await countyOfGtin(db, gtin);
  const sku = known && (await skusById(db, known.county, [known.sku])).get(known.sku);
  if (!known || !sku) return null;
  const title = `${sku.nameZh} ${sku.skuNameZh}`;
  const product = { rel: 'pip', href: `/product/${known.county}/${sku.product}`, title, ...page };
  return { anchor: `/01/${gtin}`, description: title, standard: product, links: [product] };
}

async function linksOfLot(db: Db, gtin: string, lotNumber: string, serial?: string): Promise<Linkset | null> {
  const range = await findRange(db, gtin, lotNumber);
  const row = range && (await lotsById(db, range.county, [range.lot])).get(range.lot);
  const sku = row && (await skusById(db, range.county, [row.sku ?? ''])).get(row.sku ?? '');
  if (!range || !row || !sku) return null;
  const anchor = serial === undefined ? lotPath(gtin, lotNumber) : codePath(gtin, lotNumber, serial);
  const title = `${sku.nameZh} ${sku.skuNameZh} · ${lotNumber}`;
  const here = { href: anchor, ...page };
  const trace = { rel: 'traceability', title: `溯源 Origin: ${title}`, ...here };
  const certificate = (await certificatesOf(db, range.county, [range.lot])).get(range.lot);
  return {
    anchor,
    description: title,
    standard: trace,
    links: [
      trace,
      { rel: 'pip', href: `/product/${range.county}/${sku.product}`, title: `${sku.nameZh} ${sku.skuNameZh}`, ...page },
      ...(certificate
        ? [{ rel: 'certificationInfo', title: `承诺达标合格证 Lot certificate ${certificate.number}`, ...here }]
        : []),
      ...(row.state === 'recalled' ? [{ rel: 'recallStatus', title: `已召回 Recalled: ${title}`, ...here }] : []),
    ],
  };
}

async function linksOfUnit(db: Db, sscc: string): Promise<Linkset | null> {
  if (!(await findUnit(db, sscc))) return null;
  const title = `箱 Case ${sscc}`;
  const trace = { rel: 'traceability', href: unitPath(sscc), title, ...page };
  return { anchor: unitPath(sscc), description: title, standard: trace, links: [trace] };
}
