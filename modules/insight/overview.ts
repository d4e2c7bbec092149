import type { Actor } from '#platform/actor.ts';
import { scopeIn } from '#platform/actor.ts';
import { addDays, dayOf, startOfDay } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { refusePlatform, refuser } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { regionNames, requireCounty } from '#registry';
import { insightRefusals } from './contract.ts';
import {
  daysIn,
  helpedIn,
  ordersIn,
  purchasesIn,
  refundedIn,
  type Span,
  shareIn,
  townshipsIn,
  waiting,
} from './insight.queries.ts';

const refuse = refuser(insightRefusals);
const USUAL_DAYS = 30;
const MOST_DAYS = 366;

/**
 * What happened in a county between two days, both included (the last thirty when none are given), and what waits now.
 * Money in fen, weight in grams; people's figures within the reader's region.
 *
 * @throws Refusal `county-not-open` | `range-broken`
 */
export async function overview(at: Context, by: Actor, input: { county: County; from?: string; to?: string }) {
  const { db } = at;
  const { county } = input;
  await requireCounty(db, county);
  const scope = scopeIn(by, county, ['operator', 'platform', 'auditor']);
  if (!scope) throw refusePlatform('not-allowed');

  const to = input.to ?? dayOf(at.clock.now());
  const from = input.from ?? addDays(to, 1 - USUAL_DAYS);
  if (from > to || addDays(from, MOST_DAYS) <= to) throw refuse('range-broken', { days: MOST_DAYS });
  const span: Span = { from: startOfDay(from), before: startOfDay(addDays(to, 1)) };

  const [orders, refunded, queue, share, people] = await Promise.all([
    ordersIn(db, county, span),
    refundedIn(db, county, span),
    waiting(db, county),
    shareIn(db, county, span),
    scoped(db, scope, async (tx) => ({
      ...(await purchasesIn(tx, county, { from, to })),
      ...(await helpedIn(tx, county, span)),
      days: await daysIn(tx, county, { from, to }, span),
      townships: await townshipsIn(tx, county, { from, to }, span),
    })),
  ]);
  const names = await regionNames(
    db,
    people.townships.map((row) => row.code),
  );
  const townships = people.townships.map((row) => ({ ...row, name: names.get(row.code)?.name ?? row.code }));
  return { from, to, ...orders, ...refunded, ...queue, ...share, ...people, townships };
}
