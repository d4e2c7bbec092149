import { sql } from 'kysely';
import type { Static } from 'typebox';
import { type Actor, scopeIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById, personNames, regionNames } from '#registry';
import { readableEntries } from '../entries/entries.queries.ts';
import type { DoubleDecision, DoubleHow } from './double-kinds.ts';
import type { DoubleClaim } from './doubles.contract.ts';

interface Row {
  id: string;
  how: DoubleHow;
  first: string;
  second: string;
  householdCode: string;
  village: string;
  fen: number;
  foundAt: Date;
  decision: DoubleDecision | null;
  reason: string | null;
  by: string | null;
  at: Date | null;
  standing: boolean;
}

const rows = sql`
  from benefit.double_claim c
  join registry.household_facts h on h.county = c.county and h.household = c.household
  left join lateral (select d.* from benefit.double_decision d where d.county = c.county and d.claim = c.id
                      order by d.at desc, d.id desc limit 1) d on true
 cross join lateral (select not exists (
   select from benefit.entry e
     join trace.purchase_facts r on r.county = e.county and r.reverses = e.evidence
    where e.county = c.county and e.evidence_kind = 'purchase' and e.id = any(array[c.first_entry, c.second_entry])) as standing) s`;

/**
 * A page of what may be claimed twice, undecided first, and what it sums to: not decided yet, and decided to be the same
 * and not yet reversed. Figures stay what they are; these sums are read beside them.
 */
export async function doublePage(
  at: Context,
  by: Actor,
  county: County,
  query: { how?: DoubleHow; state?: 'open' | DoubleDecision; page?: number; size?: number },
) {
  const { how, state, page = 1, size = 20 } = query;
  const scope = scopeIn(by, county, ['operator', 'platform', 'auditor']);
  if (!scope) throw refusePlatform('not-allowed');
  const within = sql`where c.county = ${county} and (${how ?? null}::text is null or c.how = ${how ?? null})
    and (${state ?? null}::text is null or coalesce(d.decision, 'open') = ${state ?? null})`;
  return scoped(at.db, scope, async (tx) => {
    const sums = await sql<{ open: number; openFen: number; same: number; sameFen: number }>`
      select count(*) filter (where d.id is null and s.standing)::int as open,
             coalesce(sum(c.fen) filter (where d.id is null and s.standing), 0)::bigint as "openFen",
             count(*) filter (where d.decision = 'same' and s.standing)::int as same,
             coalesce(sum(c.fen) filter (where d.decision = 'same' and s.standing), 0)::bigint as "sameFen"
        ${rows} where c.county = ${county}`.execute(tx);
    const counted = await sql<{ total: number }>`select count(*)::int as total ${rows} ${within}`.execute(tx);
    const { rows: claims } = await sql<Row>`
      select c.id, c.how, c.first_entry as first, c.second_entry as second, h.code as "householdCode", c.village, c.fen,
             c.found_at as "foundAt", d.decision, d.reason, d.by_person as by, d.at, s.standing
        ${rows} ${within}
       order by d.id is not null, c.fen desc, c.found_at desc, c.id limit ${size} offset ${(page - 1) * size}`.execute(
      tx,
    );
    const entries = await readableEntries(tx, county, {})
      .where('e.id', 'in', [...claims.flatMap((one) => [one.first, one.second]), NOBODY])
      .select('e.org')
      .execute();
    const byId = new Map(entries.map((entry) => [entry.id as string, entry]));
    const orgs = await organisationsById(
      tx,
      county,
      entries.map((entry) => entry.org),
    );
    const [villages, people] = [
      await regionNames(
        tx,
        claims.map((one) => one.village),
      ),
      await personNames(
        tx,
        claims.flatMap((one) => one.by ?? []),
      ),
    ];
    const side = (id: string) => {
      const entry = byId.get(id);
      return {
        entry: id,
        orgName: (entry && orgs.get(entry.org)?.name) ?? '',
        mechanism: entry?.mechanism ?? 'industry',
        evidenceKind: entry?.evidenceKind ?? 'purchase',
        evidence: entry?.evidence ?? id,
        evidenceNumber: (entry?.evidenceNumber as string | null) ?? '',
        fen: entry?.fen ?? 0,
        at: entry?.at ?? new Date(0),
      };
    };
    return {
      rows: claims.map(({ first, second, by: person, village, ...one }) => ({
        ...one,
        villageName: villages.get(village)?.name ?? village,
        byName: (person && people.get(person)) ?? null,
        sides: [side(first), side(second)],
      })) as Static<typeof DoubleClaim>[],
      total: counted.rows[0]?.total ?? 0,
      ...{ page, size },
      ...(sums.rows[0] ?? { open: 0, openFen: 0, same: 0, sameFen: 0 }),
    };
  });
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
