import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccountName, balance, findAccount } from '#ledger';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import {
  addTestHousehold,
  addTestOrganisation,
  openTestCounty,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { addTestAgreement, disputeTestAgreement } from '../../../test/fixtures-agreements.ts';
import {
  addTestOrder,
  addTestPackedLot,
  addTestPurchase,
  addTestSku,
  type TestPurchase,
} from '../../../test/fixtures-benefit.ts';
import { assertSound, bearTestFee, deliver, refundTestLine } from '../../../test/fixtures-posting.ts';
import type { Terms } from '../agreements/agreement-kinds.ts';
import { decideAgreementDispute } from '../agreements/dispute-agreement.ts';
import { endAgreement } from '../agreements/end-agreement.ts';

const context = await testContext();
const { at } = context;
const of = await openTestCounty(at);
const { county, cooperative, merchantOrg } = of;
const signedAt = new Date('2026-03-01T00:00:00Z');

const margin = (bp = 1_000, products: string[] = []): Terms => ({ kind: 'shop', per: 'margin', bp, products });
const unit = (fen: number): Terms => ({ kind: 'shop', per: 'unit', fen, products: [] });
const startup = (over: Partial<Extract<Terms, { kind: 'startup' }>> = {}): Terms => ({
  ...{ kind: 'startup', help: ['training'], worthFen: 100_000, business: merchantOrg, ...over },
});
const addTestShop = () => addTestOrganisation(at, { county, kind: 'merchant', name: '成县孙家山货店' });
const newHousehold = () => addTestHousehold(at, { county, village: testVillage, name: '孙玉梅' });
const agree = (household: string, terms: Terms, over: Partial<Parameters<typeof addTestAgreement>[1]> = {}) =>
  addTestAgreement(at, {
    ...{ county, org: cooperative, terms, households: [{ household, village: testVillage }], signedAt },
    ...over,
  });

/**
 * Each household brought 5 kg at ¥18; all of it was packed by 500 g, and 4 packs of ¥39.80 were sold: the merchant has
 * ¥159.20 less the share for households, of which ¥36 was paid for the produce.
 */
async function sold(households: readonly string[], { shop = of, household = 0 } = {}) {
  const notes: TestPurchase[] = [];
  for (const one of households) {
    const note = await addTestPurchase(at, of, { household: one, grams: 5_000, fenPerKg: 1_800 });
    await deliver(at, note.event);
    notes.push(note);
  }
  const sku = await addTestSku(at, shop);
  const lot = await addTestPackedLot(at, shop, { ...sku, packs: 10 * households.length, from: notes });
  const order = await addTestOrder(at, shop, [{ ...sku, unitFen: 3_980, lots: [{ lot, packs: 4 }], household }]);
  await deliver(at, order.event);
  await deliver(at, order.event);
  return { ...order, line: order.lines[0] as string, product: sku.product };
}

const posted = (household: string) =>
  scoped(at.db, String(county), async (tx) => ({
    entries: (
      await tx
        .selectFrom('benefit.entry')
        .select(['evidence_kind', 'fen'])
        .where('household', '=', household)
        .where('evidence_kind', '<>', 'purchase')
        .orderBy('at')
        .orderBy('id')
        .execute()
    ).map((e) => [e.evidence_kind, e.fen]),
    leftOut: (
      await tx
        .selectFrom('benefit.left_out')
        .select(['evidence_kind', 'why'])
        .where('household', '=', household)
        .execute()
    ).map((l) => [l.evidence_kind, l.why]),
  }));

const owed = async (name: AccountName) => {
  const account = await findAccount(at.db, county, name);
  return account ? (await balance(at.db, county, account)).balance : 0;
};

test('nothing of a shop’s agreement posts, and why', async (t) => {
  const none = await newHousehold();
  const elsewhere = await newHousehold();
  await agree(elsewhere, margin(), { org: merchantOrg });
  const otherGoods = await newHousehold();
  await agree(otherGoods, margin(1_000, [newId()]));
  const unsigned = await newHousehold();
  await agree(unsigned, margin(), { signedAt: new Date('2026-12-01T00:00:00Z') });
  const over = await newHousehold();
  await agree(over, margin(), { startsOn: '2026-01-01', endsOn: '2026-09-01' });
  const longOver = await newHousehold();
  await agree(longOver, margin(), { startsOn: '2025-01-01', endsOn: '2025-12-31' });
  const ended = await newHousehold();
  const agreement = await agree(ended, margin());
  await endAgreement(at, of.operator, { county, id: agreement, reason: '不做了' }, null);
  const disputed = await newHousehold();
  await disputeTestAgreement(
    at,
    county,
    { household: disputed, agreement: await agree(disputed, margin()) },
    testVillage,
  );
  const released = await newHousehold();
  const dispute = await disputeTestAgreement(
    at,
    county,
    { household: released, agreement: await agree(released, margin()) },
    testVillage,
  );
  await decideAgreementDispute(at, of.operator, { county, id: dispute, decision: 'released', answer: '退出' }, null);
  const table: [string, string, string[]][] = [
    ['no agreement', none, []],
    ['with another shop', elsewhere, []],
    ['on other goods', otherGoods, []],
    ['signed only later', unsigned, []],
    ['the term is just over', over, ['wrong-period']],
    ['the term is long over', longOver, []],
    ['ended', ended, ['agreement-over']],
    ['disputed', disputed, ['household-disputed']],
    ['released', released, ['household-disputed']],
  ];
  for (const [name, household, why] of table) {
    await t.test(name, async () => {
      await sold([household]);
      const { entries, leftOut } = await posted(household);
      assert.deepEqual([entries, leftOut.map(([, reason]) => reason)], [[], why]);
    });
  }
  await t.test('bought in dearer than it sold: no margin, nothing below zero', async () => {
    const dear = await newHousehold();
    await agree(dear, margin());
    const note = await addTestPurchase(at, of, { household: dear, grams: 5_000, fenPerKg: 9_000 });
    await deliver(at, note.event);
    const sku = await addTestSku(at, of);
    const lot = await addTestPackedLot(at, of, { ...sku, packs: 10, from: [note] });
    const order = await addTestOrder(at, of, [{ ...sku, unitFen: 3_980, lots: [{ lot, packs: 4 }] }]);
    await deliver(at, order.event);
    assert.deepEqual(await posted(dear), { entries: [], leftOut: [] });
  });
});

test('a part of the margin and the share the rule holds are different yuan, and both come from where they were', async () => {
  const [a, b, c] = [await newHousehold(), await newHousehold(), await newHousehold()];
  await agree(a, margin());
  await agree(b, unit(300));
  const names = [
    { kind: 'merchant', owner: cooperative },
    { kind: 'shop_share', owner: 'county' },
  ] as const;
  const before = await Promise.all(names.map(owed));
  const { line } = await sold([a, b, c], { household: 300 });
  const after = await Promise.all(names.map(owed));
  // The merchant has 15,620; 3,600 was paid for the produce; a tenth of 12,020 on a third of the grams, ¥3 a pack on b's.
  assert.deepEqual((await posted(a)).entries, [
    ['order_line', 100],
    ['agreed_line', 401],
  ]);
  assert.deepEqual((await posted(b)).entries, [
    ['order_line', 100],
    ['agreed_line', 400],
  ]);
  assert.deepEqual((await posted(c)).entries, [['order_line', 100]]);
  // What the order brought to the merchant and to the shop-share account, less what entries say.
  assert.deepEqual(
    after.map((fen, i) => fen - (before[i] as number)),
    [15_620 - 801, 0],
  );
  const entries = await scoped(at.db, String(county), (tx) =>
    tx.selectFrom('benefit.entry').select('fen').where('evidence', '=', line).execute(),
  );
  assert.equal(
    entries.reduce((sum, entry) => sum + entry.fen, 0),
    300 + 801,
  );
  await assertSound(at.db);
});

test('a whole village by its agreement', async () => {
  const household = await newHousehold();
  const shop = { ...of, cooperative: of.merchantOrg };
  await addTestAgreement(at, { county, org: merchantOrg, terms: unit(50), villages: [testVillage], signedAt });
  await sold([household], { shop });
  assert.deepEqual((await posted(household)).entries, [['agreed_line', 200]]);
});

test('what was left out in a dispute posts once when the agreement stands', async () => {
  const [a, b] = [await newHousehold(), await newHousehold()];
  const agreement = await agree(a, margin());
  await agree(b, margin());
  const dispute = await disputeTestAgreement(at, county, { household: a, agreement }, testVillage);
  await sold([a, b]);
  assert.deepEqual(await posted(a), { entries: [], leftOut: [['agreed_line', 'household-disputed']] });
  const decision = { county, id: dispute, decision: 'stands' as const, answer: '照旧' };
  await decideAgreementDispute(at, of.operator, decision, null);
  const [of_a, of_b] = [await posted(a), await posted(b)];
  assert.deepEqual([of_a.leftOut, of_a.entries], [[], of_b.entries]);
  assert.deepEqual(of_a.entries, [['agreed_line', 616]]);
  await assertSound(at.db);
});

test('nothing of an own shop posts, and why', async (t) => {
  const owner = await newHousehold();
  const grower = await newHousehold();
  const table: [string, (shop: string) => Promise<unknown>, string[]][] = [
    ['no agreement', async () => {}, []],
    ['of another shop', (_) => agree(owner, startup()), []],
    ['an agreement without a shop', () => agree(owner, { kind: 'startup', help: ['rent'], worthFen: 1 }), []],
    [
      'signed only later',
      (shop) => agree(owner, startup({ business: shop }), { signedAt: new Date('2026-12-01T00:00:00Z') }),
      [],
    ],
    [
      'the term is just over',
      (shop) => agree(owner, startup({ business: shop }), { startsOn: '2026-01-01', endsOn: '2026-09-01' }),
      ['wrong-period'],
    ],
    [
      'ended',
      async (shop) =>
        endAgreement(
          at,
          of.operator,
          { county, id: await agree(owner, startup({ business: shop })), reason: '不做了' },
          null,
        ),
      ['agreement-over'],
    ],
    [
      'disputed',
      async (shop) =>
        disputeTestAgreement(
          at,
          county,
          { household: owner, agreement: await agree(owner, startup({ business: shop })) },
          testVillage,
        ),
      ['household-disputed'],
    ],
  ];
  for (const [name, prepare, why] of table) {
    await t.test(name, async () => {
      await scoped(at.db, String(county), (tx) =>
        tx.deleteFrom('benefit.left_out').where('household', '=', owner).execute(),
      );
      const shop = await addTestShop();
      await prepare(shop);
      await sold([grower], { shop: { ...of, cooperative: shop } });
      const { entries, leftOut } = await posted(owner);
      assert.deepEqual([entries, leftOut.map(([, reason]) => reason)], [[], why]);
    });
  }
});

test('an own shop’s net sales: what growers were paid and given is not counted again, and a refund takes back', async () => {
  const [owner, grower] = [await newHousehold(), await newHousehold()];
  const shop = await addTestShop();
  const goods = { ...of, cooperative: shop };
  await agree(owner, startup({ business: shop }), { org: of.centre });
  await agree(grower, unit(200), { org: shop });
  const { line, order } = await sold([owner, grower], { shop: goods });
  // 15,920 for the merchant, 3,600 paid for the produce (half of it the owner's own), ¥2 a pack on half of the grams.
  assert.deepEqual((await posted(grower)).entries, [['agreed_line', 400]]);
  assert.deepEqual((await posted(owner)).entries, [['sale', 11_920]]);
  assert.equal(await owed({ kind: 'merchant', owner: shop }), 3_600);
  await assertSound(at.db);

  const first = await refundTestLine(at, of, { order, line, fen: 3_980 });
  await deliver(at, first);
  await deliver(at, first);
  assert.deepEqual((await posted(owner)).entries, [
    ['sale', 11_920],
    ['sale', -3_980],
  ]);
  await deliver(at, await refundTestLine(at, of, { order, line, fen: 11_939 }));
  const { entries } = await posted(owner);
  assert.equal(
    entries.reduce((sum, [, fen]) => sum + (fen as number), 0),
    0,
    'never below nothing',
  );
  assert.deepEqual((await posted(grower)).entries, [['agreed_line', 400]], 'growers keep what they have');
  await assertSound(at.db);
});

test('fees that an own shop bore are taken from its sales, once, whether they came before a sale or after', async () => {
  const owner = await newHousehold();
  const shop = await addTestShop();
  const goods = { ...of, cooperative: shop };
  const sale = () => sold([owner], { shop: goods });
  const balanceOfShop = () => owed({ kind: 'merchant', owner: shop });
  const sales = async () => (await posted(owner)).entries.map(([, fen]) => fen);
  const unbound = await sale();
  // Before the agreement the shop's money was its own, and so were its fees.
  await bearTestFee(at, county, { order: unbound.order, org: shop, fen: 95 });
  context.setTime('2026-09-20T02:00:00Z');
  await agree(owner, startup({ business: shop }), { org: of.centre, startsOn: '2026-09-20' });
  const before = await balanceOfShop();

  const first = await sale();
  assert.deepEqual(await sales(), [12_320], '15,920 less the 3,600 paid for the produce');
  await bearTestFee(at, county, { order: first.order, org: shop, fen: 95 });
  assert.equal(await balanceOfShop(), before + 3_600 - 95, 'it came after the sale: the shop is short of it');

  const second = await sale();
  assert.deepEqual((await sales()).slice(1), [12_320 - 95], 'the next sale pays it');
  assert.equal(await balanceOfShop(), before + 7_200);

  // A refund takes back what the line still has to give, not what the provider took.
  await deliver(at, await refundTestLine(at, of, { order: second.order, line: second.line, fen: 15_920 }));
  assert.deepEqual((await sales()).slice(2), [-(12_320 - 95)]);
  // And the provider gives its fee back: whoever paid it gets it with the next sale.
  await bearTestFee(at, county, { order: second.order, org: shop, fen: -95 });
  const short = await balanceOfShop();
  await sale();
  assert.deepEqual((await sales()).slice(3), [12_320 + 95]);
  assert.equal(await balanceOfShop(), short - 95 + 3_600);
  await assertSound(at.db);
});

test('two sales of a shop at once do not both pay its fees, and no sale is all fees', async () => {
  const owner = await newHousehold();
  const shop = await addTestShop();
  const goods = { ...of, cooperative: shop };
  await agree(owner, startup({ business: shop }), { org: of.centre });
  const first = await sold([owner], { shop: goods });
  await bearTestFee(at, county, { order: first.order, org: shop, fen: 20_000 });
  await Promise.all([sold([owner], { shop: goods }), sold([owner], { shop: goods })]);
  const entries = (await posted(owner)).entries.map(([, fen]) => fen as number).sort((a, b) => a - b);
  assert.deepEqual(entries, [1, 2 * 12_320 - 20_000 - 1, 12_320]);
  await assertSound(at.db);
});
