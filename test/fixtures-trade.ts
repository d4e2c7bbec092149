import assert from 'node:assert/strict';
import { fulfilmentModule } from '#fulfilment';
import { ledgerModule } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Db, Tx } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Module } from '#platform/module.ts';
import { ordersToPack, takeForParcels, tradeModule } from '#trade';
import { addAddress } from '../modules/trade/addresses/keep-address.ts';
import { setFreightRule } from '../modules/trade/freight/set-freight-rule.ts';
import type { CheckoutView } from '../modules/trade/orders/checkout-view.ts';
import { placeCheckout } from '../modules/trade/orders/place-checkout.ts';
import { sandboxPay } from '../modules/trade/payment/sandbox-pay.ts';
import { startPayment } from '../modules/trade/payment/start-payment.ts';
import { addTestOrganisation, loadCountyRegions, type TestCounty } from './fixtures.ts';

/** Who sells where. */
export interface TestSeller {
  county: number;
  org: string;
  station: string;
  origin: string;
}

let made = 0;
const digits = (n: number) => String(++made).padStart(n, '0');

/** Chengxian's cooperative as a seller, with freight to everywhere: 8 yuan for the first kilogram, 2 per further 500 g. */
export async function openTestShop(at: Context, of: TestCounty): Promise<TestSeller> {
  await addTestFreight(at, of.county);
  return { county: of.county, org: of.cooperative, station: of.station, origin: of.village };
}

/** A second county with a seller of its own: Youyang. */
export async function openSecondShop(at: Context): Promise<TestSeller> {
  const county = 500242;
  await loadCountyRegions(at, county);
  const org = await addTestOrganisation(at, { county, kind: 'cooperative', name: '酉阳苦荞专业合作社' });
  const origin = '500242100201';
  const station = await addTestOrganisation(at, {
    county,
    kind: 'station',
    name: '村级服务站',
    region: origin,
    buysFor: org,
  });
  await addTestFreight(at, county);
  return { county, org, station, origin };
}

const addTestFreight = (at: Context, county: number) =>
  setFreightRule(at, county, { toRegion: '', firstGrams: 1000, firstFen: 800, stepGrams: 500, stepFen: 200 });

export type TestGoods = Awaited<ReturnType<typeof addTestGoods>>;

/** A product on sale with one SKU; 500 g net in 550 g gross for 39.80 unless told otherwise. */
export async function addTestGoods(
  at: Context,
  seller: TestSeller,
  input: {
    name?: string;
    org?: string;
    priceFen?: number;
    netGrams?: number;
    grossGrams?: number;
    category?: string;
  } = {},
) {
  const { county } = seller;
  const [product, sku] = [newId(), newId()];
  const { name = '薄皮核桃', priceFen = 3980, netGrams = 500, category = 'nuts' } = input;
  const grossGrams = input.grossGrams ?? netGrams + 50;
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
      org: input.org ?? seller.org,
      crop: 'walnut',
      category,
      name_zh: name,
      name_en: 'Walnuts',
      tagline_zh: '',
      tagline_en: '',
      story_zh: '',
      story_en: '',
      origin: seller.origin,
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
  const gtin = `0295${digits(10)}`;
  await at.db
    .insertInto('catalog.sku')
    .values({
      county,
      id: sku,
      product,
      name_zh: '一斤装',
      name_en: '500 g',
      net_grams: netGrams,
      gross_grams: grossGrams,
      grade: '一级',
      price_fen: priceFen,
      gtin,
      on_sale: true,
      position: 1,
    })
    .execute();
  await at.db.insertInto('catalog.gtin').values({ gtin, county, sku }).execute();
  return { ...seller, org: input.org ?? seller.org, product, sku, gtin, priceFen, netGrams, grossGrams };
}

/** A packed lot that is not in stock yet: all of its grams are on hand. */
export async function addPackedLot(
  at: Context,
  goods: TestGoods,
  input: { packs: number; expiresOn?: string; certified?: boolean; state?: 'open' | 'closed' | 'recalled' },
): Promise<string> {
  const { county, sku, netGrams } = goods;
  const lot = newId();
  const lotNumber = `L${digits(6)}`;
  const now = at.clock.now();
  const grams = input.packs * netGrams;
  await at.db
    .insertInto('trace.lot')
    .values({
      county,
      id: lot,
      number: lotNumber,
      kind: 'packed',
      org: goods.org,
      station: goods.station,
      crop: 'walnut',
      grade: '一级',
      sku,
      village: goods.origin,
      harvested_from: '2026-09-01',
      harvested_to: '2026-09-10',
      made_on: '2026-09-12',
      expires_on: input.expiresOn ?? '2027-06-01',
      grams_in: grams,
      grams_on_hand: grams,
      household_fen: 0,
      packs: input.packs,
      pack_grams: netGrams,
      state: input.state ?? 'closed',
      created_by: 'test',
      created_at: now,
    })
    .execute();
  await at.db
    .insertInto('trace.code_range')
    .values({
      county,
      lot,
      gtin: goods.gtin,
      lot_number: lotNumber,
      packs: input.packs,
      key_version: 1,
      created_at: now,
    })
    .execute();
  if (input.certified !== false) {
    await at.db
      .insertInto('trace.certificate')
      .values({
        county,
        id: newId(),
        number: `C${digits(6)}`,
        lot,
        issuer: goods.org,
        issuer_name: '合作社',
        contact: '13800000000',
        product_name: '核桃',
        grams,
        origin_name: '新村',
        statement: '不使用禁用农药兽药',
        basis: ['quality_control'],
        rule: '2025-4',
        issued_on: '2026-09-12',
        by_person: 'test',
        at: now,
      })
      .execute();
  }
  return lot;
}

/** A lot of packs in stock, with the movement that brought it there. */
export async function addTestStock(
  at: Context,
  goods: TestGoods,
  input: { packs: number; expiresOn?: string },
): Promise<string> {
  const { county, sku } = goods;
  const lot = await addPackedLot(at, goods, input);
  await at.db.updateTable('trace.lot').set({ grams_on_hand: 0 }).where('id', '=', lot).execute();
  await at.db
    .insertInto('trade.stock')
    .values({
      county,
      sku,
      lot,
      org: goods.org,
      expires_on: input.expiresOn ?? '2027-06-01',
      on_hand: input.packs,
      reserved: 0,
      state: 'on_sale',
      created_at: at.clock.now(),
    })
    .execute();
  await at.db
    .insertInto('trade.stock_movement')
    .values({
      county,
      id: newId(),
      sku,
      lot,
      kind: 'received',
      on_hand: input.packs,
      evidence_kind: 'lot',
      evidence: lot,
      by_person: null,
      at: at.clock.now(),
    })
    .execute();
  return lot;
}

/** A rule for all goods: 3 % to the station, 1 % to the platform, 0.5 % to the fund, 1 yuan per pack for households. */
export async function addTestRule(
  at: Context,
  county: number,
  over: {
    position?: number;
    product?: string;
    stationBp?: number;
    householdFenPerPack?: number;
    validFrom?: string;
    feeBearer?: 'platform' | 'merchant' | 'fund';
  } = {},
): Promise<string> {
  const id = newId();
  await at.db
    .insertInto('trade.settlement_rule')
    .values({
      county,
      id,
      position: over.position ?? 100,
      name: '一般商品',
      basis: '测试协议',
      org: null,
      category: null,
      product: over.product ?? null,
      station_bp: over.stationBp ?? 300,
      platform_bp: 100,
      fund_bp: 50,
      household_fen_per_pack: over.householdFenPerPack ?? 100,
      fee_bearer: over.feeBearer ?? 'platform',
      valid_from: over.validFrom ?? '2026-01-01',
      valid_until: null,
      created_by: null,
      created_at: at.clock.now(),
    })
    .execute();
  return id;
}

/** An address in the county seat's neighbourhood. */
export async function addTestAddress(at: Context, by: Actor): Promise<string> {
  const input = { region: '621221000000', name: '林小满', phone: '13912345678', street: '文昌路 8 号' };
  return (await addAddress(at, by, input, null)).id;
}

/** A cart placed as a checkout, to an address made for it. */
export async function placeTest(
  at: Context,
  by: Actor,
  ...lines: readonly (readonly [TestGoods, number])[]
): Promise<CheckoutView> {
  const address = await addTestAddress(at, by);
  const asked = lines.map(([goods, packs]) => ({ county: goods.county, sku: goods.sku, packs }));
  return placeCheckout(at, by, { lines: asked, address }, null);
}

/** Pays a checkout through the sandbox. */
export async function payTest(at: Context, by: Actor, checkout: string): Promise<string> {
  const { payment } = await startPayment(at, by, { checkout, provider: 'sandbox' }, null);
  await sandboxPay(at, by, { payment, outcome: 'success' });
  return payment;
}

/** Everything that must always hold of stock, orders, parcels and money does. */
export async function assertSound(
  db: Db,
  modules: readonly Module[] = [ledgerModule, tradeModule, fulfilmentModule],
): Promise<void> {
  for (const module of modules) {
    for (const { name, check } of module.invariants ?? []) {
      // Looks at the machine's clock, which tests leave standing in the past.
      if (name.includes('nothing is stuck')) continue;
      assert.deepEqual(await check(db), [], name);
    }
  }
}

/** What `act` is refused with. */
export async function refusalOf(act: Promise<unknown>): Promise<Refusal> {
  try {
    await act;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Packs on hand and reserved of a SKU. */
export async function stockOf(db: Db, goods: TestGoods): Promise<{ onHand: number; reserved: number }> {
  const row = await db
    .selectFrom('trade.stock')
    .select((e) => [e.fn.sum<string>('on_hand').as('onHand'), e.fn.sum<string>('reserved').as('reserved')])
    .where('county', '=', goods.county)
    .where('sku', '=', goods.sku)
    .executeTakeFirstOrThrow();
  return { onHand: Number(row.onHand), reserved: Number(row.reserved) };
}

export async function orderStateOf(db: Db, county: number, id: string): Promise<string> {
  const row = await db
    .selectFrom('trade.order')
    .select('state')
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.state;
}

/** Takes an organisation's packs of a paid order out of stock, as packing does. */
export async function takeTest(
  tx: Tx,
  now: Date,
  by: Actor,
  { county, order, org }: { county: number; order: string; org: string },
): Promise<void> {
  const [found] = await ordersToPack(tx, county, [{ by, order }]);
  if (!found || 'error' in found) throw found?.error;
  const [taken] = await takeForParcels(tx, now, county, [{ by, of: found.value, org }]);
  if (taken && 'error' in taken) throw taken.error;
}
