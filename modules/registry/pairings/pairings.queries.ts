import type { Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { regionNames } from '../regions/regions.queries.ts';

const pairings = (tx: Tx, county: number, scope: string) =>
  tx
    .selectFrom('registry.pairing')
    .select(['id', 'helper_kind as helperKind', 'helper_name as helperName', 'village', 'household', 'duty'])
    .select(['since', 'until'])
    .where('county', '=', county)
    .where((e) => e(e.fn<boolean>('starts_with', ['village', e.val(scope)]), '=', true));

/**
 * A page of the pairings of a scope, running ones first.
 *
 * @param tx with the same scope, so that household codes show
 */
export async function pairingPage(
  tx: Tx,
  county: number,
  scope: string,
  { village, page = 1, size = 20 }: { village?: string; page?: number; size?: number },
) {
  let found = pairings(tx, county, scope);
  if (village) found = found.where('village', '=', village);
  const { total } = await found
    .clearSelect()
    .select((e) => e.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const rows = await found
    .orderBy((e) => e('until', 'is not', null))
    .orderBy('since', 'desc')
    .orderBy('id')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await withNames(tx, county, rows), total, page, size };
}

/**
 * One pairing of a scope.
 *
 * @param tx with the same scope
 * @throws Refusal `not-found`
 */
export async function pairingView(tx: Tx, county: number, scope: string, id: string) {
  const row = await pairings(tx, county, scope).where('id', '=', id).executeTakeFirst();
  if (!row) throw refusePlatform('not-found');
  return (await withNames(tx, county, [row]))[0] as typeof row & { villageName: string; householdCode: string | null };
}

async function withNames<Row extends { village: string; household: string | null }>(
  tx: Tx,
  county: number,
  rows: readonly Row[],
) {
  const names = await regionNames(
    tx,
    rows.map((row) => row.village),
  );
  const households = rows.flatMap((row) => row.household ?? []);
  const codes =
    households.length === 0
      ? []
      : await tx
          .selectFrom('registry.household')
          .select(['id', 'code'])
          .where('county', '=', county)
          .where('id', 'in', households)
          .execute();
  const codeOf = new Map(codes.map((row) => [row.id, row.code]));
  return rows.map((row) => ({
    ...row,
    villageName: names.get(row.village)?.name ?? row.village,
    householdCode: row.household ? (codeOf.get(row.household) ?? null) : null,
  }));
}
