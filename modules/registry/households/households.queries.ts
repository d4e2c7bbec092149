import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { Sealer } from '#platform/secrets.ts';
import { personNames } from '../people/people.queries.ts';
import { regionNames } from '../regions/regions.queries.ts';
import { maskIdNumber, maskName, maskPhone } from './masking.ts';
import { movesOf } from './moves.queries.ts';
import { nameFits } from './name-search.ts';

/** Fields of a person that are masked until they are read with a reason. */
export type SensitiveField = 'name' | 'idNumber' | 'phone';

export interface HouseholdFilter {
  /** household code, head's name or its pinyin initials */
  q?: string;
  village?: string;
  category?: 'general' | 'lifted' | 'monitored';
  crop?: string;
  page?: number;
  size?: number;
}

/**
 * A page of the households that the transaction's scope shows, in order of village and code.
 *
 * @param tx with a scope
 */
export async function householdPage(tx: Tx, sealer: Sealer, county: number, filter: HouseholdFilter) {
  const { page = 1, size = 20 } = filter;
  const q = filter.q?.trim() ?? '';
  let found = tx
    .selectFrom('registry.household as h')
    .innerJoin('registry.household_member as m', (join) =>
      join.onRef('m.county', '=', 'h.county').onRef('m.household', '=', 'h.id').on('m.relation', '=', 'head'),
    )
    .where('h.county', '=', county)
    .where('h.state', '=', 'active');
  if (filter.village) found = found.where('h.village', '=', filter.village);
  if (filter.category) found = found.where('h.category', '=', filter.category);
  if (filter.crop) {
    const { crop } = filter;
    found = found.where((e) =>
      e.exists(
        e
          .selectFrom('registry.household_yield as y')
          .select(sql`1`.as('one'))
          .whereRef('y.county', '=', 'h.county')
          .whereRef('y.household', '=', 'h.id')
          .where('y.crop', '=', crop),
      ),
    );
  }
  const byCode = /^\d+$/.test(q);
  if (byCode) found = found.where('h.code', 'like', `%${q}%`);
  const ordered = found.orderBy('h.village').orderBy('h.code');

  // Names are sealed, so a search by name opens the heads of the scope: a station's village, at most a county.
  let ids: string[];
  let total: number;
  if (q && !byCode) {
    const heads = await ordered.select(['h.id', 'm.id as member', 'm.name_sealed']).execute();
    const fitting: typeof heads = [];
    for (const [i, head] of heads.entries()) {
      // Opening 20,000 names the first time takes 1.1 s (later 34 ms); others are answered in between.
      if (i % 500 === 499) await setImmediate();
      if (nameFits(q, head.member, () => sealer.open(head.name_sealed))) fitting.push(head);
    }
    total = fitting.length;
    ids = fitting.slice((page - 1) * size, page * size).map((head) => head.id);
  } else {
    const counted = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    total = counted.total;
    const rows = await ordered
      .select('h.id')
      .limit(size)
      .offset((page - 1) * size)
      .execute();
    ids = rows.map((row) => row.id);
  }
  return { rows: await householdRows(tx, sealer, county, ids), total, page, size };
}

async function householdRows(tx: Tx, sealer: Sealer, county: number, ids: readonly string[]) {
  if (ids.length === 0) return [];
  const rows = await tx
    .selectFrom('registry.household')
    .select(['id', 'code', 'village', 'category'])
    .where('county', '=', county)
    .where('id', 'in', ids)
    .execute();
  const members = await membersOf(tx, county, ids);
  const yields = await yieldsOf(tx, county, ids);
  const names = await regionNames(
    tx,
    rows.map((row) => row.village),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    if (!row) return [];
    const own = members.filter((member) => member.household === id);
    const head = own.find((member) => member.relation === 'head');
    return {
      ...row,
      villageName: names.get(row.village)?.name ?? row.village,
      headMasked: head ? maskName(sealer.open(head.name_sealed)) : '',
      members: own.length,
      crops: yields.filter((one) => one.household === id).map(yieldView),
    };
  });
}

/**
 * One household with its members, masked but for the fields named.
 *
 * @param tx with a scope
 * @param open fields to show whole; whoever passes some logs the reading
 * @throws Refusal `not-found` when there is none in the scope
 */
export async function householdView(
  tx: Tx,
  sealer: Sealer,
  county: number,
  id: string,
  open: readonly SensitiveField[] = [],
) {
  const row = await tx
    .selectFrom('registry.household')
    .select(['county', 'id', 'code', 'village', 'category', 'created_at as createdAt'])
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw refusePlatform('not-found');
  const members = await membersOf(tx, county, [id]);
  const yields = await yieldsOf(tx, county, [id]);
  const moves = await movesOf(tx, county, id);
  const names = await regionNames(tx, [row.village, ...moves.flatMap((one) => [one.from, one.to])]);
  const people = await personNames(
    tx,
    moves.map((one) => one.by_person),
  );
  const show = (field: SensitiveField, sealed: Uint8Array | null, mask: (text: string) => string) => {
    if (!sealed) return null;
    const text = sealer.open(sealed);
    return open.includes(field) ? text : mask(text);
  };
  return {
    ...row,
    villageName: names.get(row.village)?.name ?? row.village,
    members: members.map((member) => ({
      id: member.id,
      relation: member.relation,
      name: show('name', member.name_sealed, maskName) ?? '',
      idNumber: show('idNumber', member.id_number_sealed, maskIdNumber),
      phone: show('phone', member.phone_sealed, maskPhone),
    })),
    yields: yields.map(yieldView),
    moves: moves.map(({ by_person, ...one }) => ({
      ...one,
      fromName: names.get(one.from)?.name ?? one.from,
      toName: names.get(one.to)?.name ?? one.to,
      byName: people.get(by_person) ?? '',
    })),
  };
}

function membersOf(tx: Tx, county: number, households: readonly string[]) {
  return (
    tx
      .selectFrom('registry.household_member')
      .select(['id', 'household', 'relation', 'name_sealed', 'id_number_sealed', 'phone_sealed'])
      .where('county', '=', county)
      .where('household', 'in', households)
      // The head first, the others as they were written down.
      .orderBy((e) => e('relation', '<>', 'head'))
      .orderBy('id')
      .execute()
  );
}

function yieldsOf(tx: Tx, county: number, households: readonly string[]) {
  return tx
    .selectFrom('registry.household_yield')
    .select(['household', 'crop', 'area_centimu', 'trees'])
    .where('county', '=', county)
    .where('household', 'in', households)
    .orderBy('crop')
    .execute();
}

const yieldView = (row: { crop: string; area_centimu: number; trees: number }) => ({
  crop: row.crop,
  areaCentimu: row.area_centimu,
  trees: row.trees,
});
