import type { Static } from 'typebox';
import { addDays } from '#platform/clock.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { cropsByCode, organisationsById, personNames } from '#registry';
import { productNames } from '../products/product-names.queries.ts';
import { findProduct, findProductOnSale } from '../products/products.queries.ts';
import { EXPIRES_SOON_DAYS, isValidOn, type MarkName } from './mark-kinds.ts';
import type { MarkState } from './mark-states.ts';
import type { Badge, Claim, Mark } from './marks.contract.ts';
import { claimsOf, type MarkRow, marksCovering, validOn } from './marks.queries.ts';

const soon = (day: string, until: string | null): boolean => until !== null && until <= addDays(day, EXPIRES_SOON_DAYS);

/** Certificates as staff read them on a day, in the order given. */
export async function markViews(
  db: Db,
  county: County,
  rows: readonly MarkRow[],
  day: string,
): Promise<Static<typeof Mark>[]> {
  const orgs = await organisationsById(
    db,
    county,
    rows.map((row) => row.org),
  );
  const products = await productNames(
    db,
    county,
    rows.flatMap((row) => row.product ?? []),
  );
  const crops = await cropsByCode(db);
  const ids = rows.map((row) => row.id);
  const moves =
    ids.length === 0
      ? []
      : await db
          .selectFrom('catalog.mark_move')
          .select(['mark', 'to_state', 'reason', 'by_person', 'at'])
          .where('county', '=', county)
          .where('mark', 'in', ids)
          .orderBy('at')
          .orderBy('id')
          .execute();
  const people = await personNames(db, [...rows.map((row) => row.by_person), ...moves.map((move) => move.by_person)]);
  const history = Map.groupBy(moves, (move) => move.mark);
  return rows.map((row) => {
    const valid = isValidOn(day, { validFrom: row.valid_from, validUntil: row.valid_until });
    return {
      id: row.id,
      kind: row.kind as MarkName,
      org: row.org,
      orgName: orgs.get(row.org)?.name ?? '',
      crop: row.crop,
      cropName: crops.get(row.crop)?.nameZh ?? row.crop,
      product: row.product,
      productName: (row.product && products.get(row.product)?.nameZh) || null,
      number: row.number,
      issuer: row.issuer,
      validFrom: row.valid_from,
      validUntil: row.valid_until,
      hasFile: row.file !== null,
      state: row.state,
      standing: day < row.valid_from ? 'not-yet' : !valid ? 'expired' : soon(day, row.valid_until) ? 'soon' : 'valid',
      byName: people.get(row.by_person) ?? '',
      at: row.at,
      moves: (history.get(row.id) ?? []).map((move) => ({
        to: move.to_state as MarkState,
        reason: move.reason,
        byName: people.get(move.by_person) ?? '',
        at: move.at,
      })),
    };
  });
}

/**
 * The marks that buyers read of a product on a day: those it claims and has a valid certificate for. At midnight in
 * China after the last valid day a claim is gone.
 *
 * @throws Refusal `product-not-found`
 */
export async function badgesOf(db: Db, county: County, id: string, day: string): Promise<Static<typeof Badge>[]> {
  const product = await findProductOnSale(db, county, id);
  const valid = validOn(day, await marksCovering(db, product));
  const claims = await claimsOf(db, county, id);
  return claims.flatMap((kind) => {
    const mark = valid.get(kind);
    return mark ? [{ kind, number: mark.number, issuer: mark.issuer, validUntil: mark.valid_until }] : [];
  });
}

/** What a product claims, and whether that is shown. @throws Refusal `product-not-found` */
export async function claimViews(db: Db, county: County, id: string, day: string): Promise<Static<typeof Claim>[]> {
  const product = await findProduct(db, county, id);
  const valid = validOn(day, await marksCovering(db, product));
  return (await claimsOf(db, county, id)).map((kind) => {
    const until = valid.get(kind)?.valid_until ?? null;
    return { kind, valid: valid.has(kind), validUntil: until, soon: soon(day, until) };
  });
}
