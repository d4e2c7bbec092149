import { sql } from 'kysely';
import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById } from '#registry';
import { COSTS, payables } from './payables.ts';
import type { LineState } from './payout-states.ts';

interface Movement {
  kind: 'payout' | 'share' | 'share-back';
  id: string;
  org: string;
  channel: string;
  orderNumber: string | null;
  fen: number;
  state: LineState;
  why: string | null;
  at: Date;
}
interface Sums {
  org: string;
  balanceFen: number;
  boughtFen: number;
  underWayFen: number;
  paidFen: number;
  sharedFen: number;
}

/**
 * What each organisation has in the ledger, what of it may be paid out, and what was paid out or shared: their own for
 * staff of organisations, all of the county's for its staff.
 */
export async function organisationOwed(
  at: Context,
  by: Actor,
  county: County,
  { org, page = 1, size = 20 }: { org?: string; page?: number; size?: number },
) {
  const over = overCounty(by, county, ['operator', 'platform', 'auditor']);
  const own = membershipsIn(by, county, ['merchant', 'keeper']).map((m) => m.org);
  const seen = over ? (org ? [org] : null) : own.filter((one) => !org || one === org);
  const mine = (column: ReturnType<typeof sql.ref>) => (seen ? sql`${column}::text = any(${seen}::text[])` : sql`true`);
  return scoped(at.db, String(county), async (tx) => {
    const { rows: sums } = await sql<Sums>`
      -- an owner stays text here: other accounts are owned by no organisation ('county', 'station'), and a cast of the
      -- column may be tried before the kinds have left them out
      with account as (
        select owner as org,
               sum(credits_posted - debits_posted) filter (where kind in ('merchant', 'station')) as balance,
               sum(debits_pending) filter (where kind in ('merchant', 'station')) as under_way,
               sum(debits_posted - credits_posted) filter (where kind = any(${COSTS}::text[]) or kind = 'buyer_cash') as bought
          from ledger.account_facts
         where county = ${county} and kind = any(array['merchant', 'station', 'buyer_cash'] || ${COSTS}::text[]) and owner <> 'county'
         group by owner),
      paid as (
        select owner as org, sum(fen) as fen from trade.payout_line
         where county = ${county} and account_kind <> 'household' and state = 'paid' group by owner),
      shared as (
        select s.org, sum(s.fen - coalesce(b.fen, 0)) as fen
          from trade.sharing_part s
          left join (select county, sharing, position, sum(fen) as fen from trade.sharing_back
                      where state = 'done' group by county, sharing, position) b
            on b.county = s.county and b.sharing = s.sharing and b.position = s.position
         where s.county = ${county} and s.state = 'paid' group by s.org)
      select a.org, coalesce(a.balance, 0)::bigint as "balanceFen", greatest(coalesce(a.bought, 0), 0)::bigint as "boughtFen",
             coalesce(a.under_way, 0)::bigint as "underWayFen", coalesce(p.fen, 0)::bigint as "paidFen",
             coalesce(s.fen, 0)::bigint as "sharedFen"
        from account a left join paid p on p.org::text = a.org left join shared s on s.org::text = a.org
       where ${mine(sql.ref('a.org'))} and (a.balance is not null or p.fen is not null or s.fen is not null)
       order by a.balance desc nulls last, a.org`.execute(tx);
    const owed = await payables(tx, county, seen ?? undefined);
    const { rows } = await sql<Movement & { total: number }>`
      with moved as (
        select 'payout' as kind, l.id, l.owner as org, l.channel, null as "orderNumber", l.fen, l.state, l.why,
               coalesce(l.returned_at, l.ended_at, l.sent_at) as at
          from trade.payout_line l
         where l.county = ${county} and l.account_kind <> 'household' and l.sent_at is not null
        union all
        select 'share', s.sharing, s.org, o.provider, r.number, s.fen, s.state, s.why, coalesce(q.ended_at, q.created_at)
          from trade.sharing_part s
          join trade.sharing q on q.county = s.county and q.id = s.sharing
          join trade.order_sharing o on o.county = s.county and o."order" = s."order"
          join trade."order" r on r.county = s.county and r.id = s."order"
         where s.county = ${county}
        union all
        select 'share-back', b.id, s.org, o.provider, r.number, -b.fen, 'paid', b.why, b.ended_at
          from trade.sharing_back b
          join trade.sharing_part s on s.county = b.county and s.sharing = b.sharing and s.position = b.position
          join trade.order_sharing o on o.county = b.county and o."order" = b."order"
          join trade."order" r on r.county = b.county and r.id = b."order"
         where b.county = ${county} and b.state = 'done')
      select *, count(*) over ()::int as total from moved where ${mine(sql.ref('org'))}
       order by at desc, id limit ${size} offset ${(page - 1) * size}`.execute(tx);
    const orgs = await organisationsById(
      tx,
      county,
      [...sums, ...rows].map((row) => row.org),
    );
    const nameOf = (id: string) => orgs.get(id)?.name ?? '—';
    return {
      owed: sums.map(({ boughtFen, ...row }) => ({
        ...row,
        orgName: nameOf(row.org),
        setOffFen: boughtFen,
        owedFen: owed.filter((one) => one.owner === row.org).reduce((all, one) => all + one.fen, 0),
      })),
      rows: rows.map(({ total: _, ...row }) => ({ ...row, orgName: nameOf(row.org) })),
      total: rows[0]?.total ?? 0,
      ...{ page, size },
    };
  });
}
