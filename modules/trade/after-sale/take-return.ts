import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { packedLot } from '#trace';
import { stockChanged } from '../events.ts';
import { allocationsOf, linesOf } from '../orders/orders.queries.ts';
import { refuse } from '../refuse.ts';
import { lockStock, moveStock } from '../stock/move-stock.ts';
import { requireParty, standingTo } from './case-parties.ts';
import { linesOfCases } from './cases.queries.ts';
import { grantRefund } from './grant-refund.ts';
import { type LockedCase, lockForAct, type Mover, moveCase, moveFor } from './move-case.ts';
import { type FreightPaid, freightPaid, refundReturnFreight } from './return-freight.ts';
import { reserveAgain } from './send-again.ts';

/** Packs of one lot that came back for a line: fit to be sold again, or not. */
export interface Returned {
  line: string;
  lot: string;
  sellable: number;
  lost: number;
}

/**
 * The seller has the goods of a case back. Packs that can be sold return to the lot they came from, the others are
 * declared lost; nothing of a recalled or expired lot is sold again. Then the money goes back, or new goods are
 * reserved; where nothing is left to be exchanged for, the money goes back as well. Whoever bears the way back pays for
 * it then. The stock rows stay locked, so
 * that whoever gives back the packs' codes does it alone.
 *
 * @throws Refusal `case-not-found` | `not-allowed` | `case-move-not-allowed` | `case-packs-over` | `return-not-of-case` |
 *   `lot-not-sellable` | `case-nothing-left` | those of `freightPaid`
 */
export async function takeReturn(
  tx: Tx,
  now: Date,
  by: Actor,
  input: { county: County; case: string; returned: readonly Returned[]; freight?: FreightPaid },
): Promise<void> {
  const { county } = input;
  const of = await lockForAct(tx, county, input.case);
  const standing = await standingTo(tx, by, county, of.found);
  if (!standing.buyer && !standing.merchant && !standing.county) throw refuse('case-not-found');
  requireParty(standing, 'merchant');
  moveFor(of.found, 'arrive', 'merchant');
  const paid = await freightPaid(tx, by, of, 'merchant', input.freight);
  await putBack(tx, now, by, of, input.returned);
  await arrive(tx, now, by, { ...of, found: { ...of.found, ...paid } }, { party: 'merchant', by: by.person }, paid);
}

/** The goods count as back, and the case goes on to its money or its new goods. */
export async function arrive(
  tx: Tx,
  now: Date,
  by: Actor,
  of: LockedCase,
  mover: Mover,
  paid: Awaited<ReturnType<typeof freightPaid>> = {},
): Promise<void> {
  await moveCase(tx, now, of, moveFor(of.found, 'arrive', mover.party), mover, paid);
  const back: LockedCase = { ...of, found: { ...of.found, state: 'received' } };
  if (back.found.kind === 'exchange' && (await reserveAgain(tx, now, by, back))) {
    await moveCase(tx, now, back, moveFor(back.found, 'exchange', mover.party), mover);
    await refundReturnFreight(tx, now, by, back);
    return;
  }
  await grantRefund(tx, now, by, back, { act: 'refund', mover, bearer: 'merchant' });
}

async function putBack(tx: Tx, now: Date, by: Actor, of: LockedCase, returned: readonly Returned[]): Promise<void> {
  const { county } = of.order;
  const asked = await linesOfCases(tx, county, [of.found.id]);
  const lines = await ownLines(tx, of);
  for (const { line, packs } of asked) {
    const n = returned.filter((r) => lines.get(r.line)?.root === line).reduce((sum, r) => sum + r.sellable + r.lost, 0);
    if (n > packs) throw refuse('case-packs-over', { name: lines.get(line)?.name ?? '', left: packs });
  }
  const allocations = await allocationsOf(tx, county, [...lines.keys()]);
  const found = returned.map((r) => {
    const a = allocations.find((one) => one.line === r.line && one.lot === r.lot && one.state === 'taken');
    const root = lines.get(r.line)?.root;
    const ofCase = asked.some((one) => one.line === root);
    const seen = returned.filter((other) => other.line === r.line && other.lot === r.lot).length;
    if (!a || !ofCase || seen > 1 || r.sellable + r.lost > a.packs - a.back_packs) throw refuse('return-not-of-case');
    return { ...r, a };
  });
  await lockStock(
    tx,
    county,
    found.map(({ a }) => a),
  );
  for (const lot of new Set(found.filter((r) => r.sellable > 0).map((r) => r.lot))) {
    const facts = await packedLot(tx, county, lot);
    if (!facts || facts.state === 'recalled' || facts.expiresOn <= dayOf(now)) {
      throw refuse('lot-not-sellable', { lot: facts?.number ?? '' });
    }
  }
  const move = { county, evidence: { kind: 'case', id: of.found.id }, by: by.person, at: now, locked: true as const };
  const steps = (of_: (r: (typeof found)[number]) => number) =>
    found.filter((r) => of_(r) !== 0).map((r) => ({ sku: r.a.sku, lot: r.lot, onHand: of_(r), reserved: 0 }));
  await moveStock(tx, { ...move, kind: 'returned', steps: steps((r) => r.sellable + r.lost) });
  await moveStock(tx, { ...move, kind: 'lost', steps: steps((r) => -r.lost) });
  for (const r of found.filter((one) => one.sellable > 0)) {
    await tx
      .updateTable('trade.allocation')
      .set({ back_packs: r.a.back_packs + r.sellable })
      .where('county', '=', county)
      .where('line', '=', r.line)
      .where('lot', '=', r.lot)
      .execute();
  }
  await tell(
    tx,
    stockChanged(
      county,
      [...lines.values()].map((line) => line.product),
    ),
  );
}

/** The lines a case can get goods back of: those bought, and those sent again for them; each with what was bought. */
async function ownLines(tx: Tx, of: LockedCase) {
  const { county } = of.order;
  const bought = await linesOf(tx, county, [of.order.id]);
  const again = await tx
    .selectFrom('trade.order_line')
    .select(['id', 'replaces', 'product', 'name'])
    .where('county', '=', county)
    .where('order', '=', of.order.id)
    .where('replaces', 'is not', null)
    .execute();
  return new Map(
    [...bought.map((line) => ({ ...line, replaces: line.id })), ...again].map((line) => [
      line.id,
      { root: line.replaces as string, product: line.product, name: line.name },
    ]),
  );
}
