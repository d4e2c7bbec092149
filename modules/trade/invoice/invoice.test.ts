import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { newId } from '#platform/ids.ts';
import { documentType } from '#platform/papers.ts';
import { openTestCounty, stranger, testContext } from '../../../test/fixtures.ts';
import { paidOrder } from '../../../test/fixtures-after-sale.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openTestShop,
  placeTest,
  refusalOf,
} from '../../../test/fixtures-trade.ts';
import { acceptCase } from '../after-sale/answer-case.ts';
import { openCase } from '../after-sale/open-case.ts';
import { askInvoice, withdrawInvoice } from './ask-invoice.ts';
import { countyInvoices, invoiceFile, invoicesOfOrder } from './invoice-views.ts';
import { addInvoiceFile, issueInvoice, refuseInvoice } from './issue-invoice.ts';

const context = await testContext();
const { at } = context;
const people = await openTestCounty(at);
const { county, buyer, otherBuyer, merchant, otherMerchant, operator, auditor } = people;
const shop = await openTestShop(at, people);
await addTestRule(at, county);
const walnut = await addTestGoods(at, shop);
const honey = await addTestGoods(at, shop, { org: people.merchantOrg, priceFen: 10_000 });
await addTestStock(at, walnut, { packs: 100 });
await addTestStock(at, honey, { packs: 100 });

/** of GB 32100, with the right last character */
const taxNumber = '91350100M000100Y43';
const title = { kind: 'company' as const, title: '成县第一中学', taxNumber };
const ask = (order: { id: string }, over: Partial<Parameters<typeof askInvoice>[2]> = {}, by = buyer) =>
  askInvoice(at, by, { county, order: order.id, org: shop.org, ...title, ...over }, null);
let numbers = 0;
const number = () => `2662${String(++numbers).padStart(16, '0')}`;
const link = 'https://tax.example.cn/i/1';
const issue = (id: string, over: Partial<Parameters<typeof issueInvoice>[2]>, by = merchant) =>
  issueInvoice(at, by, { county, id, fen: 0, ...over }, null);
const viewOf = async (order: { id: string }, id: string) => {
  const { invoices } = await invoicesOfOrder(at, buyer, county, order.id);
  return invoices.find((one) => one.id === id);
};

test('what cannot be asked for, in this order', async () => {
  const order = await paidOrder(at, buyer, [walnut, 1]);
  const placed = await placeTest(at, buyer, [walnut, 1]);
  const cases: [string, () => Promise<unknown>][] = [
    ['order-not-found', () => ask({ id: newId() })],
    ['order-not-found', () => ask(order, {}, otherBuyer)],
    ['invoice-not-paid', () => ask({ id: placed.orders[0]?.id ?? '' })],
    ['invoice-seller-wrong', () => ask(order, { org: people.merchantOrg })],
    ['tax-number-wrong', () => ask(order, { taxNumber: undefined })],
    ['tax-number-wrong', () => ask(order, { taxNumber: '91350100M000100Y44' })],
  ];
  for (const [code, asked] of cases) assert.equal((await refusalOf(asked())).code, code);
  const id = await ask(order, { taxNumber: ' 91350100m000100y43 ' });
  assert.equal((await refusalOf(ask(order))).code, 'invoice-exists');
  assert.equal((await refusalOf(withdrawInvoice(at, otherBuyer, { county, id }, null))).code, 'invoice-not-found');
  await withdrawInvoice(at, buyer, { county, id }, null);
  assert.equal((await refusalOf(withdrawInvoice(at, buyer, { county, id }, null))).code, 'invoice-move-not-allowed');
  const both = await Promise.allSettled([ask(order), ask(order)]);
  assert.equal(both.filter((one) => one.status === 'fulfilled').length, 1);
});

test('issued for what was paid and did not go back; corrected after a refund; taken back when nothing is left', async () => {
  const order = await paidOrder(at, buyer, [walnut, 2], [honey, 1]);
  const id = await ask(order);
  const ours = order.lines[0] as (typeof order.lines)[number];
  const due = ours.goodsFen + ours.freightFen;
  const first = number();
  const refusals: [string, () => Promise<unknown>][] = [
    ['invoice-not-found', () => issue(newId(), {})],
    ['not-allowed', () => issue(id, { fen: due }, otherMerchant)],
    ['not-allowed', () => issue(id, { fen: due }, operator)],
    ['invoice-amount-wrong', () => issue(id, { fen: due - 1, paper: { number: first, link } })],
    ['invoice-paper-missing', () => issue(id, { fen: due })],
    ['invoice-paper-missing', () => issue(id, { fen: due, paper: { number: first } })],
    ['invoice-file-unknown', () => issue(id, { fen: due, paper: { number: first, file: `x.pdf#${id}#forged` } })],
  ];
  for (const [code, act] of refusals) assert.equal((await refusalOf(act())).code, code);
  await issue(id, { fen: due, paper: { number: first, link } });
  assert.equal(
    (await refusalOf(issue(id, { fen: due, paper: { number: number(), link } }))).code,
    'red-number-missing',
  );
  assert.equal(
    (await refusalOf(refuseInvoice(at, merchant, { county, id, reason: '不开' }, null))).code,
    'invoice-move-not-allowed',
  );
  const otherId = await ask(order, { org: people.merchantOrg });
  const again = issue(
    otherId,
    { fen: order.lines[1] ? order.lines[1].goodsFen + order.lines[1].freightFen : 0, paper: { number: first, link } },
    otherMerchant,
  );
  assert.equal((await refusalOf(again)).code, 'invoice-number-taken');
  assert.equal((await viewOf(order, id))?.wrong, false);

  const refund = async (packs: number) =>
    acceptCase(
      at,
      merchant,
      {
        county,
        id: await openCase(
          at,
          buyer,
          {
            county,
            order: order.id,
            kind: 'refund',
            lines: [{ line: ours.id, packs }],
            reason: '少要一袋',
            photos: [],
          },
          null,
        ),
      },
      null,
    );
  await refund(1);
  const wrong = await viewOf(order, id);
  assert.deepEqual([wrong?.wrong, wrong?.dueFen], [true, due / 2]);
  assert.equal(
    (await refusalOf(issue(id, { fen: due, red: number(), paper: { number: number(), link } }))).code,
    'invoice-amount-wrong',
  );
  context.passTime(1000);
  await issue(id, { fen: due / 2, red: number(), paper: { number: number(), link } });
  const right = await viewOf(order, id);
  assert.deepEqual([right?.state, right?.wrong], ['issued', false]);
  assert.deepEqual(
    right?.papers.map(({ colour, fen, inForce }) => [colour, fen, inForce]),
    [
      ['blue', due, false],
      ['red', due, false],
      ['blue', due / 2, true],
    ],
  );
  await refund(1);
  await issue(id, { fen: 0, red: number() });
  assert.equal((await viewOf(order, id))?.state, 'void');
  assert.equal((await refusalOf(ask(order))).code, 'invoice-nothing-left');
  await assertSound(at.db);
});

test('a refused request says why, and can be made again', async () => {
  const order = await paidOrder(at, buyer, [walnut, 1]);
  const id = await ask(order, { kind: 'personal', title: '林小满', taxNumber: undefined });
  assert.equal(
    (await refusalOf(refuseInvoice(at, otherMerchant, { county, id, reason: '不开' }, null))).code,
    'not-allowed',
  );
  await refuseInvoice(at, merchant, { county, id, reason: '抬头请写全名' }, null);
  assert.equal((await viewOf(order, id))?.reason, '抬头请写全名');
  await ask(order, { kind: 'personal', title: '林小满', taxNumber: undefined });
  const rows = async (by: typeof merchant) => (await countyInvoices(at, by, county, { size: 200 })).rows;
  assert.equal((await rows(merchant)).find((one) => one.id === id)?.title, '林小满');
  assert.equal((await rows(auditor)).find((one) => one.id === id)?.title, '林＊＊');
  assert.ok((await rows(otherMerchant)).every((one) => one.org === people.merchantOrg));
  assert.deepEqual(await rows(stranger), []);
});

test('the file: PDF and OFD as they are, a picture drawn anew, for its own people only', async () => {
  const order = await paidOrder(at, buyer, [walnut, 1]);
  const id = await ask(order);
  const due = (await viewOf(order, id))?.dueFen ?? 0;
  const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n');
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  const table: [Buffer, string | undefined][] = [
    [pdf, 'pdf'],
    [bytes('PK\x03\x04\x14\x00\x00\x00OFD.xml'), 'ofd'],
    [bytes('PK\x03\x04\x14\x00\x00\x00word/document.xml'), undefined],
    [bytes('<html>'), undefined],
  ];
  for (const [file, type] of table) assert.equal(documentType(file), type);
  const upload = (file: Buffer, by = merchant) => addInvoiceFile(at, by, { county, id, bytes: file });
  assert.equal((await refusalOf(upload(bytes('<html>')))).code, 'invoice-file-type');
  assert.equal((await refusalOf(upload(pdf, otherMerchant))).code, 'not-allowed');
  const picture = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#ffffff' } })
    .png()
    .toBuffer();
  assert.equal((await upload(picture)).type, 'webp');
  const { file } = await upload(pdf);
  const other = await ask(await paidOrder(at, buyer, [walnut, 1]));
  const stolen = issue(other, { fen: due, paper: { number: number(), file } });
  assert.equal((await refusalOf(stolen)).code, 'invoice-file-unknown');
  const paperNumber = number();
  await issue(id, { fen: due, paper: { number: paperNumber, file } });
  const paper = (await viewOf(order, id))?.papers[0]?.id ?? '';
  for (const by of [buyer, merchant, operator]) {
    const found = await invoiceFile(at, by, { county, id, paper });
    assert.deepEqual(
      [Buffer.from(found.bytes).equals(pdf), found.mime, found.name],
      [true, 'application/pdf', `${paperNumber}.pdf`],
    );
  }
  for (const by of [otherBuyer, otherMerchant, stranger]) {
    assert.equal((await refusalOf(invoiceFile(at, by, { county, id, paper }))).code, 'invoice-not-found');
  }
});
