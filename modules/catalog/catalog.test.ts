import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import type { Refusal } from '#platform/errors.ts';
import type { Problem } from '#platform/http/client.ts';
import { newId } from '#platform/ids.ts';
import { testApp } from '../../test/app.ts';
import { testCallers } from '../../test/callers.ts';
import { openTestCounty, stranger, testContext } from '../../test/fixtures.ts';
import { addTestGoods, approveTestProduct, bag, breachesOf, testPicture, walnuts } from '../../test/fixtures-goods.ts';
import { catalog } from './contract.ts';
import { catalogModule, countyOfGtin, productNames, referencePrice, skusById } from './index.ts';
import { setReferencePrice } from './prices/set-reference-price.ts';
import { addPicture } from './products/add-picture.ts';
import { addProduct } from './products/add-product.ts';
import { changeProduct } from './products/change-product.ts';
import { moveProduct } from './products/move-product.ts';
import type { ProductState } from './products/product-states.ts';
import { removePicture } from './products/remove-picture.ts';
import { addSku } from './skus/add-sku.ts';
import { changeSku } from './skus/change-sku.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, merchant, operator, otherMerchant } = of;
const usual = walnuts(of);
const refuses = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error) => (error as Refusal).code === code);
const { as, visitor } = await testCallers(at, [catalogModule]);
const shop = as(visitor, { catalog }).catalog;

const add: [code: string, by: Actor, change: Partial<typeof usual>][] = [
  ['product-not-yours', stranger, {}],
  ['product-not-yours', otherMerchant, {}],
  ['product-not-yours', of.keeper, {}],
  ['seller-unknown', operator, { org: of.station }],
  ['seller-unknown', operator, { org: newId() }],
  ['village-outside-county', merchant, { origin: '500242100200' }],
  ['village-outside-county', merchant, { origin: '621221999999' }],
  ['village-outside-county', merchant, { origin: '621221107000' }],
  ['category-unknown', merchant, { category: 'gold' }],
  ['crop-unknown', merchant, { crop: 'gold' }],
];
for (const [code, by, change] of add) {
  test(`adding a product is refused: ${code} ${JSON.stringify(change)}`, () =>
    refuses(addProduct(at, by, { county, product: { ...usual, ...change } }, null), code));
}

test('a product goes draft, review, on sale, withdrawn, draft; who, when and why are kept', async () => {
  const { id } = await addProduct(at, merchant, { county, product: usual }, null);
  const move = (by: Actor, to: ProductState, reason?: string) => moveProduct(at, by, { county, id, to, reason }, null);
  await refuses(moveProduct(at, merchant, { county, id: newId(), to: 'review' }, null), 'product-not-found');
  await refuses(move(otherMerchant, 'review'), 'product-not-yours');
  await refuses(move(merchant, 'on_sale'), 'product-move-not-allowed');
  await refuses(move(merchant, 'review'), 'product-needs-sku');
  await addSku(at, merchant, { county, product: id, sku: { ...bag, onSale: true } }, null);
  await refuses(move(merchant, 'review'), 'product-needs-picture');
  await addPicture(at, merchant, { county, id, bytes: await testPicture() }, null);
  await move(merchant, 'review');
  await refuses(move(merchant, 'on_sale'), 'not-allowed');
  await refuses(move(operator, 'draft'), 'product-needs-reason');
  await move(operator, 'draft', '图片太暗');
  await move(merchant, 'review');
  await refuses(move(operator, 'on_sale'), 'product-needs-tests');
  await approveTestProduct(at, operator, { county, id });
  await refuses(move(operator, 'withdrawn', '  '), 'product-needs-reason');
  await refuses(move(merchant, 'withdrawn', '卖完了'), 'not-allowed');
  await move(operator, 'withdrawn', '过季');
  await move(merchant, 'draft');
  const { moves } = await as(operator, { catalog }).catalog.catalogProduct({ params: { county, id } });
  assert.deepEqual(moves.map((one) => `${one.from}>${one.to} ${one.byName} ${one.reason ?? ''}`.trim()).reverse(), [
    'draft>review 王合作',
    'review>draft 周运营 图片太暗',
    'draft>review 王合作',
    'review>on_sale 周运营',
    'on_sale>withdrawn 周运营 过季',
    'withdrawn>draft 王合作',
  ]);
});

test('words change in a draft only, and not over a change made meanwhile', async () => {
  const goods = await addTestGoods(at, of, { draft: true });
  const change = (by: Actor, fields: Partial<typeof usual> & { version?: number }) =>
    changeProduct(at, by, { county, id: goods.product, product: { ...usual, ...fields } }, null);
  const read = (await change(merchant, { nameZh: '新名字' })).version;
  await change(merchant, { nameZh: '更新的名字', version: read });
  await refuses(change(merchant, { version: read }), 'product-changed-meanwhile');
  await refuses(change(otherMerchant, {}), 'product-not-yours');
  await refuses(change(merchant, { org: of.merchantOrg }), 'product-not-yours');
  await moveProduct(at, merchant, { county, id: goods.product, to: 'review' }, null);
  await refuses(change(merchant, {}), 'product-not-draft');
  await refuses(
    addPicture(at, merchant, { county, id: goods.product, bytes: await testPicture() }, null),
    'product-not-draft',
  );
  await change(operator, { nameZh: '运营改的名字' });
  assert.equal((await productNames(at.db, county, [goods.product])).get(goods.product)?.nameZh, '运营改的名字');
});

const reference = { county, crop: 'walnut', grade: '一级', source: '县农业农村局' };
await setReferencePrice(at, operator, { ...reference, day: '2026-09-01', fenPerKg: 1200, floorFenPerKg: 1000 });
const { product: shelf } = await addTestGoods(at, of);
const skus: [code: string, by: Actor, change: Partial<typeof bag> & { gtin?: string }][] = [
  ['product-not-yours', otherMerchant, {}],
  ['gross-below-net', merchant, { grossGrams: 499 }],
  ['price-zero', merchant, { priceFen: 0 }],
  // 500 g at ten times 12 yuan a kilogram
  ['price-far-above-reference', merchant, { priceFen: 6_000 }],
  ['gtin-wrong', merchant, { gtin: '6901234567893' }],
  ['gtin-in-house', merchant, { gtin: '2621221000013' }],
];
for (const [code, by, change] of skus) {
  test(`adding a SKU is refused: ${code}`, () =>
    refuses(addSku(at, by, { county, product: shelf, sku: { ...bag, ...change, onSale: true } }, null), code));
}

test('a SKU has its own GTIN or one of the county, for ever, and no two share one', async () => {
  const own = { ...bag, onSale: true, priceFen: 5_999, gtin: '6901234567892' };
  const sku = await addSku(at, merchant, { county, product: shelf, sku: own }, null);
  assert.equal(sku.gtin, '06901234567892');
  assert.deepEqual(await countyOfGtin(at.db, '06901234567892'), { county, sku: sku.id });
  assert.equal(await countyOfGtin(at.db, '06901234567885'), null);
  await refuses(addSku(at, merchant, { county, product: shelf, sku: own }, null), 'gtin-taken');
  const change = (fields: Partial<typeof own>) =>
    changeSku(at, merchant, { county, product: shelf, id: sku.id, sku: { ...own, ...fields } }, null);
  await refuses(change({ gtin: '96385074' }), 'gtin-fixed');
  await refuses(change({ netGrams: 400 }), 'net-fixed');
  await refuses(change({ priceFen: 0 }), 'price-zero');
  await refuses(changeSku(at, merchant, { county, product: shelf, id: newId(), sku: own }, null), 'sku-not-found');
  assert.equal((await change({ priceFen: 3_200, onSale: false })).priceFen, 3_200);
  const brief = (await skusById(at.db, county, [sku.id, newId()])).get(sku.id);
  assert.equal(brief?.onSale, false);
  assert.equal(brief?.priceFen, 3_200);
  assert.match(brief?.pictureBase ?? '', /^\/files\/[0-9a-f]{2}\/[0-9a-f]{64}$/);
});

test('the reference price of a day: the latest of the grade, else the highest of the others', async () => {
  const set = (day: string, fenPerKg: number, grade = '一级') =>
    setReferencePrice(at, operator, { ...reference, day, fenPerKg, grade });
  await refuses(
    setReferencePrice(at, operator, { ...reference, crop: 'gold', day: '2026-09-01', fenPerKg: 1 }),
    'crop-unknown',
  );
  await refuses(set('2026-09-02', 12_000), 'reference-price-odd');
  await refuses(set('2026-09-02', 120), 'reference-price-odd');
  await set('2026-09-10', 1300);
  await set('2026-09-10', 1310);
  await set('2026-09-05', 900, '二级');
  const price = (grade: string, day: string) => referencePrice(at.db, county, 'walnut', grade, day);
  assert.equal(await price('一级', '2026-08-31'), null);
  assert.deepEqual(await price('一级', '2026-09-09'), { fenPerKg: 1200, floorFenPerKg: 1000, day: '2026-09-01' });
  assert.equal((await price('一级', '2026-09-17'))?.fenPerKg, 1310);
  assert.equal((await price('二级', '2026-09-17'))?.fenPerKg, 900);
  assert.deepEqual(await price('特级', '2026-09-17'), { fenPerKg: 1310, floorFenPerKg: null, day: '2026-09-10' });
  assert.equal(await referencePrice(at.db, county, 'pear', '一级', '2026-09-17'), null);
  const shown = await shop.referencePrices({ params: { county }, query: { crop: 'walnut' } });
  assert.deepEqual(
    shown.map((row) => [row.grade, row.fenPerKg, row.cropName]),
    [
      ['一级', 1310, '核桃'],
      ['二级', 900, '核桃'],
    ],
  );
});

test('the shop shows what is on sale and nothing else, by season, price or newness', async () => {
  const pepper = await addTestGoods(at, of, {
    product: { crop: 'pepper', category: 'spice', nameZh: '鸡峰山花椒', harvestMonths: [7, 8] },
    sku: { priceFen: 1_980 },
  });
  const hidden = await addTestGoods(at, of, { draft: true });
  const names = async (query: object) => (await shop.products({ query })).rows.map((row) => row.nameZh);
  assert.deepEqual(await names({ county }), ['成县薄皮核桃', '鸡峰山花椒']);
  assert.deepEqual(await names({ county, sort: 'price' }), ['鸡峰山花椒', '成县薄皮核桃']);
  assert.deepEqual(await names({ county, sort: 'new' }), ['鸡峰山花椒', '成县薄皮核桃']);
  assert.deepEqual(await names({ category: 'spice' }), ['鸡峰山花椒']);
  assert.deepEqual(await names({ q: '花椒' }), ['鸡峰山花椒']);
  assert.deepEqual(await names({ village: of.village, q: 'hetao' }), ['成县薄皮核桃']);
  assert.deepEqual(await names({ village: '621221107000' }), ['成县薄皮核桃', '鸡峰山花椒']);
  assert.deepEqual(await names({ village: '621221102201' }), []);
  assert.deepEqual(await names({ county: 500242 }), []);
  assert.deepEqual(await names({ q: '？！' }), []);
  assert.deepEqual(await names({ county, page: 2, size: 1 }), ['鸡峰山花椒']);
  const card = (await shop.products({ query: { q: '花椒' } })).rows[0];
  assert.equal(card?.originName, '新村');
  assert.equal(card?.townshipName, '店村镇');
  assert.equal(card?.sku?.priceFen, 1_980);
  assert.equal((await shop.product({ params: { county, id: pepper.product } })).state, 'on_sale');
  await assert.rejects(shop.product({ params: { county, id: hidden.product } }), isProblem(404));
  await assert.rejects(shop.catalogProducts({ params: { county } }), isProblem(401));
  const staff = as(operator, { catalog }).catalog;
  assert.ok((await staff.catalogProducts({ params: { county }, query: { state: 'draft' } })).total >= 1);
  const rival = as(otherMerchant, { catalog }).catalog;
  assert.equal((await rival.catalogProducts({ params: { county } })).total, 0);
  await assert.rejects(rival.catalogProduct({ params: { county, id: hidden.product } }), isProblem(404));
});

test('pictures: nine at most, only pictures, gone when removed', async () => {
  const { product } = await addTestGoods(at, of, { draft: true });
  const put = (bytes: Uint8Array) => addPicture(at, merchant, { county, id: product, bytes }, null);
  await refuses(put(Buffer.from('%PDF-1.7')), 'file-type-not-allowed');
  await refuses(put(Buffer.alloc(10 * 1024 * 1024 + 1)), 'file-too-large');
  for (let i = 2; i <= 9; i++) await put(await testPicture());
  await refuses(put(await testPicture()), 'too-many-pictures');
  const staff = as(merchant, { catalog }).catalog;
  const { pictures } = (await staff.catalogProduct({ params: { county, id: product } })).product;
  assert.equal(pictures.length, 9);
  const gone = pictures[0]?.file ?? '';
  await removePicture(at, merchant, { county, id: product, file: gone }, null);
  const left = (await staff.catalogProduct({ params: { county, id: product } })).product.pictures;
  assert.ok(left.length === 8 && left.every((one) => one.file !== gone));
});

test('an upload over HTTP: a picture is kept, what is too large or missing is refused', async () => {
  const { product: id } = await addTestGoods(at, of, { draft: true });
  const app = await testApp(at, [catalogModule], async () => merchant);
  const upload = (field: string, bytes: Buffer) => {
    const head = `--frame\r\ncontent-disposition: form-data; name="${field}"; filename="a.png"\r\n\r\n`;
    return app.inject({
      method: 'POST',
      url: `/api/counties/${county}/catalog/${id}/pictures`,
      headers: { 'content-type': 'multipart/form-data; boundary=frame', 'idempotency-key': newId() },
      payload: Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--frame--\r\n')]),
    });
  };
  const kept = await upload('file', await testPicture());
  assert.equal(kept.statusCode, 201);
  assert.deepEqual([kept.json().width, kept.json().altZh], [8, '成县薄皮核桃']);
  const large = await upload('file', Buffer.alloc(50 * 1024 * 1024));
  assert.deepEqual([large.statusCode, large.json().code], [413, 'file-too-large']);
  const strange = await upload('file', Buffer.from('#!/bin/sh'));
  assert.deepEqual([strange.statusCode, strange.json().code], [415, 'file-type-not-allowed']);
  const missing = await upload('picture', await testPicture());
  assert.deepEqual([missing.statusCode, missing.json().errors[0].field], [400, 'file']);
});

test('every change of what a page shows is told', async () => {
  const { product } = await addTestGoods(at, of);
  const told = await at.db
    .selectFrom('platform.outbox')
    .select('payload')
    .where('type', '=', 'catalog.product-changed')
    .execute();
  // SKU, picture, review, on sale
  assert.equal(told.filter((event) => (event.payload as { product: string }).product === product).length, 4);
});

test('categories stand in the order of the shelf', async () => {
  const categories = await shop.categories();
  assert.deepEqual(
    categories.slice(0, 2).map((one) => one.code),
    ['nut', 'fruit'],
  );
});

test('the books agree', async () => assert.deepEqual(await breachesOf(at, catalogModule), []));

const isProblem = (status: number) => (error: Problem) => error.status === status;
