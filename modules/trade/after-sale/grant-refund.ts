import { balance, ensureAccounts, transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { type Fen, splitByWeight } from '#platform/money.ts';
import { orderById } from '../orders/orders.queries.ts';
import { returnClaims } from '../orders/release-order.ts';
import { refuse } from '../refuse.ts';
import { refundLines } from '../settlement/refund-lines.ts';
import { type LineAccount, moneyLeft } from './case-budget.ts';
import { type CaseKind, caseKindWords } from './case-states.ts';
import { lineAccounts, linesOfCases } from './cases.queries.ts';
import { dropPacks } from './drop-packs.ts';
import { type LockedCase, type Mover, moveCase, moveFor } from './move-case.ts';
import { bearReturnFreight, withReturnFreight } from './return-freight.ts';

/** What is given back of a line, in fen. */
export interface Share {
  line: string;
  goodsFen: Fen;
  freightFen: Fen;
}

/**
 * Grants a case money: its packs that were never packed return to their lots, the parts of its lines are reversed and
 * the money is asked back from the provider. When the public fund bears it, the merchant's part of the reversal is
 * made good from the fund.
 *
 * @param input.fen how much; what the case asks for when left out. Goods are given back before freight.
 * @throws Refusal `case-move-not-allowed` | `case-nothing-left` | `case-fen-over` | `fund-short`
 */
export async function grantRefund(
  tx: Tx,
  now: Date,
  by: Actor,
  of: LockedCase,
  input: {
    act: string;
    mover: Mover;
    fen?: Fen;
    bearer: 'merchant' | 'fund';
    set?: { answer?: string; decision?: string };
  },
): Promise<void> {
  const { order, found } = of;
  const { county } = order;
  const move = moveFor(found, input.act, input.mover.party, 'refunded');
  const lines = await linesOfCases(tx, county, [found.id]);
  const accounts = await lineAccounts(tx, county, order.id, found.id);
  const asked = sharesOf(lines, accounts, input.fen);
  // Goods came back: the way back is settled with their refund.
  const freight = input.act === 'refund' ? withReturnFreight(found, asked, accounts) : null;
  const shares = freight?.shares ?? asked;
  const fen = shares.reduce((sum, share) => sum + share.goodsFen + share.freightFen, 0);
  if (fen === 0 || !order.payment || order.state === 'refunded') throw refuse('case-nothing-left');
  // Less than was asked is compensation for goods that are delivered after all.
  if (found.kind === 'refund' && fen >= found.asked_fen) {
    const packs = new Map(lines.map((line) => [line.line, line.packs]));
    await dropPacks(tx, now, by, order, packs, { kind: 'case', id: found.id });
  }
  await moveCase(tx, now, of, move, input.mover, { granted_fen: fen, bearer: input.bearer, ...input.set });
  const { refund } = await refundLines(tx, now, by, order, {
    lines: shares.filter((share) => share.goodsFen + share.freightFen > 0),
    reason: `售后 ${found.number} ${caseKindWords[found.kind as CaseKind].zh}`,
    evidence: { kind: 'case', id: found.id },
  });
  await tx
    .updateTable('trade.after_sale_case')
    .set({ refund })
    .where('county', '=', county)
    .where('id', '=', found.id)
    .execute();
  // The last of its money has gone back: what it had used of limits is free again.
  if ((await orderById(tx, county, order.id))?.state === 'refunded') await returnClaims(tx, county, order.id);
  if (input.bearer === 'fund') await makeGood(tx, now, by, of, refund);
  if (freight) await bearReturnFreight(tx, now, by, found, freight.backFen);
}

/**
 * What each line of a case gives back. Another amount than was asked is split over the lines by what each can give,
 * goods first.
 *
 * @throws Refusal `case-fen-over`
 */
export function sharesOf(
  lines: readonly { line: string; goods_fen: Fen; freight_fen: Fen }[],
  accounts: ReadonlyMap<string, LineAccount>,
  fen: Fen | undefined,
): Share[] {
  const left = lines.map((line) => {
    const account = accounts.get(line.line);
    return account ? moneyLeft(account) : { goodsFen: 0, freightFen: 0 };
  });
  if (fen === undefined) {
    return lines.map((line, i) => ({
      line: line.line,
      goodsFen: Math.min(line.goods_fen, left[i]?.goodsFen ?? 0),
      freightFen: Math.min(line.freight_fen, left[i]?.freightFen ?? 0),
    }));
  }
  const goods = left.map((of) => of.goodsFen);
  const freight = left.map((of) => of.freightFen);
  const [mostGoods, mostFreight] = [sum(goods), sum(freight)];
  if (fen > mostGoods + mostFreight) throw refuse('case-fen-over', { left: mostGoods + mostFreight });
  const goodsFen = spread(Math.min(fen, mostGoods), goods);
  const freightFen = spread(Math.max(0, fen - mostGoods), freight);
  return lines.map((line, i) => ({ line: line.line, goodsFen: goodsFen[i] ?? 0, freightFen: freightFen[i] ?? 0 }));
}

const sum = (amounts: readonly Fen[]): Fen => amounts.reduce((total, fen) => total + fen, 0);
const spread = (fen: Fen, weights: readonly Fen[]): Fen[] =>
  sum(weights) === 0 ? weights.map(() => 0) : splitByWeight(fen, weights);

/** Who bears damaged fruit by the terms of a case; a fund that has not enough keeps no buyer waiting. */
export async function damageBearer(tx: Tx, { found, terms }: Pick<LockedCase, 'found' | 'terms'>) {
  if (terms.damageBearer === 'merchant') return 'merchant' as const;
  const [fund] = (await ensureAccounts(tx, found.county, [{ kind: 'fund', owner: 'county' }])) as [string];
  return (await balance(tx, found.county, fund)).balance >= found.asked_fen ? ('fund' as const) : ('merchant' as const);
}

/**
 * The public fund pays the merchant what the reversal took from it.
 *
 * @throws Refusal `fund-short`
 */
async function makeGood(tx: Tx, now: Date, by: Actor, { order, found }: LockedCase, refund: string): Promise<void> {
  const { county } = order;
  const taken = await tx
    .selectFrom('trade.part_reversal as r')
    .innerJoin('trade.settlement_part as p', (join) =>
      join.onRef('p.county', '=', 'r.county').onRef('p.hold', '=', 'r.hold'),
    )
    .select((e) => e.fn.coalesce(e.fn.sum<number>('r.fen'), e.lit(0)).as('fen'))
    .where('r.county', '=', county)
    .where('r.refund', '=', refund)
    .where('p.part', '=', 'merchant')
    .executeTakeFirstOrThrow();
  const amountFen = Number(taken.fen);
  if (amountFen === 0) return;
  const [fund, merchant] = (await ensureAccounts(tx, county, [
    { kind: 'fund', owner: 'county' },
    { kind: 'merchant', owner: found.org },
  ])) as [string, string];
  await transfer(
    tx,
    county,
    [
      {
        id: newId(),
        kind: 'single',
        debit: fund,
        credit: merchant,
        amountFen,
        reason: 'after-sale-fund',
        evidenceKind: 'case',
        evidence: found.id,
        by: by.person,
      },
    ],
    now,
  );
  // Asked after the transfer, which has locked the account: two cases at once cannot both have its last yuan.
  if ((await balance(tx, county, fund)).balance < 0) throw refuse('fund-short');
}
