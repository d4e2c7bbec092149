import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { ownerNamer } from './payee-views.ts';

/** Matters of a county, the open ones first, then the newest; each with the batch or order it is of and whom it is about. */
export async function matterPage(
  at: Context,
  county: County,
  { open, page = 1, size = 20 }: { open?: boolean; page?: number; size?: number },
) {
  return scoped(at.db, String(county), async (tx) => {
    let found = tx.selectFrom('trade.payout_matter as m').where('m.county', '=', county);
    if (open !== undefined) found = found.where('m.closed_at', open ? 'is' : 'is not', null);
    const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await found
      .leftJoin('trade.payout_line as l', (join) =>
        join.onRef('l.county', '=', 'm.county').onRef('l.id', '=', 'm.subject'),
      )
      .leftJoin('trade.payee as p', (join) => join.onRef('p.county', '=', 'm.county').onRef('p.id', '=', 'm.subject'))
      .leftJoin('trade.order as o', (join) => join.onRef('o.county', '=', 'm.county').onRef('o.id', '=', 'm.subject'))
      .select(['m.id', 'm.kind', 'm.subject', 'm.village', 'm.fen', 'm.why', 'm.note', 'l.batch', 'o.id as order'])
      .select(['m.opened_at as openedAt', 'm.closed_at as closedAt', 'o.number'])
      .select((e) => e.fn.coalesce('l.owner', 'p.owner', 'm.subject').as('owner'))
      .select((e) => e.fn.coalesce('l.village', 'p.village', 'm.village').as('ownerVillage'))
      .orderBy((e) => e('m.closed_at', 'is', null), 'desc')
      .orderBy('m.opened_at', 'desc')
      .orderBy('m.id', 'desc')
      .limit(size)
      .offset((page - 1) * size)
      .execute();
    const owned = rows.map((row) => ({
      ownerKind: row.ownerVillage ? ('household' as const) : ('organisation' as const),
      owner: row.owner,
      village: row.ownerVillage,
    }));
    const names = await ownerNamer(tx, at, county, owned);
    return {
      rows: rows.map(({ number, owner: _, ownerVillage: __, village: ___, ...row }, i) => ({
        ...row,
        about: number ?? names(owned[i] as (typeof owned)[number]).ownerName,
      })),
      ...{ total, page, size },
    };
  });
}
