import { type RawBuilder, sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import type { Moves } from '#platform/moves.ts';
import { orderMoves } from './orders/order-states.ts';

/** Each query answers one line per breach, at most twenty: enough to see what is wrong. */
const lines = (name: string, query: RawBuilder<{ line: string }>): Invariant => ({
  name,
  check: async (db) => (await query.execute(db)).rows.map((row) => row.line),
});

/** The moves of a graph as rows of a `values` list. */
const asRows = <S extends string>(graph: Moves<S>) =>
  sql.join(graph.moves.map((move) => sql`(${move.from}::text, ${move.to}::text)`));

/** Stored states against the graphs that are data: what a state means for its neighbours, and every move of a history. */
export const stateInvariants: readonly Invariant[] = [
  lines(
    'trade: every move of an order is one that its graph allows',
    sql`
      select format('county %s order %s: %s to %s at %s', m.county, m."order", m.from_state, m.to_state, m.at) as line
        from trade.order_move m
        left join (values ${asRows(orderMoves)}) as allowed (from_state, to_state)
          on allowed.from_state = m.from_state and allowed.to_state = m.to_state
       where allowed.to_state is null
       limit 20`,
  ),
  lines(
    // Entered as often as left, but for the state it is in: a history without a hole, whatever the order of its rows.
    'trade: the moves of an order lead from its beginning to its state',
    sql`
      select format('county %s order %s (%s): entered %s %s times more than left', o.county, o.number, o.state,
               s.state, s.n) as line
        from trade."order" o
        left join (select county, "order", state, sum(n) as n
                     from (select county, id as "order", ${orderMoves.start}::text as state, 1 as n from trade."order"
                           union all
                           select county, "order", to_state, 1 from trade.order_move
                           union all
                           select county, "order", from_state, -1 from trade.order_move) one
                    group by county, "order", state
                   having sum(n) <> 0) s on s.county = o.county and s."order" = o.id
       where s.state is distinct from o.state or s.n <> 1
       limit 20`,
  ),
  lines(
    'trade: a checkout stands as its orders do',
    sql`
      select format('checkout %s is %s, its orders are %s', c.id, c.state, string_agg(o.state, ', ' order by o.county)) as line
        from trade.checkout c
        join trade."order" o on o.checkout = c.id
       group by c.id, c.state
      having not bool_and(case c.state
               when 'open' then o.state = 'placed'
               when 'closed' then o.state in ('cancelled', 'refunded')
               else o.state not in ('placed', 'cancelled')
             end)
       limit 20`,
  ),
  lines(
    'trade: a checkout is paid once: one payment of it counts, and none is open when it is over',
    sql`
      select format('checkout %s is %s, its payments are %s', c.id, c.state, string_agg(p.state, ', ' order by p.created_at)) as line
        from trade.checkout c
        join trade.payment p on p.checkout = c.id
       group by c.id, c.state
      having case c.state
               when 'open' then bool_or(p.state not in ('pending', 'closed'))
               when 'closed' then bool_or(p.state in ('pending', 'paid'))
               else bool_or(p.state = 'pending') or count(*) filter (where p.state = 'paid') > 1
             end
       limit 20`,
  ),
  lines(
    'trade: a payment has the time it was paid exactly when its money has come',
    sql`
      select format('payment %s is %s, paid at %s', id, state, paid_at) as line
        from trade.payment
       where (paid_at is null) <> (state in ('pending', 'closed'))
       limit 20`,
  ),
  lines(
    'trade: a payment is refunded exactly when the last fen of it is back, and no more than all of it goes back',
    sql`
      select format('payment %s of %s fen is %s; %s fen are asked back, %s fen are back', p.id, p.amount_fen, p.state,
               r.asked, r.done) as line
        from trade.payment p
        join (select payment, sum(fen) as asked, coalesce(sum(fen) filter (where state = 'done'), 0) as done
                from trade.refund group by payment) r on r.payment = p.id
       where r.asked > p.amount_fen or (r.done = p.amount_fen) <> (p.state = 'refunded')
       limit 20`,
  ),
  lines(
    'trade: a refund has an end exactly when it has ended',
    sql`
      select format('county %s refund %s is %s, ended at %s', county, id, state, done_at) as line
        from trade.refund
       where (done_at is null) <> (state = 'asked')
       limit 20`,
  ),
];
