import { type RawBuilder, sql } from 'kysely';
import { scoped } from '#platform/db.ts';
import type { Invariant } from '#platform/module.ts';

/** Each query answers one line per breach, at most twenty: enough to see what is wrong. */
const lines = (name: string, query: RawBuilder<{ line: string }>): Invariant => ({
  name,
  check: (db) => scoped(db, 'all', async (tx) => (await query.execute(tx)).rows.map((row) => row.line)),
});

/** Where the money of a pledge lies, by its project's state. */
export const presaleInvariants: readonly Invariant[] = [
  lines(
    'presale: every promised order is a pledge, and both say the same',
    sql`
      select format('county %s order %s of %s fen by %s: pledge of %s fen by %s', coalesce(o.county, p.county),
               coalesce(o."order", p.id), o.total_fen, o.person, p.fen, p.person) as line
        from (select * from trade.order_facts where promise is not null) o
        full join presale.pledge p on p.county = o.county and p.id = o."order"
       where o.total_fen is distinct from p.fen or o.person is distinct from p.person
          or o.promise is distinct from p.project
      union all
      select format('county %s pledge %s: %s fen for %s of a tier of %s', p.county, p.id, p.fen, p.n, t.price_fen)
        from presale.pledge p
        join presale.tier t on t.county = p.county and t.id = p.tier
       where p.fen <> p.n * t.price_fen or t.project <> p.project
       limit 20`,
  ),
  lines(
    'presale: the money of pledges is held while a project is open, posted when it is funded, back when it is not',
    // What was decided within the last minutes is still being posted or paid back.
    sql`
      select format('county %s project %s (%s): pledge %s is %s', j.county, j.number, j.state, p.id, o.state) as line
        from presale.pledge p
        join presale.project j on j.county = p.county and j.id = p.project
        join trade.order_facts o on o.county = p.county and o."order" = p.id
       where (j.decided_at is null or j.decided_at < now() - interval '10 minutes')
         and o.state not in ('cancelled', 'refunded')
         and case j.state when 'open' then o.state not in ('placed', 'paid')
                          when 'funded' then o.state <> 'closed' when 'delivered' then o.state <> 'closed'
                          else true end
       limit 20`,
  ),
  lines(
    'presale: each pledge’s parts are its tier’s: costs, fund, and the rest for the households',
    sql`
      select format('county %s pledge %s: part %s of %s fen, its tier says %s', p.county, p.id, w.part, coalesce(s.fen, 0), w.fen) as line
        from presale.pledge p
        join presale.tier t on t.county = p.county and t.id = p.tier
        join presale.project j on j.county = p.county and j.id = p.project
        join trade.order_facts o on o.county = p.county and o."order" = p.id and o.state in ('paid', 'closed')
       cross join lateral (values
         ('merchant', t.cost_fen * p.n),
         ('fund', p.fen * j.fund_bp / 10000),
         ('household', p.fen - t.cost_fen * p.n - p.fen * j.fund_bp / 10000)) w (part, fen)
        left join (select county, "order", part, sum(fen) as fen from trade.part_facts where state <> 'voided'
                    group by county, "order", part) s on s.county = p.county and s."order" = p.id and s.part = w.part
       where coalesce(s.fen, 0) <> w.fen
       limit 20`,
  ),
  lines(
    'presale: no more of a tier is taken than there is, nor by one backer than they may have',
    sql`
      select format('county %s tier %s: %s taken of %s', p.county, p.tier, p.n, p.places) as line
        from (select p.county, p.tier, sum(p.n) as n, max(t.places) as places
                from presale.pledge p
                join presale.tier t on t.county = p.county and t.id = p.tier
                join trade.order_facts o on o.county = p.county and o."order" = p.id and o.state not in ('cancelled', 'refunded')
               group by p.county, p.tier) p
       where p.n > p.places
      union all
      select format('county %s tier %s: one backer has %s of at most %s', p.county, p.tier, p.n, p.most)
        from (select p.county, p.tier, p.person, sum(p.n) as n, max(t.per_backer) as most
                from presale.pledge p
                join presale.tier t on t.county = p.county and t.id = p.tier
                join trade.order_facts o on o.county = p.county and o."order" = p.id and o.state not in ('cancelled', 'refunded')
               group by p.county, p.tier, p.person) p
       where p.n > p.most
       limit 20`,
  ),
  lines(
    'presale: what a project ended with is what was posted or paid back then, and decides how it ended',
    sql`
      select format('county %s project %s (%s): ended with %s fen of %s, its pledges had %s', j.county, j.number, j.state,
               j.raised_fen, j.goal_fen, coalesce(p.fen, 0)) as line
        from presale.project j
        left join (select county, project, sum(fen) as fen from presale.pledge where counted group by county, project) p
          on p.county = j.county and p.project = j.id
       where j.raised_fen is not null
         and (j.raised_fen <> coalesce(p.fen, 0)
           or j.state = 'failed' and j.raised_fen >= j.goal_fen)
      union all
      select format('county %s project %s (%s): pledge %s is %s, it %s', j.county, j.number, j.state, p.id, o.state,
               case when p.counted then 'counted' else 'did not count' end)
        from presale.pledge p
        join presale.project j on j.county = p.county and j.id = p.project
        join trade.order_facts o on o.county = p.county and o."order" = p.id
       where case when p.counted then j.decided_at is null or o.state not in ('paid', 'closed', 'refunded')
                  else o.state not in ('placed', 'cancelled', 'refunded') and j.decided_at is not null end
       limit 20`,
  ),
  lines(
    'presale: what is owed follows the money: of posted pledges only, and of all of them',
    sql`
      select format('county %s pledge %s (%s): delivery is %s', p.county, p.id, o.state, p.delivery) as line
        from presale.pledge p
        join trade.order_facts o on o.county = p.county and o."order" = p.id
       where (p.delivery is not null) <> (o.state = 'closed')
      union all
      select format('county %s project %s is delivered and pledge %s is %s', j.county, j.number, p.id, p.delivery)
        from presale.project j
        join presale.pledge p on p.county = j.county and p.project = j.id
       where j.state = 'delivered' and (p.delivery in ('owed', 'packed') or p.delivery = 'sent' and p.thanks is null)
       limit 20`,
  ),
  lines(
    'presale: the shares of a project’s households are whole',
    sql`
      select format('county %s project %s: shares of %s basis points', j.county, j.number, coalesce(h.bp, 0)) as line
        from presale.project j
        left join (select county, project, sum(bp) as bp from presale.project_household group by county, project) h
          on h.county = j.county and h.project = j.id
       where coalesce(h.bp, 0) <> 10000
       limit 20`,
  ),
  lines(
    'presale: news is read in its last version, and stands where its last move led',
    sql`
      select format('county %s news %s: version %s is read of %s', n.county, n.id, n.version, v.last) as line
        from presale.news n
        left join (select county, news, max(version) as last, count(*) as n from presale.news_version
                    group by county, news) v on v.county = n.county and v.news = n.id
       where v.last is distinct from n.version or v.n is distinct from n.version
      union all
      select format('county %s news %s is %s and was last %s', n.county, n.id, n.state, coalesce(m.to_state, 'shown'))
        from presale.news n
        left join lateral (select to_state from presale.news_move m where m.county = n.county and m.news = n.id
                            order by at desc, id desc limit 1) m on true
       where n.state <> coalesce(m.to_state, 'shown')
       limit 20`,
  ),
  lines(
    'presale: nothing is stuck: no project open long past its last day, no households of a funded one kept waiting',
    sql`
      select format('county %s project %s should have ended after %s', county, number, ends_on) as line
        from presale.project
       where state = 'open' and ((ends_on + 1)::timestamp at time zone 'Asia/Shanghai') < now() - interval '30 minutes'
      union all
      select format('county %s project %s was funded at %s and its households have not been told of', county, number, decided_at)
        from presale.project
       where state in ('funded', 'delivered') and told_at is null and decided_at < now() - interval '30 minutes'
       limit 20`,
  ),
];
