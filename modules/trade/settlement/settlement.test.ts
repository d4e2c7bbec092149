import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { newId } from '#platform/ids.ts';
import { addTestPerson, openTestCounty, stranger, testContext } from '../../../test/fixtures.ts';
import {
  addTestGoods,
  addTestStock,
  openTestShop,
  payTest,
  placeTest,
  refusalOf,
} from '../../../test/fixtures-trade.ts';
import { settlementParts, settlementPartWords, statementStateWords } from '../contract.ts';
import { setFreightRule } from '../freight/set-freight-rule.ts';
import { moveOrder } from '../orders/move-order.ts';
import { orderView } from '../orders/order-view.ts';
import { linesOf, lockOrder } from '../orders/orders.queries.ts';
import { settleOrder } from '../orders/settle-order.ts';
import { addPayee } from '../payouts/add-payee.ts';
import { approveBatch } from '../payouts/approve-batch.ts';
import { batchView } from '../payouts/batch-views.ts';
import { prepareBatch } from '../payouts/prepare-batch.ts';
import { recordResult, recordReturn } from '../payouts/record-result.ts';
import { sendPayouts } from '../payouts/send-payouts.ts';
import { previewSettlement } from './preview.ts';
import { refundLines } from './refund-lines.ts';
import {
  addSettlementRule,
  endSettlementRule,
  type NewRule,
  orderSettlementRules,
  replaceSettlementRule,
  settlementRules,
} from './settlement-rules.ts';
import { statement } from './statement.ts';
import { statementSheet } from './statement-sheet.ts';

const context = await testContext();
const { at } = context;
const people = await openTestCounty(at);
const { county, buyer, operator, merchant, otherMerchant, keeper, courier, auditor } = people;
const approver = await addTestPerson(at, { name: '钱复核', org: people.centre, role: 'operator' });
const registrar = await addTestPerson(at, { name: '冯登记', org: people.centre, role: 'operator' });
const shop = await openTestShop(at, people);
const walnut = await addTestGoods(at, shop);
const honey = await addTestGoods(at, shop, { org: people.merchantOrg, priceFen: 10_000 });
await addTestStock(at, walnut, { packs: 50 });
await addTestStock(at, honey, { packs: 50 });

const general: NewRule = {
  position: 100,
  name: '一般商品',
  basis: '县电商办 2026 年第 3 号',
  stationBp: 300,
  platformBp: 100,
  fundBp: 50,
  householdFenPerPack: 100,
  validFrom: '2026-01-01',
};
const add = (over: Partial<NewRule>) => addSettlementRule(at, operator, { ...general, ...over, county }, null);

test('a rule that gives away more than the whole, or names what is not there, is refused', async () => {
  assert.equal((await refusalOf(add({ stationBp: 9_000, platformBp: 900, fundBp: 101 }))).code, 'parts-above-whole');
  assert.equal((await refusalOf(add({ org: newId() }))).code, 'not-found');
  assert.equal((await refusalOf(add({ product: newId() }))).code, 'not-found');
  assert.deepEqual(await settlementRules(at.db, at.clock.now(), county), []);
});

test('orders keep the rule they were held by', async () => {
  const rule = await add({});
  const first = await placeTest(at, buyer, [walnut, 1]);
  await payTest(at, buyer, first.id);
  const better = await add({ position: 1, product: walnut.product, stationBp: 1_000, name: '核桃专项' });
  assert.equal(better.productName, '薄皮核桃');
  const second = await placeTest(at, buyer, [walnut, 1]);
  await payTest(at, buyer, second.id);
  const stations = await at.db
    .selectFrom('trade.settlement_part')
    .select(['rule', 'fen'])
    .where('part', '=', 'station')
    .orderBy('fen')
    .execute();
  assert.deepEqual(stations, [
    { rule: rule.id, fen: 119 },
    { rule: better.id, fen: 398 },
  ]);
});

test('a statement shows each receiver its own, and sums to what was paid', async () => {
  const checkout = await placeTest(at, buyer, [honey, 1]);
  await payTest(at, buyer, checkout.id);
  const all = await statement(at, operator, county, { size: 200 });
  const paid = 2 * (3980 + 800) + 10_000 + 800;
  assert.equal(
    all.rows.reduce((sum, row) => sum + row.fen, 0),
    paid,
  );
  assert.equal(
    all.totals.reduce((sum, total) => sum + total.heldFen, 0),
    paid,
  );
  assert.equal((await statement(at, auditor, county, {})).total, all.total);
  const seen = async (by: typeof merchant) =>
    (await statement(at, by, county, { size: 200 })).totals.map((t) => [t.part, t.orgName]);
  assert.deepEqual(await seen(merchant), [['merchant', '成县山里红核桃专业合作社']]);
  assert.deepEqual(await seen(otherMerchant), [['merchant', '成县鸡峰山农产品有限公司']]);
  assert.deepEqual(await seen(keeper), [['station', '店村镇新村服务站']]);
  assert.deepEqual(await seen(courier), [['freight', null]]);
  assert.deepEqual(await seen(stranger), []);
  assert.equal((await statement(at, operator, county, { month: '2026-08' })).total, 0);
  assert.equal((await statement(at, operator, county, { part: 'fund' })).totals.length, 1);
});

test('a rule is never edited: another takes its place, and what was held keeps the old', async () => {
  const rule = await add({ name: '核桃旧', product: walnut.product, position: 0 });
  const said = { ...general, county, id: rule.id, product: walnut.product, reason: '协议改了' };
  const cases: [act: () => Promise<unknown>, code: string][] = [
    [() => replaceSettlementRule(at, operator, { ...said, id: newId() }, null), 'not-found'],
    [() => replaceSettlementRule(at, operator, { ...said, stationBp: 10_000, fundBp: 1 }, null), 'parts-above-whole'],
    [() => endSettlementRule(at, operator, { county, id: newId(), reason: '停用' }, null), 'not-found'],
  ];
  for (const [act, code] of cases) assert.equal((await refusalOf(act())).code, code);

  const checkout = await placeTest(at, buyer, [walnut, 1]);
  await payTest(at, buyer, checkout.id);
  const now = await replaceSettlementRule(at, operator, { ...said, name: '核桃新', position: 0, stationBp: 500 }, null);
  assert.deepEqual([now.replaces, now.name, now.endsAt], [rule.id, '核桃新', null]);
  assert.equal(
    (await refusalOf(endSettlementRule(at, operator, { county, id: rule.id, reason: '停用' }, null))).code,
    'rule-ended',
  );
  const names = async () => (await settlementRules(at.db, at.clock.now(), county)).map((r) => r.name);
  assert.ok(!(await names()).includes('核桃旧'));
  const view = await orderView(at, operator, county, checkout.orders[0]?.id as string);
  assert.ok(view.parts.some((part) => part.ruleName === '核桃旧'));
  await assert.rejects(at.db.updateTable('trade.settlement_rule').set({ station_bp: 1 }).execute(), { code: 'SH001' });

  // From a later day on: until then the old one speaks.
  const later = await replaceSettlementRule(
    at,
    operator,
    { ...said, id: now.id, name: '核桃明天', position: 0, validFrom: '2026-09-18' },
    null,
  );
  const stationOf = async (day?: string) => {
    const asked = { county, region: '621221000000', lines: [{ sku: walnut.sku, packs: 1 }], ...(day && { day }) };
    const preview = await previewSettlement(at.db, at.clock.now(), asked, 'zh');
    return preview.lines[0]?.rule?.name;
  };
  assert.deepEqual([await stationOf(), await stationOf('2026-09-18')], ['核桃新', '核桃明天']);
  await endSettlementRule(at, operator, { county, id: later.id, reason: '停用' }, null);
  assert.ok(!(await names()).includes('核桃明天'));
});

test('the order of rules is set as a whole, by who has seen all of them', async () => {
  const ids = async () => (await settlementRules(at.db, at.clock.now(), county)).map((rule) => rule.id);
  const there = await ids();
  const cases = [[], there.slice(1), [...there, newId()], [...there.slice(1), newId()]];
  for (const rules of cases) {
    assert.equal((await refusalOf(orderSettlementRules(at, operator, { county, rules }))).code, 'rules-changed');
  }
  const turned = there.toReversed();
  assert.deepEqual(
    (await orderSettlementRules(at, operator, { county, rules: turned })).map((rule) => rule.id),
    turned,
  );
  await orderSettlementRules(at, operator, { county, rules: there });
  await orderSettlementRules(at, operator, { county, rules: there });
  const set = await at.db.selectFrom('trade.settlement_order').select(['rules', 'by_person']).execute();
  assert.equal(set.length, 2, 'what changes nothing is not written down');
});

test('a preview gives what an order then gives, part by part', async () => {
  const bounds = [
    { part: 'station' as const, per: 'line' as const, floorFen: 500, capFen: null },
    { part: 'platform' as const, per: 'order' as const, floorFen: null, capFen: 50 },
  ];
  const rule = await add({ name: '有保底', position: 0, product: honey.product, levyBp: 100, bounds });
  assert.equal(
    (await refusalOf(add({ bounds: [{ ...(bounds[0] as (typeof bounds)[0]), capFen: 1 }] }))).code,
    'bounds-crossed',
  );
  const asked = {
    county,
    region: '621221000000',
    lines: [
      { sku: honey.sku, packs: 1 },
      { sku: walnut.sku, packs: 2 },
    ],
  };
  const preview = await previewSettlement(at.db, at.clock.now(), asked, 'zh');
  const checkout = await placeTest(at, buyer, [honey, 1], [walnut, 2]);
  await payTest(at, buyer, checkout.id);
  const view = await orderView(at, operator, county, checkout.orders[0]?.id as string);
  assert.deepEqual(
    preview.totals,
    settlementParts
      .map((part) => ({ part, fen: view.parts.reduce((sum, p) => (p.part === part ? sum + p.fen : sum), 0) }))
      .filter(({ fen }) => fen > 0),
  );
  assert.equal(preview.totalFen, view.totalFen);
  const line = preview.lines.find((one) => one.sku === honey.sku);
  assert.equal(line?.rule?.id, rule.id);
  assert.deepEqual(
    line?.parts.map(({ part, fen, why }) => [part, fen, why]),
    [
      ['merchant', 9_200, 'rest'],
      ['station', 500, 'floor'],
      ['platform', 50, 'cap'],
      ['fund', 50, 'share'],
      ['levy', 100, 'share'],
      ['household', 100, 'share'],
    ],
  );
  await endSettlementRule(at, operator, { county, id: rule.id, reason: '试完' }, null);
});

test('fee reports that do not add up: platform and fund by statement, by sheet, by parts and by ledger are one sum', async () => {
  // Of what there is by now, one order is settled and then given back in part, another given back while it is held.
  const orders = await at.db
    .selectFrom('trade.order')
    .selectAll()
    .where('state', '=', 'paid')
    .orderBy('number')
    .execute();
  const [closed, held] = orders;
  if (!closed || !held) throw new Error('orders were paid above');
  await at.db.transaction().execute(async (tx) => {
    const now = at.clock.now();
    for (const to of ['packed', 'sent', 'received'] as const) {
      await moveOrder(tx, now, operator, { county, order: closed.id, to });
    }
    await settleOrder(tx, now, operator, { county, order: closed.id });
  });
  for (const order of [closed, held]) {
    const [line] = await linesOf(at.db, county, [order.id]);
    await at.db.transaction().execute(async (tx) =>
      refundLines(tx, at.clock.now(), operator, (await lockOrder(tx, county, order.id)) as typeof order, {
        lines: [{ line: line?.id as string, goodsFen: 1_111, freightFen: 0 }],
        reason: '坏果',
        evidence: { kind: 'order', id: order.id },
      }),
    );
  }

  const all = await statement(at, operator, county, { size: 200 });
  const { name, bytes } = await statementSheet(at, operator, county, {}, 'zh');
  assert.equal(name, 'settlement-621221-2026-09.xlsx');
  const [totals, rows] = sheetsOf(bytes);
  for (const part of settlementParts) {
    const word = settlementPartWords[part].zh;
    const ofPart = all.totals.filter((total) => total.part === part);
    const sum = (key: 'heldFen' | 'postedFen' | 'reversedFen' | 'voidedFen') =>
      ofPart.reduce((fen, t) => fen + t[key], 0);
    const standing = sum('heldFen') + sum('postedFen') - sum('reversedFen');
    const inRows = all.rows.filter((row) => row.part === part && row.state !== 'voided');
    const fenOf = (row: readonly unknown[], column: number) => Math.round(Number(row[column]) * 100);
    const inTotals = totals.filter((row) => row[0] === word);
    const inSheet = rows.filter((row) => row[4] === word && row[7] !== statementStateWords.voided.zh);
    assert.deepEqual(
      {
        rows: inRows.reduce((fen, row) => fen + row.fen, 0),
        totals: inTotals.reduce((fen, row) => fen + fenOf(row, 2) + fenOf(row, 3) - fenOf(row, 5), 0),
        sheet: inSheet.reduce((fen, row) => fen + fenOf(row, 8), 0),
        ledger: await owedBy(part),
      },
      { rows: standing, totals: standing, sheet: standing, ledger: standing },
      part,
    );
  }
  // Each row of the sheet is its transfer.
  for (const row of rows.slice(1)) {
    const found = await at.db
      .selectFrom('ledger.transfer')
      .select(['amount_fen', 'kind'])
      .where('id', '=', String(row[10]))
      .executeTakeFirstOrThrow();
    const amount = Math.abs(Math.round(Number(row[8]) * 100));
    if (found.kind === 'void') assert.ok(amount <= found.amount_fen);
    else assert.equal(amount, found.amount_fen);
  }
  const own = sheetsOf((await statementSheet(at, merchant, county, {}, 'en')).bytes)[1].slice(1);
  assert.ok(own.length > 0 && own.every((row) => row[4] === 'Merchant or cooperative'));
  assert.equal(
    (await statement(at, operator, county, { state: 'reversed' })).totals.every((t) => t.reversedFen > 0),
    true,
  );
});

test('what was paid out stands beside what is posted, by its own day; a payment the bank returned is not paid', async () => {
  const owner = { county, ownerKind: 'organisation' as const };
  const orgs = [honey.org, walnut.org];
  for (const [i, org] of orgs.entries()) {
    const account = `62220012345${i}`;
    await addPayee(at, registrar, { ...owner, owner: org, kind: 'bank', account, holder: '对公户' }, null);
  }
  const batch = await prepareBatch(at, operator, { ...owner, minimumFen: 1 }, null);
  const { version, totalFen, rows } = await batchView(at, approver, county, batch);
  await approveBatch(at, approver, { county, id: batch, version, totalFen }, null);
  const before = await statement(at, operator, county, { size: 200 });
  await sendPayouts(at);
  const during = await statement(at, operator, county, { size: 200 });
  assert.deepEqual(during.rows, before.rows, 'what is under way is not paid');
  for (const { id } of rows) {
    await recordResult(at, operator, { county, id, outcome: 'paid', reference: 'B1' }, null);
  }
  const paid = (s: Awaited<ReturnType<typeof statement>>) => s.totals.reduce((sum, t) => sum + t.paidFen, 0);
  const inLedger = async () => {
    const accounts = await at.db
      .selectFrom('ledger.account')
      .selectAll()
      .where('kind', '=', 'payout_clearing')
      .execute();
    return accounts.reduce((sum, a) => sum + a.credits_posted - a.debits_posted, 0);
  };
  const september = await statement(at, operator, county, { size: 200 });
  assert.deepEqual([paid(september), await inLedger()], [totalFen, totalFen]);
  for (const total of september.totals.filter((t) => t.org !== null)) {
    assert.equal(total.accountFen, total.postedFen - total.reversedFen - total.paidFen, total.orgName ?? '');
  }
  // Another month: nothing was sold, and one payment came back.
  context.passTime(20 * 24 * 60 * 60_000);
  const [first] = rows;
  await recordReturn(at, operator, { county, id: first?.id as string, reason: '账号已销户' }, null);
  const october = await statement(at, operator, county, { month: '2026-10', size: 200 });
  assert.deepEqual(
    october.rows.map((row) => [row.state, row.fen, row.order, row.batch]),
    [['returned', -(first?.fen ?? 0), null, batch]],
  );
  assert.equal(paid(september) + paid(october), await inLedger());
  assert.equal(
    paid(await statement(at, operator, county, { month: '2026-09' })),
    paid(september),
    'a month stays as it was',
  );
  assert.deepEqual((await statement(at, stranger, county, { month: '2026-10' })).rows, []);
  const mine = await statement(at, merchant, county, { month: '2026-10' });
  const theirs = await statement(at, otherMerchant, county, { month: '2026-10' });
  assert.equal(mine.total + theirs.total, 1, 'its own to the one it was paid to');
  const [totals, lines] = sheetsOf((await statementSheet(at, operator, county, { month: '2026-10' }, 'zh')).bytes);
  assert.equal(Math.round(Number(totals.at(-1)?.[7]) * 100), paid(october));
  assert.deepEqual([lines[1]?.[7], Math.round(Number(lines[1]?.[8]) * 100)], ['付出后退回', paid(october)]);
});

/** What the ledger holds and owes of a part: the accounts it is owed to, and what was laid out for households. */
async function owedBy(part: (typeof settlementParts)[number]): Promise<number> {
  const kind = part === 'household' ? 'shop_share' : part;
  const accounts = await at.db
    .selectFrom('ledger.account')
    .selectAll()
    .where('kind', 'in', part === 'household' ? [kind, 'share_back'] : [kind])
    .execute();
  return accounts.reduce(
    (sum, a) => sum + a.credits_posted - a.debits_posted + (a.kind === kind ? a.credits_pending : 0),
    0,
  );
}

/** The texts of a zip file by path, from its central directory (APPNOTE 4.3.12). */
function unzip(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [size, name, extra, comment] = [20, 28, 30, 32].map((offset, i) =>
      i === 0 ? bytes.readUInt32LE(at + offset) : bytes.readUInt16LE(at + offset),
    ) as [number, number, number, number];
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(from, from + size);
    const content = bytes.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    files.set(bytes.toString('utf8', at + 46, at + 46 + name), content.toString('utf8'));
    at += 46 + name + extra + comment;
  }
  return files;
}

/** The cells of a workbook's two sheets, read from its bytes. */
function sheetsOf(bytes: Buffer): [totals: string[][], rows: string[][]] {
  const files = unzip(bytes);
  const text = (path: string) => files.get(path) ?? '';
  const plain = (s: string) => s.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const shared = [...text('xl/sharedStrings.xml').matchAll(/<si>.*?<t[^>]*>(.*?)<\/t>.*?<\/si>/gs)].map((m) =>
    plain(m[1] ?? ''),
  );
  const sheet = (n: number) =>
    [...text(`xl/worksheets/sheet${n}.xml`).matchAll(/<row[^>]*>(.*?)<\/row>/gs)].map((row) => {
      const cells: string[] = [];
      for (const [, attributes = '', inside = ''] of (row[1] ?? '').matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
        const column = (/r="([A-Z])/.exec(attributes)?.[1] ?? 'A').charCodeAt(0) - 65;
        const value = /<v>(.*?)<\/v>/s.exec(inside)?.[1] ?? /<t[^>]*>(.*?)<\/t>/s.exec(inside)?.[1] ?? '';
        cells[column] = attributes.includes('t="s"') ? (shared[Number(value)] ?? '') : plain(value);
      }
      return cells;
    });
  return [sheet(1), sheet(2)];
}

test('freight to a region that is not there is refused; set again it is changed, not doubled', async () => {
  const rule = { toRegion: '62', firstGrams: 1000, firstFen: 500, stepGrams: 500, stepFen: 100 };
  assert.equal((await refusalOf(setFreightRule(at, county, { ...rule, toRegion: '99' }))).code, 'region-code-broken');
  const set = await setFreightRule(at, county, rule);
  assert.deepEqual([set.toName, set.firstFen, set.freeFromFen], ['甘肃省', 500, null]);
  const again = await setFreightRule(at, county, { ...rule, firstFen: 300, freeFromFen: 9_900 });
  assert.deepEqual([again.id, again.firstFen, again.freeFromFen], [set.id, 300, 9_900]);
});
