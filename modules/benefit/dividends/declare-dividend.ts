import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { type Fen, yuan } from '#platform/money.ts';
import { organisationsById, requireCounty } from '#registry';
import type { payments } from '#trace/contract';
import { disputedAmong } from '../agreements/agreements.queries.ts';
import { requireMaker } from '../agreements/draft-agreement.ts';
import { refuse } from '../refuse.ts';
import { dividendView } from './dividend-views.ts';
import { insertDividendMove, lockDividend, moveDividend, requireDividendMove } from './dividends.queries.ts';
import { depositBp, stakesHeld } from './stakes.ts';
import { daysOf, dividendOf, interestOf, yearlyBp } from './yield-of.ts';

interface Declared {
  county: County;
  org: string;
  /** YYYY-MM-DD, as the other days */
  from: string;
  to: string;
  recordDay: string;
  /** fen per hundred shares, by class */
  commonFen: Fen | null;
  preferredFen: Fen | null;
  profitFen: Fen;
  paid: (typeof payments)[number];
}

/**
 * Declares a dividend of a period: so much per hundred shares of a class, for who holds shares on the record day. Beside each
 * line stands what the bank and the promised floor would have brought. Only a proposal until a second person approves it.
 *
 * @throws Refusal `not-allowed` | `organisation-not-found` | `period-backwards` | `period-not-over` | `record-day-outside` |
 *   `class-missing` | `rate-missing` | `dividend-exists` | `no-holders` | `over-profit`
 */
export async function declareDividend(at: Context, by: Actor, input: Declared, key: OnceKey | null) {
  const { county, org, from, to, recordDay, commonFen, preferredFen, profitFen, paid } = input;
  const id = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await requireCounty(tx, county);
    requireMaker(by, county, org);
    if ((await organisationsById(tx, county, [org])).get(org)?.state !== 'active')
      throw refuse('organisation-not-found');
    if (to < from) throw refuse('period-backwards');
    if (to > dayOf(now)) throw refuse('period-not-over');
    if (recordDay < from || recordDay > dayOf(now)) throw refuse('record-day-outside');
    if (commonFen === null && preferredFen === null) throw refuse('class-missing');
    await withScope(tx, String(county));
    const bankBp = await depositBp(tx, county, recordDay);
    if (bankBp === undefined) throw refuse('rate-missing', { day: recordDay });
    // Given before the look at the others: of two at once the second waits here and then sees the first.
    const number = `FH${to.slice(0, 4)}${String(await nextNumber(tx, county, 'dividend')).padStart(4, '0')}`;
    const other = await overlapping(tx, input);
    if (other) throw refuse('dividend-exists', { number: other });

    const days = daysOf(from, to);
    const per100 = { common: commonFen, preferred: preferredFen };
    const id = newId();
    const lines = (await stakesHeld(tx, county, org, recordDay)).flatMap(({ terms, ...holder }) => {
      const fen = dividendOf(terms.shares, per100[terms.class] ?? 0);
      if (fen === 0) return [];
      return {
        ...{ county, id: newId(), dividend: id, ...holder, class: terms.class, shares: terms.shares },
        ...{ stake_fen: terms.stakeFen, fen, bank_fen: interestOf(terms.stakeFen, bankBp, days) },
        floor_fen: interestOf(terms.stakeFen, terms.floorBp, days),
      };
    });
    if (lines.length === 0) throw refuse('no-holders');
    const fen = lines.reduce((sum, line) => sum + line.fen, 0);
    if (fen > profitFen) throw refuse('over-profit', { fen: yuan(fen) });

    await tx
      .insertInto('benefit.dividend')
      .values({
        ...{ county, id, number, org, from_day: from, to_day: to, record_day: recordDay, paid, state: 'declared' },
        ...{ common_fen: commonFen, preferred_fen: preferredFen, profit_fen: profitFen, fen, bank_bp: bankBp },
        ...{ declared_by: by.person, declared_at: now },
      })
      .execute();
    for (let n = 0; n < lines.length; n += 1000)
      await tx
        .insertInto('benefit.dividend_line')
        .values(lines.slice(n, n + 1000))
        .execute();
    await insertDividendMove(tx, { county, id }, null, 'declared', { words: '', by: by.person, at: now });
    return id;
  });
  return dividendView(at, by, county, id);
}

/**
 * A second person approves a dividend as it was seen. Where it is below the bank's rate of the record day, or below the floor
 * that was promised, the county is alerted. The money moves afterwards, by the job (pay-dividends.ts).
 *
 * @param input.fen the sum that was looked at
 * @throws Refusal `dividend-not-found` | `not-allowed` | `dividend-move-not-allowed` | `dividend-same-person` |
 *   `household-disputed` | `dividend-changed`
 */
export async function approveDividend(
  at: Context,
  by: Actor,
  { county, id, fen }: { county: County; id: string; fen: Fen },
  key: OnceKey | null,
) {
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await withScope(tx, String(county));
    const row = await lockDividend(tx, county, id);
    requireDividendMove(row, 'approved');
    requireMaker(by, county, row.org);
    if (row.declared_by === by.person) throw refuse('dividend-same-person');
    const disputed = await disputedAmong(
      tx,
      sql`select county, agreement, household, village from benefit.dividend_line where county = ${county} and dividend = ${id}`,
    );
    if (disputed) throw refuse('household-disputed', { household: disputed });
    if (row.fen !== fen) throw refuse('dividend-changed');
    await moveDividend(tx, row, 'approved', { words: '', by: by.person, at: now });
    await alertIfLow(tx, row, now);
    return null;
  });
  return dividendView(at, by, county, id);
}

/** Takes a dividend back before it is approved. @throws Refusal as `approveDividend` */
export async function withdrawDividend(
  at: Context,
  by: Actor,
  { county, id, reason }: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  await once(at.db, key, async (tx) => {
    const row = await lockDividend(tx, county, id);
    requireDividendMove(row, 'withdrawn');
    requireMaker(by, county, row.org);
    await moveDividend(tx, row, 'withdrawn', { words: reason, by: by.person, at: at.clock.now() });
    return null;
  });
  return dividendView(at, by, county, id);
}

/** The number of a living dividend of the organisation that pays one of these classes for a part of the period. */
async function overlapping(tx: Tx, input: Declared): Promise<string | undefined> {
  const { county, org, from, to, commonFen, preferredFen } = input;
  const { rows } = await sql<{ number: string }>`
    select number from benefit.dividend
     where county = ${county} and org = ${org} and state <> 'withdrawn' and from_day <= ${to} and to_day >= ${from}
       and (common_fen is not null and ${commonFen !== null} or preferred_fen is not null and ${preferredFen !== null})
     order by number limit 1`.execute(tx);
  return rows[0]?.number;
}

/** One alert for an agreement and kind, however many households hold the same stake by it. */
async function alertIfLow(
  tx: Tx,
  row: { county: County; id: string; from_day: string; to_day: string; bank_bp: number },
  now: Date,
): Promise<void> {
  const { county, id } = row;
  const days = daysOf(row.from_day, row.to_day);
  const { rows } = await sql<{ agreement: string; stake: Fen; fen: Fen; bank: Fen; floor: Fen; floorBp: number }>`
    select distinct l.agreement, l.stake_fen as stake, l.fen, l.bank_fen as bank, l.floor_fen as floor,
           (v.terms ->> 'floorBp')::int as "floorBp"
      from benefit.dividend_line l
      join benefit.agreement_version v
        on v.county = l.county and v.agreement = l.agreement and v.version = l.version
     where l.county = ${county} and l.dividend = ${id} and (l.fen < l.bank_fen or l.fen < l.floor_fen)
     order by l.agreement, l.fen`.execute(tx);
  const alerts = rows.flatMap((line) => {
    const said = { county, dividend: id, agreement: line.agreement, at: now };
    const paid_bp = yearlyBp(line.fen, line.stake, days);
    return [
      ...(line.fen < line.bank
        ? [{ ...said, id: newId(), kind: 'below_bank' as const, paid_bp, least_bp: row.bank_bp }]
        : []),
      ...(line.fen < line.floor
        ? [{ ...said, id: newId(), kind: 'below_floor' as const, paid_bp, least_bp: line.floorBp }]
        : []),
    ];
  });
  if (alerts.length === 0) return;
  await tx
    .insertInto('benefit.dividend_alert')
    .values(alerts)
    .onConflict((c) => c.columns(['county', 'dividend', 'agreement', 'kind']).doNothing())
    .execute();
}
