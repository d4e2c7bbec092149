import { sql } from 'kysely';
import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { householdBrief, organisationsById, personNames, regionNames } from '#registry';
import { isOf } from '../agreements/draft-agreement.ts';
import { organisationsSeen } from '../organisations-seen.ts';
import { refuse } from '../refuse.ts';
import type { DividendState } from './dividend-states.ts';
import type { Dividend, DividendAlert } from './dividends.contract.ts';
import type { DividendRow } from './dividends.queries.ts';
import { daysOf, yearlyBp } from './yield-of.ts';

/** A page of a county's dividends, the newest first. */
export async function dividendPage(
  at: Context,
  by: Actor,
  county: County,
  { org, state, page = 1, size = 20 }: { org?: string; state?: DividendState; page?: number; size?: number },
) {
  const seen = organisationsSeen(by, county);
  return scoped(at.db, String(county), async (tx) => {
    let found = tx.selectFrom('benefit.dividend as d').where('d.county', '=', county);
    if (seen) found = found.where((e) => e('d.org', '=', e.fn.any(e.val(seen))));
    if (org) found = found.where('d.org', '=', org);
    if (state) found = found.where('d.state', '=', state);
    const rows = await found
      .selectAll('d')
      .orderBy('d.declared_at', 'desc')
      .orderBy('d.id')
      .limit(size)
      .offset((page - 1) * size)
      .execute();
    const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    return { rows: await heads(tx, county, rows), total: Number(total), page, size };
  });
}

/** One dividend, each line beside what the bank and the floor would have brought. @throws Refusal `dividend-not-found` */
export async function dividendView(
  at: Context,
  by: Actor,
  county: County,
  id: string,
): Promise<Static<typeof Dividend>> {
  const seen = organisationsSeen(by, county);
  return scoped(at.db, String(county), async (tx) => {
    const row = await tx
      .selectFrom('benefit.dividend')
      .selectAll()
      .where('county', '=', county)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row || (seen && !seen.includes(row.org))) throw refuse('dividend-not-found');
    const lines = await tx
      .selectFrom('benefit.dividend_line as l')
      .innerJoin('benefit.agreement as a', (join) =>
        join.onRef('a.county', '=', 'l.county').onRef('a.id', '=', 'l.agreement'),
      )
      .selectAll('l')
      .select('a.number')
      .where('l.county', '=', county)
      .where('l.dividend', '=', id)
      .orderBy('a.number')
      .orderBy('l.village')
      .orderBy('l.id')
      .execute();
    const { rows: distributions } = await sql<{
      id: string;
      number: string;
      line: string;
      fen: number;
      households: number;
      words: string;
      state: DividendState;
      declaredBy: string;
      declaredAt: Date;
    }>`
      select s.id, s.number, s.line, s.fen, s.words, s.state, s.declared_by as "declaredBy", s.declared_at as "declaredAt",
             (select count(*)::int from benefit.distribution_line p
               where p.county = s.county and p.distribution = s.id) as households
        from benefit.distribution s
        join benefit.dividend_line l on l.county = s.county and l.id = s.line
       where s.county = ${county} and l.dividend = ${id} order by s.declared_at, s.id`.execute(tx);
    const moves = await tx
      .selectFrom('benefit.dividend_move')
      .selectAll()
      .where('county', '=', county)
      .where('dividend', '=', id)
      .orderBy('at')
      .orderBy('id')
      .execute();
    const people = await personNames(
      tx,
      moves.map((move) => move.by_person),
    );
    const households = await householdBrief(
      tx,
      at.sealer,
      county,
      lines.flatMap((line) => line.household ?? []),
    );
    const villages = await regionNames(
      tx,
      lines.map((line) => line.village),
    );
    const days = daysOf(row.from_day, row.to_day);
    const leftOf = (line: string, fen: number) =>
      distributions
        .filter((one) => one.line === line && one.state !== 'withdrawn')
        .reduce((left, one) => left - one.fen, fen);
    const [head] = await heads(tx, county, [row]);
    return {
      ...(head as NonNullable<typeof head>),
      ...{ county, ours: isOf(by, county, row.org), mine: row.declared_by === by.person, days },
      ...{ commonFen: row.common_fen, preferredFen: row.preferred_fen, profitFen: row.profit_fen },
      lines: lines.map((line) => ({
        ...{ id: line.id, agreement: line.agreement, agreementNumber: line.number, household: line.household },
        householdCode: line.household && (households.get(line.household)?.code ?? null),
        headMasked: line.household && (households.get(line.household)?.headMasked ?? null),
        ...{ village: line.village, villageName: villages.get(line.village)?.name ?? line.village },
        ...{ class: line.class, shares: line.shares, stakeFen: line.stake_fen, fen: line.fen },
        ...{ bankFen: line.bank_fen, floorFen: line.floor_fen, yearlyBp: yearlyBp(line.fen, line.stake_fen, days) },
        leftFen: line.household ? null : leftOf(line.id, line.fen),
      })),
      alerts: await alertsOf(tx, county, id),
      distributions: distributions.map(({ declaredBy, ...one }) => ({ ...one, mine: declaredBy === by.person })),
      moves: moves.map((move) => ({
        ...{ to: move.to_state as DividendState, words: move.words, at: move.at },
        byName: people.get(move.by_person) ?? '',
      })),
    };
  });
}

/** Alerts of a county, or of one dividend: those the county has to answer first, then the newest; at most 200. */
export async function alertsOf(tx: Tx, county: County, dividend?: string): Promise<Static<typeof DividendAlert>[]> {
  let found = tx
    .selectFrom('benefit.dividend_alert as t')
    .innerJoin('benefit.dividend as d', (join) =>
      join.onRef('d.county', '=', 't.county').onRef('d.id', '=', 't.dividend'),
    )
    .innerJoin('benefit.agreement as a', (join) =>
      join.onRef('a.county', '=', 't.county').onRef('a.id', '=', 't.agreement'),
    )
    .selectAll('t')
    .select(['d.number as dividendNumber', 'a.number as agreementNumber', 'd.org'])
    .where('t.county', '=', county);
  if (dividend) found = found.where('t.dividend', '=', dividend);
  const rows = await found
    .orderBy((e) => e('t.answer', 'is not', null))
    .orderBy('t.at', 'desc')
    .orderBy('t.id')
    .limit(200)
    .execute();
  const orgs = await organisationsById(
    tx,
    county,
    rows.map((row) => row.org),
  );
  const people = await personNames(
    tx,
    rows.flatMap((row) => row.answered_by ?? []),
  );
  return rows.map((row) => ({
    ...{ id: row.id, dividend: row.dividend, dividendNumber: row.dividendNumber, agreement: row.agreement },
    ...{ agreementNumber: row.agreementNumber, orgName: orgs.get(row.org)?.name ?? '', kind: row.kind },
    ...{ paidBp: row.paid_bp, leastBp: row.least_bp, at: row.at, answer: row.answer, answeredAt: row.answered_at },
    answeredName: row.answered_by && (people.get(row.answered_by) ?? ''),
  }));
}

async function heads(tx: Tx, county: County, rows: readonly DividendRow[]) {
  const orgs = await organisationsById(
    tx,
    county,
    rows.map((row) => row.org),
  );
  const ids = rows.map((row) => row.id);
  const { rows: counted } = await sql<{ dividend: string; holders: number; open: number }>`
    select d.id as dividend,
           (select count(*)::int from benefit.dividend_line l where l.county = d.county and l.dividend = d.id) as holders,
           (select count(*)::int from benefit.dividend_alert t
             where t.county = d.county and t.dividend = d.id and t.answer is null) as open
      from benefit.dividend d where d.county = ${county} and d.id = any(${ids}::uuid[])`.execute(tx);
  const counts = new Map(counted.map((one) => [one.dividend, one]));
  return rows.map((row) => ({
    ...{ id: row.id, number: row.number, org: row.org, orgName: orgs.get(row.org)?.name ?? '' },
    ...{ from: row.from_day, to: row.to_day, recordDay: row.record_day, fen: row.fen, bankBp: row.bank_bp },
    ...{ holders: counts.get(row.id)?.holders ?? 0, openAlerts: counts.get(row.id)?.open ?? 0 },
    ...{ paid: row.paid, state: row.state, declaredAt: row.declared_at },
  }));
}
