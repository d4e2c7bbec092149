import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { reachOf } from '../agreements/agreement-views.ts';
import { agreementWithin } from '../agreements/agreements.queries.ts';
import { entriesWhere, readableEntries } from '../entries/entries.queries.ts';
import type { EvidenceKind } from '../entries/entry-kinds.ts';
import { type EntryAnswer, named } from '../entries/readers.ts';
import { refuse } from '../refuse.ts';
import type { WhyLeftOut } from './left-out-kinds.ts';

/**
 * What posted under an agreement, for whoever may see that, with its sums in money and in kind; and what it speaks of
 * that did not post, with the reason.
 *
 * @throws Refusal `agreement-not-found`
 */
export async function postedUnder(
  at: Context,
  by: Actor,
  { county, id, page = 1, size = 20 }: { county: County; id: string; page?: number; size?: number },
) {
  const { scope, ...reach } = reachOf(by, county);
  const found = await scoped(at.db, scope, async (tx) => {
    if (!(await agreementWithin(tx, county, reach, id))) throw refuse('agreement-not-found');
    const rows = await readableEntries(tx, county, { agreement: id })
      .limit(size)
      .offset((page - 1) * size)
      .execute();
    const sums = await entriesWhere(tx, county, { agreement: id })
      .select((e) => e.fn.countAll<number>().as('total'))
      .select(sql<Fen>`coalesce(sum(e.fen) filter (where e.income <> 'in_kind'), 0)::bigint`.as('fen'))
      .select(sql<Fen>`coalesce(sum(e.fen) filter (where e.income = 'in_kind'), 0)::bigint`.as('inKindFen'))
      .executeTakeFirstOrThrow();
    const leftOut = await sql<{
      evidenceKind: EvidenceKind;
      evidence: string;
      evidenceNumber: string;
      household: string;
      householdCode: string;
      why: WhyLeftOut;
      at: Date;
    }>`
      select l.evidence_kind as "evidenceKind", l.evidence, l.household, h.code as "householdCode", l.why, l.at,
             coalesce(p.number, o.order_number, j.number, '') as "evidenceNumber"
        from benefit.left_out l
        join registry.household_facts h on h.county = l.county and h.household = l.household
        left join trace.purchase_facts p on p.county = l.county and p.purchase = l.evidence
        left join trade.line_facts o on o.county = l.county and o.line = l.evidence
        left join presale.project_facts j on j.county = l.county and j.project = l.evidence
       where l.county = ${county} and l.agreement = ${id}
       order by l.at desc, l.evidence limit 200`.execute(tx);
    return { rows, sums, leftOut: leftOut.rows };
  });
  return {
    rows: await named(at.db, county, found.rows as EntryAnswer[]),
    ...found.sums,
    ...{ leftOut: found.leftOut, page, size },
  };
}
