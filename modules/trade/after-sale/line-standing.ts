import { dayOf } from '#platform/clock.ts';
import type { Db } from '#platform/db.ts';
import { allocationsOf, type LineFields, linesOf, type OrderFields } from '../orders/orders.queries.ts';
import { afterSaleRulesOf, termsFor } from './after-sale-rules.queries.ts';
import { type LineAccount, moneyLeft, packsLeft } from './case-budget.ts';
import type { LineState } from './case-options.ts';
import type { Terms } from './case-terms.ts';
import { lineAccounts } from './cases.queries.ts';

/** A bought line with all that decides what its buyer may ask. */
export interface LineStanding {
  line: LineFields;
  account: LineAccount;
  terms: Terms;
  state: LineState;
}

/** Every bought line of an order with its terms of the day the order was placed, and what is left of it. */
export async function standingOfLines(db: Db, order: OrderFields): Promise<LineStanding[]> {
  const { county } = order;
  const lines = await linesOf(db, county, [order.id]);
  const allocations = await allocationsOf(
    db,
    county,
    lines.map((line) => line.id),
  );
  const accounts = await lineAccounts(db, county, order.id);
  const rules = await afterSaleRulesOf(db, county);
  const weighed = await weighedLines(db, order);
  // Out of its parcel again, as long as that has not left; what was weighed has its price by that parcel.
  const staysIn = (line: string) =>
    allocations.some((a) => a.line === line && a.state === 'taken' && (a.sent_at !== null || weighed.has(line)));
  return lines.flatMap((line) => {
    const account = accounts.get(line.id);
    if (!account) return [];
    const left = moneyLeft(account);
    return [
      {
        line,
        account,
        terms: termsFor(rules, line, dayOf(order.placed_at)),
        state: {
          orderState: order.state,
          receivedAt: order.received_at,
          waiting: !staysIn(line.id),
          // What a project owes its backers is seen to where it is owed.
          packsLeft: order.promise === null ? packsLeft(account) : 0,
          fenLeft: left.goodsFen + left.freightFen,
        },
      },
    ];
  });
}

async function weighedLines(db: Db, { county, id }: OrderFields): Promise<Set<string>> {
  const rows = await db
    .selectFrom('trade.weighing')
    .select('line')
    .where('county', '=', county)
    .where('order', '=', id)
    .execute();
  return new Set(rows.map((row) => row.line));
}
