import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { settlementPartsOf, standingOf } from '../settlement/settlement-parts.ts';
import { payableKey } from './payables.ts';
import type { SharingState } from './payout-states.ts';

/** Requests of one order before the rest is let go: a provider takes fifty, and three tries tell enough. */
export const ROUNDS = 3;

export interface OrderSharing {
  county: County;
  order: string;
  payment: string;
  provider: string;
  state: SharingState;
  cap_fen: Fen;
  rounds: number;
  attempts: number;
  /** what was shared of it, or is being shared, in all */
  shared_fen: Fen;
}

/** The sharing of an order, locked until the end of the transaction. @param tx with the county's scope */
export async function lockSharing(tx: Tx, county: County, order: string): Promise<OrderSharing | undefined> {
  const row = await tx
    .selectFrom('trade.order_sharing')
    .select(['county', 'order', 'payment', 'provider', 'state', 'cap_fen', 'rounds', 'attempts'])
    .where('county', '=', county)
    .where('order', '=', order)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return undefined;
  const shared = await tx
    .selectFrom('trade.sharing_part')
    .select((e) => e.fn.coalesce(e.fn.sum<number>('fen'), e.lit(0)).as('fen'))
    .where('county', '=', county)
    .where('order', '=', order)
    .where('state', '!=', 'failed')
    .executeTakeFirstOrThrow();
  return { ...row, shared_fen: Number(shared.fen) };
}

/** What an organisation has of an order by settlement, and what of it was shared to it (less what it gave back). */
export interface OrgShare {
  org: string;
  accountKind: 'merchant' | 'station';
  settledFen: Fen;
  sharedFen: Fen;
}

/** Each organisation's part of an order and what of it is already with it, or on its way there. @param tx with a scope */
export async function sharesOfOrder(tx: Tx, county: County, order: string): Promise<OrgShare[]> {
  const settled = (await settlementPartsOf(tx, county, [order])).filter(
    (part) => part.state === 'posted' && (part.part === 'merchant' || part.part === 'station') && part.org !== null,
  );
  const shared = await tx
    .selectFrom('trade.sharing_part')
    .select(['org', 'account_kind as part'])
    .select((e) => e.fn.sum<number>('fen').as('fen'))
    .where('county', '=', county)
    .where('order', '=', order)
    .where('state', '!=', 'failed')
    .groupBy(['org', 'account_kind'])
    .execute();
  const back = await tx
    .selectFrom('trade.sharing_back as b')
    .innerJoin('trade.sharing_part as s', (join) =>
      join
        .onRef('s.county', '=', 'b.county')
        .onRef('s.sharing', '=', 'b.sharing')
        .onRef('s.position', '=', 'b.position'),
    )
    .select(['s.org', 's.account_kind as part'])
    .select((e) => e.fn.sum<number>('b.fen').as('fen'))
    .where('b.county', '=', county)
    .where('b.order', '=', order)
    .where('b.state', '=', 'done')
    .groupBy(['s.org', 's.account_kind'])
    .execute();
  const all = new Map<string, OrgShare>();
  const of = (org: string, part: string): OrgShare => {
    const key = `${part} ${org}`;
    const found = all.get(key) ?? { org, accountKind: part as OrgShare['accountKind'], settledFen: 0, sharedFen: 0 };
    all.set(key, found);
    return found;
  };
  for (const row of settled) of(row.org as string, row.part).settledFen += standingOf(row);
  for (const row of shared) of(row.org, row.part).sharedFen += Number(row.fen);
  for (const row of back) of(row.org, row.part).sharedFen -= Number(row.fen);
  return [...all.values()].sort((a, b) => (a.accountKind + a.org < b.accountKind + b.org ? -1 : 1));
}

export interface DueShare {
  owner: string;
  accountKind: 'merchant' | 'station';
  payee: string;
  fen: Fen;
}

/** Organisations that a provider can share an order with, and what each has still to get of it. @param tx with a scope */
export async function dueShares(tx: Tx, of: Pick<OrderSharing, 'county' | 'order' | 'provider'>): Promise<DueShare[]> {
  const shares = (await sharesOfOrder(tx, of.county, of.order)).filter((one) => one.settledFen > one.sharedFen);
  if (shares.length === 0) return [];
  const payees = await tx
    .selectFrom('trade.payee')
    .select(['id', 'owner'])
    .where('county', '=', of.county)
    .where('kind', '=', 'merchant')
    .where('provider', '=', of.provider)
    .where('state', '=', 'active')
    .where(
      'owner',
      'in',
      shares.map((one) => one.org),
    )
    .execute();
  const known = new Map(payees.map((payee) => [payee.owner, payee.id]));
  return shares.flatMap((one) => {
    const payee = known.get(one.org);
    return payee ? [{ owner: one.org, accountKind: one.accountKind, payee, fen: one.settledFen - one.sharedFen }] : [];
  });
}

/**
 * What is shared when not all of it may be: the smallest parts first, so that as many as possible are whole; the last
 * one gets what is left. Nobody gets more than may be paid out to them.
 *
 * @param owed what may be paid out, by account
 * @param roomFen what the provider lets be shared
 */
export function shareWithinCap(due: readonly DueShare[], owed: ReadonlyMap<string, Fen>, roomFen: Fen): DueShare[] {
  let room = roomFen;
  return [...due]
    .sort((a, b) => a.fen - b.fen || (payableKey(a) < payableKey(b) ? -1 : 1))
    .flatMap((one) => {
      const fen = Math.min(one.fen, owed.get(payableKey(one)) ?? 0, room);
      if (fen <= 0) return [];
      room -= fen;
      return [{ ...one, fen }];
    });
}
