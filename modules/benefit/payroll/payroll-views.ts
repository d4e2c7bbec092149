import { sql } from 'kysely';
import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { householdBrief, householdMembers, organisationsById, personNames } from '#registry';
import type { Terms } from '../agreements/agreement-kinds.ts';
import { isOf } from '../agreements/draft-agreement.ts';
import { organisationsSeen } from '../organisations-seen.ts';
import { refuse } from '../refuse.ts';
import type { Payroll } from './payroll.contract.ts';
import type { PayrollState } from './payroll-states.ts';
import { type PayrollRow, slipsOf } from './payrolls.queries.ts';

type Employment = Extract<Terms, { kind: 'employment' }>;

/** A page of a county's payrolls, the newest first. */
export async function payrollPage(
  at: Context,
  by: Actor,
  county: County,
  { org, state, page = 1, size = 20 }: { org?: string; state?: PayrollState; page?: number; size?: number },
) {
  const seen = organisationsSeen(by, county);
  return scoped(at.db, String(county), async (tx) => {
    let found = tx.selectFrom('benefit.payroll as p').where('p.county', '=', county);
    if (seen) found = found.where((e) => e('p.org', '=', e.fn.any(e.val(seen))));
    if (org) found = found.where('p.org', '=', org);
    if (state) found = found.where('p.state', '=', state);
    const rows = await found
      .selectAll('p')
      .select((e) =>
        e
          .selectFrom('benefit.payslip as s')
          .select((s) => s.fn.countAll<number>().as('n'))
          .whereRef('s.county', '=', 'p.county')
          .whereRef('s.payroll', '=', 'p.id')
          .as('workers'),
      )
      .orderBy('p.drawn_at', 'desc')
      .orderBy('p.id')
      .limit(size)
      .offset((page - 1) * size)
      .execute();
    const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const orgs = await organisationsById(
      tx,
      county,
      rows.map((row) => row.org),
    );
    return {
      rows: rows.map((row) => ({ ...head(row, orgs.get(row.org)?.name), workers: Number(row.workers) })),
      ...{ total: Number(total), page, size },
    };
  });
}

/** One payroll, each slip down to its counts. @throws Refusal `payroll-not-found`, also for another organisation's */
export async function payrollView(at: Context, by: Actor, county: County, id: string): Promise<Static<typeof Payroll>> {
  const seen = organisationsSeen(by, county);
  return scoped(at.db, String(county), async (tx) => {
    const row = await tx
      .selectFrom('benefit.payroll')
      .selectAll()
      .where('county', '=', county)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row || (seen && !seen.includes(row.org))) throw refuse('payroll-not-found');
    const slips = await slipsOf(tx, county, id);
    const { rows: lines } = await sql<{
      payslip: string;
      count: string;
      day: string;
      units: number;
      version: number;
      terms: Employment;
      number: string;
      fen: number;
      source: 'entered' | 'parcels';
      reason: string | null;
    }>`
      select l.payslip, c.id as count, c.day, c.units, c.version, v.terms, a.number, l.fen, c.source, c.reason
        from benefit.payroll_line l
        join benefit.work_count c on c.county = l.county and c.id = l.count
        join benefit.agreement a on a.county = c.county and a.id = c.agreement
        join benefit.agreement_version v on v.county = c.county and v.agreement = c.agreement and v.version = c.version
       where l.county = ${county} and l.payroll = ${id}
       order by c.day, c.at, c.id`.execute(tx);
    const moves = await tx
      .selectFrom('benefit.payroll_move')
      .selectAll()
      .where('county', '=', county)
      .where('payroll', '=', id)
      .orderBy('at')
      .orderBy('id')
      .execute();
    const ids = slips.map((slip) => slip.household);
    const households = await householdBrief(tx, at.sealer, county, ids);
    const people = await personNames(
      tx,
      moves.map((move) => move.by_person),
    );
    // A member of a file that was merged since stays under it.
    const files = await tx
      .selectFrom('registry.household_pointer')
      .select('household')
      .where('county', '=', county)
      .where((e) => e('into_household', '=', e.fn.any(e.val(ids))))
      .execute();
    const members = new Map(
      (await householdMembers(tx, at.sealer, county, [...ids, ...files.map((file) => file.household as string)])).map(
        (one) => [one.member, one],
      ),
    );
    const bySlip = Map.groupBy(lines, (line) => line.payslip);
    const orgName = (await organisationsById(tx, county, [row.org])).get(row.org)?.name;
    return {
      ...head(row, orgName),
      ...{ county, workers: slips.length, ours: isOf(by, county, row.org), mine: row.drawn_by === by.person },
      slips: slips.map((slip) => {
        const own = bySlip.get(slip.id) ?? [];
        const { relation, nameMasked } = members.get(slip.member) ?? { relation: 'other' as const, nameMasked: '—' };
        return {
          ...{ id: slip.id, agreement: slip.agreement, agreementNumber: own[0]?.number ?? '', fen: slip.fen },
          ...{ household: slip.household, householdCode: households.get(slip.household)?.code ?? '' },
          ...{ relation, nameMasked },
          lines: own.map(({ payslip: _, terms, number: __, ...line }) => ({
            ...line,
            ...{ per: terms.per, fenPerUnit: terms.fenPerUnit },
          })),
        };
      }),
      moves: moves.map((move) => ({
        ...{ to: move.to_state as PayrollState, words: move.words, at: move.at },
        byName: people.get(move.by_person) ?? '',
      })),
    };
  });
}

const head = (row: PayrollRow, orgName = '') => ({
  ...{ id: row.id, number: row.number, org: row.org, orgName, from: row.from_day, to: row.to_day },
  ...{ state: row.state, paid: row.paid, fen: row.fen, drawnAt: row.drawn_at },
});
