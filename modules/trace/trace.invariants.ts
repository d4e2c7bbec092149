import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { certificateInvariants } from './certificates/certificates.invariants.ts';
import { codeInvariants } from './codes/codes.invariants.ts';
import { holds } from './holds.ts';
import { plotInvariants } from './plots/plots.invariants.ts';
import { unitInvariants } from './units/units.invariants.ts';

export const traceInvariants: readonly Invariant[] = [
  holds(
    'an event of ours is named by what it says',
    sql`select e.county, e.event_id as id, format('its content is %s', e.hash) as why
          from trace.epcis_event e where e.fact is not null and e.event_id <> e.hash order by 1, 2`,
  ),
  holds(
    'no event stands behind the last place that was given out',
    sql`select e.county, e.event_id as id, format('has place %s, the last given out is %s', e.seq, s.last) as why
          from (select county, max(seq) as seq from trace.epcis_event group by county) top
          join trace.epcis_event e on e.county = top.county and e.seq = top.seq
          left join trace.epcis_seq s on s.county = e.county
         where s.last is null or e.seq > s.last order by 1, 2`,
  ),
  holds(
    'a capture brought as many events as it says',
    sql`select c.county, c.id::text, format('says %s, there are %s', c.captured, e.n) as why
          from trace.epcis_capture c
          cross join lateral (select count(*) as n from trace.epcis_event e
            where e.county = c.county and e.capture = c.id) e
         where c.captured <> e.n order by 1, 2`,
  ),
  holds(
    'what is on hand of a lot is the sum of its movements',
    sql`select l.county, l.number as id, format('%s g on hand, movements sum to %s', l.grams_on_hand, m.grams) as why
          from trace.lot l
          cross join lateral (select coalesce(sum(grams), 0) as grams from trace.lot_movement m
            where m.county = l.county and m.lot = l.id) m
         where l.grams_on_hand <> m.grams order by 1, 2`,
  ),
  holds(
    'what came into a lot is what its notes or the operation that made it brought',
    sql`select l.county, l.number as id, format('%s g in, brought were %s', l.grams_in, m.grams) as why
          from trace.lot l
          cross join lateral (select coalesce(sum(grams), 0) as grams from trace.lot_movement m
            where m.county = l.county and m.lot = l.id and m.kind in ('purchase', 'reversal', 'made', 'packed_into')) m
         where l.grams_in <> m.grams order by 1, 2`,
  ),
  holds(
    'the sources of a lot sum to its grams and to what households were paid',
    sql`select l.county, l.number as id,
               format('%s g and %s fen, sources sum to %s and %s', l.grams_in, l.household_fen, s.grams, s.fen) as why
          from trace.lot l
          cross join lateral (select coalesce(sum(grams), 0) as grams, coalesce(sum(fen), 0) as fen
            from trace.lot_source s where s.county = l.county and s.lot = l.id) s
         where l.grams_in <> s.grams or l.household_fen <> s.fen order by 1, 2`,
  ),
  holds(
    'what was taken of the notes in a lot is what is neither on hand nor in stock',
    sql`select l.county, l.number as id,
               format('%s of %s g on hand, %s in stock, %s g taken of its notes', l.grams_on_hand, l.grams_in, m.stocked,
                 s.taken) as why
          from trace.lot l
          cross join lateral (select coalesce(sum(taken_grams), 0) as taken
            from trace.lot_source s where s.county = l.county and s.lot = l.id) s
          cross join lateral (select -coalesce(sum(grams), 0) as stocked
            from trace.lot_movement m where m.county = l.county and m.lot = l.id and m.kind = 'stocked') m
         where l.grams_in - l.grams_on_hand - m.stocked <> s.taken order by 1, 2`,
  ),
  holds(
    'what operations that stand took of each note in a lot is what is taken of it',
    sql`select s.county, l.number as id,
               format('note %s: %s g and %s fen taken, operations took %s and %s', s.purchase, s.taken_grams,
                 s.taken_fen, o.grams, o.fen) as why
          from trace.lot_source s
          join trace.lot l on l.county = s.county and l.id = s.lot
          cross join lateral (select coalesce(sum(x.grams), 0) as grams, coalesce(sum(x.fen), 0) as fen
            from trace.operation_source x
           where x.county = s.county and x.lot = s.lot and x.purchase = s.purchase
             and not exists (select from trace.operation u where u.county = x.county and u.reverses = x.operation)) o
         where (s.taken_grams <> o.grams or s.taken_fen <> o.fen)
           -- not of lots that were packed from before the notes' parts were written, nor of those that were unmade
           and not exists (select from trace.lot_movement m where m.county = s.county and m.lot = s.lot
             and m.kind in ('packed_from', 'unmade'))
         order by 1, 2`,
  ),
  holds(
    'an operation takes in what it gives out and loses, and its money whole',
    sql`select o.county, o.id::text, format('%s g in, %s g out, %s g lost; %s fen in, %s fen out, %s fen lost',
               s.grams_in, s.grams_out, o.loss_grams, s.fen_in, s.fen_out, o.loss_fen) as why
          from trace.operation o
          cross join lateral (select coalesce(sum(grams) filter (where side = 'in'), 0) as grams_in,
                                     coalesce(sum(grams) filter (where side = 'out'), 0) as grams_out,
                                     coalesce(sum(fen) filter (where side = 'in'), 0) as fen_in,
                                     coalesce(sum(fen) filter (where side = 'out'), 0) as fen_out
            from trace.operation_lot x where x.county = o.county and x.operation = o.id) s
         where s.grams_in <> s.grams_out + o.loss_grams or s.fen_in <> s.fen_out + o.loss_fen order by 1, 2`,
  ),
  holds(
    'what is lost on the way is taken of the notes in the lot',
    sql`select o.county, o.id::text, format('%s g and %s fen lost, %s and %s taken of notes', o.loss_grams, o.loss_fen,
               s.grams, s.fen) as why
          from trace.operation o
          cross join lateral (select coalesce(sum(x.grams), 0) as grams, coalesce(sum(x.fen), 0) as fen
            from trace.operation_source x where x.county = o.county and x.operation = o.id) s
         where o.kind = 'receive' and (o.loss_grams <> s.grams or o.loss_fen <> s.fen) order by 1, 2`,
  ),
  holds(
    'a reversing note takes back what its note said, once and whole',
    sql`select r.county, r.number as id, format('does not take back %s', p.number) as why
          from trace.purchase r join trace.purchase p on p.county = r.county and p.id = r.reverses
         where r.grams <> -p.grams or r.amount_fen <> -p.amount_fen or r.household <> p.household or r.lot <> p.lot
            or r.variety <> p.variety or p.reverses is not null order by 1, 2`,
  ),
  holds(
    'a note is owed to its household in the ledger, to the fen',
    sql`select p.county, p.number as id, format('%s fen on the note, %s in the ledger', p.amount_fen, t.fen) as why
          from trace.purchase p
          cross join lateral (
            select coalesce(sum(case when c.kind = 'household' then f.amount_fen else -f.amount_fen end), 0) as fen
              from ledger.transfer_facts f
              join ledger.account_facts d on d.county = f.county and d.account = f.debit
              join ledger.account_facts c on c.county = f.county and c.account = f.credit
             where f.county = p.county and f.evidence_kind = 'purchase' and f.evidence = p.id
               -- a floor price adds to it under an agreement, which is benefit's affair
               and f.reason in ('purchase', 'purchase-reversed')
               and ((d.kind = 'purchase_cost' and d.owner = p.buyer::text and c.kind = 'household' and c.owner = p.household::text)
                 or (c.kind = 'purchase_cost' and c.owner = p.buyer::text and d.kind = 'household' and d.owner = p.household::text))) t
         where p.amount_fen <> t.fen order by 1, 2`,
  ),
  holds(
    'an accepted note of a device is the note that stands under its id, with the grams, fen and variety of the paper',
    sql`select n.county, n.number as id, 'is not what stands under its id' as why
          from trace.offline_note n
          left join trace.purchase p on p.county = n.county and p.id = n.id
         where n.state = 'accepted'
           and case n.kind
                 when 'purchase' then p.id is null or p.grams <> (n.said ->> 'grams')::bigint
                   or p.amount_fen <> (n.said ->> 'amountFen')::bigint
                   or p.variety <> btrim(coalesce(n.said ->> 'variety', ''))
                 else p.id is null and not exists (select from trace.note_conflict c
                   where c.county = n.county and c.purchase = (n.said ->> 'reverses')::uuid and c.kind = 'reversal-too-late')
               end order by 1, 2`,
  ),
  holds(
    'nothing is written for a refused note',
    sql`select n.county, n.number as id, 'was refused and stands written' as why
          from trace.offline_note n join trace.purchase p on p.county = n.county and p.id = n.id
         where n.state = 'refused' order by 1, 2`,
  ),
  holds(
    'a conflict is reversed exactly when its note was, unless it was confirmed before',
    sql`select c.county, c.id::text, format('is %s, its note %s', c.state,
               case when r.id is null then 'stands' else 'is reversed' end) as why
          from trace.note_conflict c
          left join trace.purchase r on r.county = c.county and r.reverses = c.purchase
         where (c.state = 'reversed' and r.id is null) or (c.state = 'open' and r.id is not null) order by 1, 2`,
  ),
  holds(
    'a packed lot has a certificate and codes for its packs',
    sql`select l.county, l.number as id, 'has no certificate, or codes that do not fit' as why
          from trace.lot l
          left join trace.code_range c on c.county = l.county and c.lot = l.id
         where l.kind = 'packed' and (c.packs is distinct from l.packs or c.lot_number is distinct from l.number
            or l.grams_in <> l.packs::bigint * l.pack_grams
            or not exists (select from trace.certificate z where z.county = l.county and z.lot = l.id)) order by 1, 2`,
  ),
  ...certificateInvariants,
  ...codeInvariants,
  ...unitInvariants,
  ...plotInvariants,
];
