import { sql } from 'kysely';
import type { Static } from 'typebox';
import { skusById } from '#catalog';
import { addDays, dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { regionNames } from '#registry';
import { certificatesOf } from '../certificates/certificates.queries.ts';
import type { VillageLots } from './villages.contract.ts';

const MOST_LOTS = 8;
/** So far back looks are counted: a harvest and what is sold of it until the next. */
const LOOKS_DAYS = 365;

/**
 * What of a village is on the shelf, and where in the country its codes are looked at: the newest packed lots that are in
 * stock, keep and are not recalled, eight at most, and looks by province over a year. How many packs are left is for
 * whoever keeps the stock to say.
 */
export async function villageLots(at: Context, county: County, village: string): Promise<Static<typeof VillageLots>> {
  const today = dayOf(at.clock.now());
  return scoped(at.db, String(county), async (tx) => {
    const { rows } = await sql<{ id: string; number: string; sku: string; made_on: string; expires_on: string }>`
      select l.id, l.number, l.sku, l.made_on, l.expires_on
        from trace.lot l
       where l.county = ${county} and l.kind = 'packed' and l.state <> 'recalled' and l.expires_on >= ${today}
         and exists (select from trace.lot_source s
              where s.county = l.county and s.lot = l.id and s.village = ${village} and s.grams > 0)
         and exists (select from trace.lot_movement m
              where m.county = l.county and m.lot = l.id and m.kind = 'stocked')
       order by l.made_on desc, l.number desc
       limit ${MOST_LOTS}`.execute(tx);
    const skus = await skusById(
      tx,
      county,
      rows.map((row) => row.sku),
    );
    const certificates = await certificatesOf(
      tx,
      county,
      rows.map((row) => row.id),
    );
    return {
      lots: rows.flatMap((row) => {
        const sku = skus.get(row.sku);
        if (!sku) return [];
        return [
          {
            ...{ lotNumber: row.number, gtin: sku.gtin, product: sku.product, productName: sku.nameZh },
            ...{ productNameEn: sku.nameEn, skuName: sku.skuNameZh, packedOn: row.made_on, expiresOn: row.expires_on },
            certificate: certificates.get(row.id)?.number ?? null,
          },
        ];
      }),
      looks: await looksByProvince(tx, county, village, addDays(today, -LOOKS_DAYS)),
    };
  });
}

async function looksByProvince(tx: Tx, county: County, village: string, since: string) {
  const { rows } = await sql<{ province: string; scans: number }>`
    select p.province, sum(p.scans)::bigint as scans
      from trace.scan_place p
     where p.county = ${county} and p.lot in (
       select l.id from trace.lot l
        where l.county = ${county} and l.kind = 'packed' and l.made_on >= ${since}
          and exists (select from trace.lot_source s
               where s.county = l.county and s.lot = l.id and s.village = ${village} and s.grams > 0))
     group by p.province
     order by 2 desc, 1`.execute(tx);
  const names = await regionNames(
    tx,
    rows.map((row) => `${row.province}0000000000`),
  );
  return rows.map((row) => ({ ...row, name: names.get(`${row.province}0000000000`)?.name ?? row.province }));
}
