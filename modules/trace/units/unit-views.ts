import { skusById } from '#catalog';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById } from '#registry';
import { rangesOf } from '../codes/codes.queries.ts';
import { lotsById } from '../lots/lots.queries.ts';
import { packsIn } from './pack-ranges.ts';
import { childrenOf, contentOf, type UnitRow, unitsById } from './units.queries.ts';

/** Lots that lie in units: number, product and where their page is. */
async function lotsIn(db: Db, county: County, ids: readonly string[]) {
  const ranges = await rangesOf(db, county, ids);
  const lots = await lotsById(db, county, ids);
  const skus = await skusById(
    db,
    county,
    [...lots.values()].flatMap((lot) => lot.sku ?? []),
  );
  return new Map(
    [...lots].map(([id, lot]) => {
      const sku = skus.get(lot.sku ?? '');
      return [
        id,
        {
          number: lot.number,
          gtin: ranges.get(id)?.gtin ?? '',
          name: sku ? `${sku.nameZh} ${sku.skuNameZh}` : lot.number,
          nameEn: sku?.nameEn ?? lot.number,
          expiresOn: lot.expires_on,
          recalled: lot.state === 'recalled',
        },
      ];
    }),
  );
}

/** Units as those who pack them read them, in the order given. */
export async function unitViews(db: Db, county: County, rows: readonly UnitRow[]) {
  const ids = rows.map((row) => row.id);
  const children = await childrenOf(db, county, ids);
  const content = await contentOf(db, county, [...ids, ...children.map((child) => child.id)]);
  const parents = await unitsById(
    db,
    county,
    rows.flatMap((row) => row.parent ?? []),
  );
  const orgs = await organisationsById(
    db,
    county,
    rows.map((row) => row.org),
  );
  const lots = await lotsIn(db, county, [...new Set(content.map((range) => range.lot))]);
  const contentBy = Map.groupBy(content, (range) => range.unit);
  const childrenBy = Map.groupBy(children, (child) => child.parent);
  return rows.map((row) => {
    const own = contentBy.get(row.id) ?? [];
    const inside = (childrenBy.get(row.id) ?? []).map((child) => ({
      id: child.id,
      sscc: child.sscc,
      packs: packsIn(contentBy.get(child.id) ?? []),
    }));
    const parent = row.parent ? parents.get(row.parent) : undefined;
    return {
      id: row.id,
      sscc: row.sscc,
      kind: row.kind,
      orgName: orgs.get(row.org)?.name ?? '',
      parent: parent ? { id: parent.id, sscc: parent.sscc } : null,
      packs: packsIn(own) + inside.reduce((sum, child) => sum + child.packs, 0),
      content: own.map(({ lot, from, to }) => ({
        ...{ lot, from, to },
        ...{ lotNumber: lots.get(lot)?.number ?? '', name: lots.get(lot)?.name ?? '' },
      })),
      children: inside,
      createdAt: row.createdAt,
    };
  });
}

/** What anyone may know of a unit: whose it is, which lots are in it, and where it stands. */
export async function publicUnit(db: Db, county: County, unit: UnitRow) {
  const children = await childrenOf(db, county, [unit.id]);
  const content = await contentOf(db, county, [unit.id, ...children.map((child) => child.id)]);
  const byLot = Map.groupBy(content, (range) => range.lot);
  const lots = await lotsIn(db, county, [...byLot.keys()]);
  const parent = unit.parent ? (await unitsById(db, county, [unit.parent])).get(unit.parent) : undefined;
  return {
    county,
    sscc: unit.sscc,
    kind: unit.kind,
    orgName: (await organisationsById(db, county, [unit.org])).get(unit.org)?.name ?? '',
    packs: packsIn(content),
    packedAt: unit.createdAt,
    lots: [...lots].map(([lot, { number, ...facts }]) => ({
      ...{ lot, lotNumber: number, ...facts },
      packs: packsIn(byLot.get(lot) ?? []),
    })),
    parent: parent?.sscc ?? null,
    children: children.map((child) => child.sscc),
  };
}
