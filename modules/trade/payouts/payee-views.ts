import { sql } from 'kysely';
import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { householdBrief, organisationsById, regionNames } from '#registry';
import { refuse } from '../refuse.ts';
import { accountHash } from './add-payee.ts';
import type { PayeeState } from './payout-states.ts';

interface Asked {
  ownerKind?: 'household' | 'organisation';
  owner?: string;
  state?: PayeeState;
  page?: number;
  size?: number;
}

/**
 * The region prefix whose households `by` may see here, and the organisations that are theirs; null where everything of
 * the county is. Who only works for an organisation sees no household.
 */
export function payoutReach(by: Actor, county: County): { scope: string; orgs: string[] | null } {
  if (overCounty(by, county, ['operator', 'platform', 'auditor'])) return { scope: String(county), orgs: null };
  const own = membershipsIn(by, county, ['keeper', 'merchant']);
  const keeps = own.filter((m) => m.role === 'keeper').map((m) => m.region);
  // A village that does not exist: row-level security then shows no household at all.
  const scope = keeps.sort((a, b) => a.length - b.length)[0] ?? `${county}999999`;
  return { scope: scope.length < 6 ? String(county) : scope, orgs: own.map((m) => m.org) };
}

/** A page of accounts that `by` may see, the newest first; never a whole number. */
export async function payeePage(at: Context, by: Actor, county: County, asked: Asked) {
  const { ownerKind, owner, state, page = 1, size = 20 } = asked;
  const { scope, orgs } = payoutReach(by, county);
  return scoped(at.db, scope, async (tx) => {
    let found = payees(tx, county);
    if (orgs) {
      found = found.where((e) =>
        e.or([e('p.owner_kind', '=', 'household'), e('p.owner', '=', sql<string>`any(${orgs}::uuid[])`)]),
      );
    }
    if (ownerKind) found = found.where('p.owner_kind', '=', ownerKind);
    if (owner) found = found.where('p.owner', '=', owner);
    if (state) found = found.where('p.state', '=', state);
    const { total } = await found
      .clearSelect()
      .select((e) => e.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await found
      .orderBy('p.created_at', 'desc')
      .orderBy('p.id', 'desc')
      .limit(size)
      .offset((page - 1) * size)
      .execute();
    return { rows: await named(tx, at, county, rows), total, page, size };
  });
}

/** One account after it was written. @throws Refusal `payee-not-found` */
export async function payeeWritten(at: Context, county: County, id: string) {
  return scoped(at.db, String(county), async (tx) => {
    const rows = await named(tx, at, county, await payees(tx, county).where('p.id', '=', id).execute());
    if (!rows[0]) throw refuse('payee-not-found');
    return rows[0];
  });
}

/** Whose account a whole number is, at whatever provider: found by its keyed hash, so no number is opened for it. */
export async function findPayee(at: Context, county: County, account: string) {
  const plain = account.replace(/\s/g, '');
  const hashes = ['bank', 'wechat', 'alipay', 'sandbox'].map((provider) => accountHash(at.sealer, provider, plain));
  return scoped(at.db, String(county), async (tx) =>
    named(
      tx,
      at,
      county,
      await payees(tx, county).where('p.account_hash', 'in', hashes).orderBy('p.created_at').execute(),
    ),
  );
}

const payees = (tx: Tx, county: County) =>
  tx
    .selectFrom('trade.payee as p')
    .select(['p.id', 'p.owner_kind as ownerKind', 'p.owner', 'p.village', 'p.kind', 'p.provider'])
    .select(['p.account_tail as tail', 'p.bank_name as bankName', 'p.state', 'p.why', 'p.created_at as createdAt'])
    .where('p.county', '=', county);

interface Owned {
  ownerKind: 'household' | 'organisation';
  owner: string;
  village: string | null;
}

async function named<Row extends Owned>(tx: Tx, at: Context, county: County, rows: readonly Row[]) {
  const names = await ownerNamer(tx, at, county, rows);
  return rows.map(({ village: _, ...row }) => ({ ...row, ...names({ ...row, village: _ }) }));
}

/** A function that names owners as screens may: organisations whole, households by code and masked head. @param tx with a scope */
export async function ownerNamer(tx: Tx, at: Context, county: County, rows: readonly Owned[]) {
  const ids = (kind: Owned['ownerKind']) => rows.filter((row) => row.ownerKind === kind).map((row) => row.owner);
  const orgs = await organisationsById(tx, county, ids('organisation'));
  const households = await householdBrief(tx, at.sealer, county, ids('household'));
  const villages = await regionNames(
    tx,
    rows.flatMap((row) => row.village ?? []),
  );
  return ({ ownerKind, owner, village }: Owned): { ownerName: string; villageName: string | null } => {
    const household = households.get(owner);
    return {
      ownerName:
        ownerKind === 'organisation'
          ? (orgs.get(owner)?.name ?? '—')
          : household
            ? `${household.headMasked} ${household.code}`
            : '—',
      villageName: village && (villages.get(village)?.name ?? village),
    };
  };
}
