-- trade: orders are placed in batches. What is written for each of them is only what cannot be worked out from the rest.
set local citus.multi_shard_modify_mode to 'sequential';

-- That packs are reserved is said by the order's allocations; a movement is a change of what lies on the shelf.
drop trigger append_only on trade.stock_movement;
delete from trade.stock_movement where kind in ('reserved', 'released');
alter table trade.stock_movement drop constraint stock_movement_check;
alter table trade.stock_movement drop constraint stock_movement_kind_check;
alter table trade.stock_movement drop column reserved;
alter table trade.stock_movement add check (on_hand <> 0);
alter table trade.stock_movement add check (kind in ('received', 'taken', 'returned', 'counted', 'lost'));

-- That an order was placed, when and by whom is said by the order itself; a move is a change of its state.
drop trigger append_only on trade.order_move;
delete from trade.order_move where from_state is null;
alter table trade.order_move alter column from_state set not null;

-- A checkout names its orders, one per county in the same places: they are then found by their keys.
alter table trade.checkout add column orders uuid[];
update trade.checkout c set orders = (select array_agg(o.id order by u.place)
  from unnest(c.counties) with ordinality u(county, place)
  join trade.order o on o.county = u.county and o.checkout = c.id);
alter table trade.checkout alter column orders set not null;
alter table trade.checkout add check (cardinality(orders) = cardinality(counties) and cardinality(orders) > 0);
drop index trade.order_checkout;
drop index trade.checkout_person;

-- Until when an order holds its packs is one fact of its checkout, which a payment under way puts off.
alter table trade.order drop column expires_at;

-- Places orders of one county: takes their packs, or none of them when a lot has not what was read of it a moment ago
-- (SH409: read again and choose anew). Set-based: each statement is one over all orders of the batch.
create function trade.place_orders(
  p_county int, p_at timestamptz,
  p_step_sku uuid[], p_step_lot uuid[], p_step_packs int[],
  p_order uuid[], p_number text[], p_checkout uuid[], p_person text[], p_goods bigint[], p_freight bigint[],
  p_grams bigint[], p_region text[], p_contact bytea[], p_note text[],
  p_line uuid[], p_line_order uuid[], p_position int[], p_org uuid[], p_product uuid[], p_sku uuid[], p_name text[],
  p_sku_name text[], p_category text[], p_origin text[], p_packs int[], p_pack_grams int[], p_unit bigint[],
  p_discount bigint[], p_line_goods bigint[], p_line_freight bigint[],
  p_alloc_line uuid[], p_alloc_lot uuid[], p_alloc_sku uuid[], p_alloc_packs int[],
  p_disc_line uuid[], p_disc_position int[], p_disc_kind text[], p_disc_rule uuid[], p_disc_name text[],
  p_disc_fen bigint[], p_disc_bearer text[],
  p_claim_order uuid[], p_claim_subject uuid[], p_claim_holder text[], p_claim_most int[], p_claim_n int[],
  p_event uuid, p_products jsonb
) returns void language plpgsql set lock_timeout = '4s' as $$
declare
  moved int;
begin
  -- One sorted order, so that no two batches wait for each other in a ring.
  perform from trade.stock s
    where s.county = p_county and s.sku = any(p_step_sku) and s.lot = any(p_step_lot)
    order by s.sku, s.expires_on, s.lot for update;
  update trade.stock s set reserved = s.reserved + m.packs
    from unnest(p_step_sku, p_step_lot, p_step_packs) m (sku, lot, packs)
   where s.county = p_county and s.sku = m.sku and s.lot = m.lot
     and s.state = 'on_sale' and s.on_hand - s.reserved >= m.packs;
  get diagnostics moved = row_count;
  if moved <> cardinality(p_step_sku) then
    raise exception 'stock has changed since it was read' using errcode = 'SH409';
  end if;
  if cardinality(p_claim_order) > 0 then
    insert into trade.quota as q (county, subject, holder, most, used)
    select p_county, c.subject, c.holder, min(c.most), sum(c.n)
      from unnest(p_claim_subject, p_claim_holder, p_claim_most, p_claim_n) c (subject, holder, most, n)
     group by c.subject, c.holder order by c.subject, c.holder
    on conflict (county, subject, holder) do update set used = q.used + excluded.used, most = excluded.most;
  end if;
  insert into trade.order (county, id, number, checkout, person, state, goods_fen, freight_fen, total_fen, grams,
    ship_region, contact_sealed, buyer_note, placed_at)
  select p_county, o.id, o.number, o.checkout, o.person, 'placed', o.goods, o.freight, o.goods + o.freight, o.grams,
    o.region, o.contact, o.note, p_at
    from unnest(p_order, p_number, p_checkout, p_person, p_goods, p_freight, p_grams, p_region, p_contact, p_note)
      o (id, number, checkout, person, goods, freight, grams, region, contact, note);
  insert into trade.order_line (county, id, "order", position, org, product, sku, name, sku_name, category, origin,
    packs, pack_grams, unit_fen, discount_fen, goods_fen, freight_fen)
  select p_county, l.id, l.ord, l.position, l.org, l.product, l.sku, l.name, l.sku_name, l.category, l.origin,
    l.packs, l.pack_grams, l.unit, l.discount, l.goods, l.freight
    from unnest(p_line, p_line_order, p_position, p_org, p_product, p_sku, p_name, p_sku_name, p_category, p_origin,
      p_packs, p_pack_grams, p_unit, p_discount, p_line_goods, p_line_freight)
      l (id, ord, position, org, product, sku, name, sku_name, category, origin, packs, pack_grams, unit, discount,
         goods, freight);
  insert into trade.allocation (county, line, lot, sku, packs, state)
  select p_county, a.line, a.lot, a.sku, a.packs, 'reserved'
    from unnest(p_alloc_line, p_alloc_lot, p_alloc_sku, p_alloc_packs) a (line, lot, sku, packs);
  if cardinality(p_disc_line) > 0 then
    insert into trade.line_discount (county, line, position, kind, rule, name, fen, bearer)
    select p_county, d.line, d.position, d.kind, d.rule, d.name, d.fen, d.bearer
      from unnest(p_disc_line, p_disc_position, p_disc_kind, p_disc_rule, p_disc_name, p_disc_fen, p_disc_bearer)
        d (line, position, kind, rule, name, fen, bearer);
  end if;
  if cardinality(p_claim_order) > 0 then
    insert into trade.claim (county, "order", subject, holder, n, state)
    select p_county, c.ord, c.subject, c.holder, c.n, 'held'
      from unnest(p_claim_order, p_claim_subject, p_claim_holder, p_claim_n) c (ord, subject, holder, n);
  end if;
  insert into platform.outbox (county, id, type, payload, created_at)
  values (p_county, p_event, 'trade.stock-changed', p_products, p_at);
end $$;

-- The part of a batch that belongs to no county: the keys under which its carts were asked for, with the answers they
-- will give for ever (SH409 when one was used meanwhile), the checkouts, and what leaves the buyers' carts.
create function trade.open_checkouts(
  p_at timestamptz,
  p_scope text[], p_key text[], p_hash text[], p_answers jsonb,
  p_id uuid[], p_person text[], p_total bigint[], p_counties text[], p_orders text[], p_expires timestamptz[],
  p_cart_person text[], p_cart_county int[], p_cart_sku uuid[]
) returns void language plpgsql as $$
declare
  claimed int;
begin
  insert into platform.idempotency (scope, key, input_hash, answer, created_at)
  select k.scope, k.key, k.hash, a.answer, p_at
    from unnest(p_scope, p_key, p_hash) with ordinality k (scope, key, hash, place)
    join jsonb_array_elements(p_answers) with ordinality a (answer, place) on a.place = k.place
  on conflict (scope, key) do nothing;
  get diagnostics claimed = row_count;
  if claimed <> cardinality(p_scope) then
    raise exception 'a key was used since it was looked for' using errcode = 'SH409';
  end if;
  -- Arrays of arrays must be of one length in PostgreSQL; so each checkout's counties and orders come as a text.
  insert into trade.checkout (id, person, state, total_fen, counties, orders, created_at, expires_at)
  select c.id, c.person, 'open', c.total, c.counties::int[], c.orders::uuid[], p_at, c.expires
    from unnest(p_id, p_person, p_total, p_counties, p_orders, p_expires) c (id, person, total, counties, orders, expires);
  delete from trade.cart_line l
   using trade.cart c, unnest(p_cart_person, p_cart_county, p_cart_sku) o (person, county, sku)
   where c.person = o.person and l.cart = c.id and l.county = o.county and l.sku = o.sku;
end $$;

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trade.stock_movement for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.order_move for each row execute function platform.refuse_change();
