import { ensureAccounts, transfer } from '#ledger';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Db, scoped, transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { priceOf, splitByWeight } from '#platform/money.ts';
import type { Event } from '#platform/outbox.ts';
import type { PurchaseReversed, PurchaseWeighed } from '#trace/events';
import type { OrderSettled } from '#trade/events';
import type { TestCounty } from './fixtures.ts';

/** An event as the relay hands it to a subscriber. */
const delivered = <E extends Event>(event: E): E & { id: string } => ({ ...event, id: newId() });

let made = 0;
const number = () => String(++made).padStart(6, '0');

/** A product on sale with one SKU, written past the acts. */
export async function addTestSku(
  at: Context,
  of: TestCounty,
  input: { crop?: string; category?: string; netGrams?: number; priceFen?: number } = {},
) {
  const { county } = of;
  const [product, sku] = [newId(), newId()];
  const category = input.category ?? 'nuts';
  const netGrams = input.netGrams ?? 500;
  const now = at.clock.now();
  await at.db
    .insertInto('catalog.category')
    .values({ code: category, parent: null, name_zh: '坚果', name_en: 'Nuts', picture: 'walnut', position: 1 })
    .onConflict((c) => c.column('code').doNothing())
    .execute();
  await at.db
    .insertInto('catalog.product')
    .values({
      county,
      id: product,
      org: of.cooperative,
      crop: input.crop ?? 'walnut',
      category,
      name_zh: '成县薄皮核桃',
      name_en: 'Thin-shelled walnuts',
      tagline_zh: '',
      tagline_en: '',
      story_zh: '',
      story_en: '',
      origin: of.village,
      storage: 'ambient',
      shelf_life_days: 270,
      harvest_months: [9],
      state: 'on_sale',
      search: '',
      version: 1,
      created_by: null,
      created_at: now,
      updated_at: now,
    })
    .execute();
  await at.db
    .insertInto('catalog.sku')
    .values({
      county,
      id: sku,
      product,
      name_zh: '一斤装',
      name_en: '500 g',
      net_grams: netGrams,
      gross_grams: netGrams + 100,
      grade: '一级',
      price_fen: input.priceFen ?? 3980,
      gtin: `0${number().padStart(13, '2')}`,
      on_sale: true,
      position: 1,
    })
    .execute();
  return { product, sku, netGrams, priceFen: input.priceFen ?? 3980 };
}

/** What a household brought; its money is on the ledger, its event not yet delivered. */
export type TestPurchase = Awaited<ReturnType<typeof addTestPurchase>>;

/** A purchase note with its raw lot and its posting to the household. */
export async function addTestPurchase(
  at: Context,
  of: TestCounty,
  input: { household: string; village?: string; grams: number; fenPerKg: number; day?: string; variety?: string },
) {
  const { county } = of;
  const village = input.village ?? of.village;
  const [purchase, lot, moved] = [newId(), newId(), newId()];
  const now = at.clock.now();
  const day = input.day ?? dayOf(now);
  const fen = priceOf(input.grams, input.fenPerKg);
  await scoped(at.db, String(county), async (tx) => {
    await tx
      .insertInto('trace.lot')
      .values({
        county,
        id: lot,
        number: number(),
        kind: 'raw',
        org: of.cooperative,
        station: of.station,
        crop: 'walnut',
        grade: '一级',
        sku: null,
        village,
        harvested_from: day,
        harvested_to: day,
        made_on: day,
        expires_on: '2027-06-01',
        grams_in: input.grams,
        grams_on_hand: input.grams,
        household_fen: fen,
        packs: null,
        pack_grams: null,
        state: 'closed',
        created_by: 'test',
        created_at: now,
      })
      .execute();
    await insertNote(tx, of, { ...input, village, purchase, lot, fen, day, reverses: null, now });
    const [cost, payable] = await ensureAccounts(tx, county, [
      { kind: 'purchase_cost', owner: of.cooperative },
      { kind: 'household', owner: input.household },
    ]);
    const said = { reason: 'purchase', evidenceKind: 'purchase', evidence: purchase };
    await transfer(
      tx,
      county,
      [{ id: moved, kind: 'single', debit: cost as string, credit: payable as string, amountFen: fen, ...said }],
      now,
    );
  });
  const event: PurchaseWeighed = {
    type: 'trace.purchase-weighed',
    county,
    payload: {
      purchase,
      lot,
      household: input.household,
      village,
      day,
      at: now.toISOString(),
      grams: input.grams,
      fen,
      transfer: moved,
    },
  };
  return { ...input, village, purchase, lot, fen, day, event: delivered(event) };
}

/** The second note that takes one back. */
export async function reverseTestPurchase(at: Context, of: TestCounty, first: TestPurchase) {
  const { county } = of;
  const [purchase, moved] = [newId(), newId()];
  const now = at.clock.now();
  await scoped(at.db, String(county), async (tx) => {
    const note = { ...first, purchase, grams: -first.grams, fen: -first.fen, reverses: first.purchase, now };
    await insertNote(tx, of, note);
    const [cost, payable] = await ensureAccounts(tx, county, [
      { kind: 'purchase_cost', owner: of.cooperative },
      { kind: 'household', owner: first.household },
    ]);
    const said = { reason: 'purchase-reversed', evidenceKind: 'purchase', evidence: purchase };
    await transfer(
      tx,
      county,
      [{ id: moved, kind: 'single', debit: payable as string, credit: cost as string, amountFen: first.fen, ...said }],
      now,
    );
  });
  const { lot, household, village, day } = first;
  const event: PurchaseReversed = {
    type: 'trace.purchase-reversed',
    county,
    payload: {
      purchase,
      lot,
      household,
      village,
      day,
      at: now.toISOString(),
      grams: -first.grams,
      fen: -first.fen,
      transfer: moved,
      reverses: first.purchase,
    },
  };
  return delivered(event);
}

async function insertNote(
  tx: Db,
  of: TestCounty,
  note: {
    purchase: string;
    household: string;
    village: string;
    grams: number;
    fen: number;
    fenPerKg: number;
    lot: string;
    day: string;
    variety?: string;
    reverses: string | null;
    now: Date;
  },
): Promise<void> {
  await tx
    .insertInto('trace.purchase')
    .values({
      county: of.county,
      id: note.purchase,
      number: number(),
      station: of.station,
      buyer: of.cooperative,
      household: note.household,
      village: note.village,
      crop: 'walnut',
      variety: note.variety ?? '',
      grade: '一级',
      grams: note.grams,
      fen_per_kg: note.fenPerKg,
      amount_fen: note.fen,
      reference_fen_per_kg: null,
      paid: 'later',
      lot: note.lot,
      day: note.day,
      reverses: note.reverses,
      reason: note.reverses && '记错了',
      by_person: 'test',
      at: note.now,
    })
    .execute();
}

/**
 * A packed lot in stock, made of whole notes: the grams that do not fit the packs are lost, their money is not.
 *
 * @returns the lot's id
 */
export async function addTestPackedLot(
  at: Context,
  of: TestCounty,
  input: { sku: string; netGrams: number; packs: number; from: readonly TestPurchase[] },
): Promise<string> {
  const { county } = of;
  const lot = newId();
  const now = at.clock.now();
  const grams = input.packs * input.netGrams;
  const split = splitByWeight(
    grams,
    input.from.map((purchase) => purchase.grams),
  );
  await scoped(at.db, String(county), async (tx) => {
    await tx
      .insertInto('trace.lot')
      .values({
        county,
        id: lot,
        number: number(),
        kind: 'packed',
        org: of.cooperative,
        station: of.station,
        crop: 'walnut',
        grade: '一级',
        sku: input.sku,
        village: of.village,
        harvested_from: '2026-09-01',
        harvested_to: '2026-09-10',
        made_on: '2026-09-12',
        expires_on: '2027-06-01',
        grams_in: grams,
        grams_on_hand: 0,
        household_fen: input.from.reduce((sum, purchase) => sum + purchase.fen, 0),
        packs: input.packs,
        pack_grams: input.netGrams,
        state: 'closed',
        created_by: 'test',
        created_at: now,
      })
      .execute();
    await tx
      .insertInto('trace.lot_source')
      .values(
        input.from.map((purchase, i) => ({
          county,
          lot,
          purchase: purchase.purchase,
          household: purchase.household,
          village: purchase.village,
          grams: split[i] as number,
          fen: purchase.fen,
          taken_grams: 0,
          taken_fen: 0,
        })),
      )
      .execute();
    await tx
      .insertInto('trace.code_range')
      .values({
        county,
        lot,
        gtin: number().padStart(14, '3'),
        lot_number: number(),
        packs: input.packs,
        key_version: 1,
        created_at: now,
      })
      .execute();
    await tx
      .insertInto('trade.stock')
      .values({
        county,
        sku: input.sku,
        lot,
        org: of.cooperative,
        expires_on: '2027-06-01',
        on_hand: input.packs,
        reserved: 0,
        state: 'on_sale',
        created_at: now,
      })
      .execute();
  });
  return lot;
}

export interface TestLine {
  product: string;
  sku: string;
  netGrams: number;
  unitFen: number;
  freightFen?: number;
  lots: readonly { lot: string; packs: number }[];
  /** parts of the goods in fen; the merchant has the rest */
  station?: number;
  platform?: number;
  fund?: number;
  household?: number;
}

/**
 * A paid order whose money is held, written past the acts; `settle` posts it and closes the order.
 *
 * @returns the event that settling tells, not yet delivered
 */
export async function addTestOrder(at: Context, of: TestCounty, lines: readonly TestLine[], settle = true) {
  const { county } = of;
  const order = newId();
  const now = at.clock.now();
  const rows = lines.map((line) => {
    const packs = line.lots.reduce((sum, part) => sum + part.packs, 0);
    const goods = packs * line.unitFen;
    const { station = 0, platform = 0, fund = 0, household = 0, freightFen = 0 } = line;
    return {
      ...line,
      id: newId(),
      packs,
      goods,
      freightFen,
      household,
      parts: { merchant: goods - station - platform - fund - household, station, platform, fund, household },
    };
  });
  const goodsFen = rows.reduce((sum, row) => sum + row.goods, 0);
  const freightFen = rows.reduce((sum, row) => sum + row.freightFen, 0);
  await transact(at.db, async (tx) => {
    await tx
      .insertInto('trade.order')
      .values({
        county,
        id: order,
        number: number(),
        checkout: newId(),
        payment: null,
        person: of.buyer.person,
        state: settle ? 'closed' : 'paid',
        goods_fen: goodsFen,
        freight_fen: freightFen,
        total_fen: goodsFen + freightFen,
        grams: 1000,
        ship_region: '110105000000',
        contact_sealed: at.sealer.seal('{}'),
        buyer_note: null,
        placed_at: now,
        paid_at: now,
        closed_at: settle ? now : null,
      })
      .execute();
    for (const [position, row] of rows.entries()) {
      await tx
        .insertInto('trade.order_line')
        .values({
          county,
          id: row.id,
          order,
          position,
          org: of.cooperative,
          product: row.product,
          sku: row.sku,
          name: '核桃',
          sku_name: '一斤装',
          category: 'nuts',
          origin: of.village,
          packs: row.packs,
          pack_grams: row.netGrams,
          unit_fen: row.unitFen,
          goods_fen: row.goods,
          freight_fen: row.freightFen,
        })
        .execute();
      await tx
        .insertInto('trade.allocation')
        .values(
          row.lots.map((part) => ({
            county,
            line: row.id,
            lot: part.lot,
            sku: row.sku,
            packs: part.packs,
            state: settle ? ('taken' as const) : ('reserved' as const),
          })),
        )
        .execute();
    }
    const held = [
      ...rows.flatMap((row) => Object.entries(row.parts).map(([part, fen]) => ({ part, fen, line: row.id }))),
      { part: 'freight', fen: freightFen, line: null },
    ].filter((part) => part.fen > 0) as {
      part: keyof typeof accountOf | 'freight';
      fen: number;
      line: string | null;
    }[];
    const accountOf = {
      merchant: { kind: 'merchant', owner: of.cooperative },
      station: { kind: 'station', owner: of.station },
      freight: { kind: 'freight', owner: 'county' },
      platform: { kind: 'platform', owner: 'platform' },
      fund: { kind: 'fund', owner: 'county' },
      household: { kind: 'shop_share', owner: 'county' },
    } as const;
    const [clearing, received, ...owners] = await ensureAccounts(tx, county, [
      { kind: 'provider_clearing', owner: 'sandbox' },
      { kind: 'orders_received', owner: 'county' },
      ...held.map((part) => accountOf[part.part]),
    ]);
    const holds = held.map(() => newId());
    const said = { evidenceKind: 'order', evidence: order };
    await transfer(
      tx,
      county,
      [
        {
          id: newId(),
          kind: 'single',
          debit: clearing as string,
          credit: received as string,
          amountFen: goodsFen + freightFen,
          reason: 'order-received',
          ...said,
        },
        ...held.map((part, i) => ({
          id: holds[i] as string,
          kind: 'pending' as const,
          debit: received as string,
          credit: owners[i] as string,
          amountFen: part.fen,
          reason: 'order-part',
          ...said,
        })),
        ...(settle
          ? holds.map((pending) => ({ id: newId(), kind: 'post' as const, pending, reason: 'order-part', ...said }))
          : []),
      ],
      now,
    );
    await tx
      .insertInto('trade.settlement_part')
      .values(
        held.map((part, i) => ({
          county,
          order,
          line: part.line,
          rule: null,
          part: part.part,
          org: part.part === 'merchant' ? of.cooperative : part.part === 'station' ? of.station : null,
          fen: part.fen,
          state: settle ? ('posted' as const) : ('held' as const),
          hold: holds[i] as string,
        })),
      )
      .execute();
  });
  const event: OrderSettled = {
    type: 'trade.order-settled',
    county,
    payload: {
      order,
      at: now.toISOString(),
      promise: null,
      lines: rows.map((row) => ({
        line: row.id,
        product: row.product,
        sku: row.sku,
        org: of.cooperative,
        goodsFen: row.goods,
        freightFen: row.freightFen,
        householdFen: row.household,
        lots: row.lots.map((part) => ({ ...part, grams: part.packs * row.netGrams })),
      })),
    },
  };
  return { order, lines: rows.map((row) => row.id), paidFen: goodsFen + freightFen, event: delivered(event) };
}
