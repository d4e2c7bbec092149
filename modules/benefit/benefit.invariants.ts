import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { lines } from './lines.ts';

export const benefitInvariants: readonly Invariant[] = [
  lines(
    'benefit: every entry is what its transfer moved to or from its household',
    sql`
      select format('county %s entry %s: %s fen, its transfer %s moved %s', e.county, e.id, e.fen, t.transfer, t.amount_fen) as line
        from benefit.entry e
        left join ledger.transfer_facts t on t.county = e.county and t.transfer = e.transfer
        left join ledger.account_facts a on a.county = t.county and a.account = case when e.fen > 0 then t.credit else t.debit end
       where t.transfer is null or t.amount_fen <> abs(e.fen)
          or a.kind <> case e.income when 'in_kind' then 'household_kind' else 'household' end or a.owner <> e.household::text
          or t.evidence <> e.evidence
       limit 20`,
  ),
  lines(
    'benefit: whatever moves to or from a household has its entry, but for what it is paid out',
    // What was weighed in during the last minutes may still be on its way through the outbox.
    sql`
      select format('county %s transfer %s (%s) of %s fen has no entry', t.county, t.transfer, t.reason, t.amount_fen) as line
        from ledger.account_facts h
        join ledger.transfer_facts t on t.county = h.county and h.account in (t.debit, t.credit)
        join ledger.account_facts o
          on o.county = t.county and o.account = case h.account when t.debit then t.credit else t.debit end
       where h.kind in ('household', 'household_kind') and o.kind not in ('buyer_cash', 'payout_clearing') and t.created_at < now() - interval '10 minutes'
         and not exists (select from benefit.entry e where e.county = t.county and e.transfer = t.transfer)
       limit 20`,
  ),
  lines(
    'benefit: the household of every entry is there',
    // The act that writes an entry has just read it; no key of the table asks again.
    sql`
      select format('county %s entry %s: household %s is missing', e.county, e.id, e.household) as line
        from benefit.entry e
        left join registry.household_facts h on h.county = e.county and h.household = e.household
       where h.household is null
       limit 20`,
  ),
  lines(
    'benefit: industry entries of a household are its purchase notes',
    // Notes of the last minutes may still be on their way through the outbox.
    sql`
      select format('county %s purchase %s of %s fen: entry of %s', p.county, p.purchase, p.amount_fen, e.fen) as line
        from trace.purchase_facts p
        full join (select * from benefit.entry where evidence_kind = 'purchase') e
          on e.county = p.county and e.evidence = p.purchase
       where p.amount_fen is distinct from e.fen and coalesce(p.at, e.at) < now() - interval '10 minutes'
          or p.household <> e.household or p.village <> e.village
       limit 20`,
  ),
  lines(
    'benefit: shop entries of a line are the share agreed on it',
    sql`
      select format('county %s line %s: shared %s fen, entries of %s', s.county, s.line, s.shop, coalesce(e.fen, 0)) as line
        from (select county, line, sum(shop_fen) as shop from benefit.line_share group by county, line) s
        full join (select county, evidence, sum(fen) as fen from benefit.entry where evidence_kind = 'order_line' group by county, evidence) e
          on e.county = s.county and e.evidence = s.line
       where coalesce(s.shop, 0) <> coalesce(e.fen, 0)
       limit 20`,
  ),
  lines(
    'benefit: settled lines are whole',
    sql`
      select format('county %s line %s: paid %s of %s fen over %s of %s packs', l.county, l.line, s.paid, l.paid, s.packs, l.packs) as line
        from (select county, line, sum(paid_fen) as paid, sum(packs) as packs from benefit.line_share group by county, line) s
        join (select county, line, max(goods_fen + freight_fen) as paid, sum(packs) as packs from trade.line_lot_facts group by county, line) l
          on l.county = s.county and l.line = s.line
       where s.paid <> l.paid or s.packs <> l.packs
       limit 20`,
  ),
  lines(
    'benefit: slices of a lot never exceed what its households were paid, and are all of it when it is sold out',
    sql`
      select format('county %s lot %s: %s of %s packs took %s of %s fen', l.county, l.lot, s.packs, l.packs, s.fen, l.household_fen) as line
        from (select county, lot, sum(packs) as packs, sum(purchase_fen) as fen from benefit.line_share group by county, lot) s
        join trace.packed_lot_facts l on l.county = s.county and l.lot = s.lot
       where s.packs > l.packs or s.fen > l.household_fen or (s.packs = l.packs and s.fen <> l.household_fen)
       limit 20`,
  ),
  lines(
    'benefit: the count of settled packs is the sum of the lines',
    sql`
      select format('county %s lot %s: counted %s, lines say %s', coalesce(c.county, s.county), coalesce(c.lot, s.lot), c.packs, s.packs) as line
        from benefit.lot_settled c
        full join (select county, lot, sum(packs) as packs from benefit.line_share group by county, lot) s
          on s.county = c.county and s.lot = c.lot
       where c.packs is distinct from s.packs
       limit 20`,
  ),
  lines(
    'benefit: the shop-share account holds only what is not yet attributed',
    // What lies there is of settled orders whose event has not come through yet; never less than nothing.
    sql`
      select format('county %s: %s fen on the account, %s fen settled and not yet shared out', a.county, a.left,
               coalesce(w.fen, 0) - coalesce(e.fen, 0)) as line
        from (select county, sum(credits_posted - debits_posted) as left from ledger.account_facts where kind = 'shop_share' group by county) a
        left join (
          select p.county, sum(p.fen) as fen from trade.part_facts p
           where p.part = 'household' and p.state = 'posted'
             and not exists (select from benefit.line_share s where s.county = p.county and s.line = p.line)
           group by p.county) w on w.county = a.county
        -- A project's lines have no shares of their own: what its households have had of them is theirs by its entries.
        left join (select county, sum(fen) as fen from benefit.entry where evidence_kind = 'project' group by county) e
          on e.county = a.county
       where a.left <> coalesce(w.fen, 0) - coalesce(e.fen, 0)
       limit 20`,
  ),
];
