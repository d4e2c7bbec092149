import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { projectFolder } from '#platform/config.ts';
import { choose, fact, section, signInAtConsole } from './console.ts';
import { openHouse } from './house.ts';
import { askWithPhotos, buy, codeOf, find, PRODUCT, pay, readCode, receive, signInAtShop } from './shop.ts';
import { deadLinks, lotPages, readWithoutScript, scriptBytes } from './shop-pages.ts';
import type { Visitor } from './visitor.ts';

const COUNTY = 621221;
const SCRIPT_BUDGET = 40_000;
/** of a trace page's HTML, uncompressed */
const PAGE_BUDGET = 25_000;
const HOUSEHOLD = '00002';
const JIN = '21.2';
const GRAMS = 10_600;
const PACKS = 10;

/** The job of the house, from a household's scale to its ledger, in the browsers of those who do it. */
test('one box of walnuts, from a household to its ledger', async (t) => {
  const house = await openHouse(t);
  const [keeper, merchant, operator, buyer] = await Promise.all([
    house.visitor('the keeper', 'phone'),
    house.visitor('the merchant', 'desk'),
    house.visitor('the operator', 'desk'),
    house.visitor('the buyer', 'phone'),
  ]);
  const told = { note: '', product: '', order: '', code: '' };

  const everyone = [keeper, merchant, operator, buyer];
  const pictures = process.env.BROWSER_PICTURES;
  let broken = false;
  // Each step stands on the one before, so what follows a broken one would only fail for want of it.
  const step = (name: string, run: () => Promise<void>) =>
    t.test(name, { skip: broken }, async () => {
      try {
        await run();
      } catch (error) {
        broken = true;
        if (pictures) await Promise.all(everyone.map((one) => one.keepPicture(pictures)));
        throw error;
      }
    });

  await step('the keeper weighs in on a phone', async () => {
    told.note = await weighIn(keeper);
  });
  await step('the merchant drafts a product', () => draftProduct(merchant));
  await step('the operator lets it into the shop', () => approve(operator));
  await step('the operator certifies the lot, packs it to the gram and puts it on sale', () =>
    certifyAndPack(operator, told.note),
  );

  await step('the buyer finds it and pays on a phone', async () => {
    await signInAtShop(buyer);
    told.product = await find(buyer);
    await buy(buyer);
    told.order = await pay(buyer);
  });
  await step('the merchant packs and sends it', () => packAndSend(merchant, new URL(told.order, house.url)));
  await step('anybody reads the code on the pack', async () => {
    told.code = await codeOf(buyer, told.order);
    const reader = await house.visitor('a reader of the code', 'phone');
    everyone.push(reader);
    await readCode(reader, told.code);
  });
  await step('the buyer has it and sees whom it helped', () => receive(buyer));
  await step('the operator follows the yuan to the note', () => followTheYuan(operator, told.note));
  await step('product and trace pages are light, and are there without script', async () => {
    for (const path of [told.product, told.code]) {
      const bytes = await scriptBytes(house, path);
      assert.ok(bytes < SCRIPT_BUDGET, `${path} sends ${bytes} bytes of script`);
      await readWithoutScript(house, path);
    }
  });
  await step('every trace page is under 25 kB, in both languages, and its certificate can be verified', async () => {
    for (const lang of ['zh-CN', 'en']) {
      const answer = await fetch(house.url + told.code, { headers: { 'accept-language': lang } });
      const html = await answer.text();
      for (const [path, page] of [[told.code, html] as const, ...(await lotPages(house, lang))]) {
        const bytes = Buffer.byteLength(page);
        assert.ok(bytes < PAGE_BUDGET, `${path} in ${lang} is ${bytes} bytes`);
      }
      const certificate = /href="(\/certificates\/[^"]+)"/.exec(html)?.[1] ?? '';
      assert.match(await (await fetch(house.url + certificate)).text(), /这张证有效/);
    }
  });
  await step('without script, photos go with the form: what is wrong with one is said, and the others are kept', () =>
    askWithPhotos(house, buyer, told.order),
  );
  await step('every link of the shop leads somewhere', async () => {
    const dead = await deadLinks(buyer, [
      '/',
      `/county/${COUNTY}`,
      '/categories',
      '/villages',
      '/cart',
      '/me',
      told.product,
      told.code,
      told.order,
      '/orders',
      '/addresses',
      '/trace',
    ]);
    assert.deepEqual(dead, []);
  });
  await t.test('no page had a fault', () => {
    assert.deepEqual(
      everyone.flatMap((one) => one.faults),
      [],
    );
    assert.deepEqual(house.errors(), []);
  });
});

/** @returns the number of the note */
async function weighIn(keeper: Visitor): Promise<string> {
  const { page } = keeper;
  await signInAtConsole(keeper, 'chengxian-keeper');
  await page.getByRole('heading', { level: 1, name: '店村镇新村服务站' }).waitFor();
  await keeper.look('the station');
  await page.getByRole('link', { name: '过秤收购' }).click();

  await startWeighing(keeper);
  const before = await leftJin(keeper);
  await keeper.look('weighing');

  // Far more than the trees can yield.
  const tooMuch = Math.ceil(before * 2) + 1;
  await page.getByLabel('重量').fill(String(tooMuch));
  await page.getByText(/超过了，今年只能再收/).waitFor();
  assert.ok(await page.getByRole('button', { name: '下一步' }).isDisabled());
  await keeper.look('weighing too much');
  await page.getByLabel('重量').fill('');
  await refuseTooMuch(keeper, tooMuch);

  for (const key of JIN) await page.getByRole('button', { name: key, exact: true }).click();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('radio', { name: /^一级/ }).check();
  await keeper.look('grade and price');
  await page.getByRole('button', { name: /^下一步，共/ }).click();
  await page.getByRole('heading', { level: 1, name: '对一遍' }).waitFor();
  await keeper.look('the whole once more');
  await page.getByRole('button', { name: /^记下，付/ }).click();
  await page.getByText('已记好').waitFor();
  const title = await page.getByRole('heading', { level: 1, name: /^收购单/ }).textContent();
  const number = /S\d{6}-\d{4,}/.exec(title ?? '')?.[0] ?? assert.fail(`no number in ${title}`);
  assert.match((await fact(page, '重量').textContent()) ?? '', /10\.6/);
  await keeper.look('a new note');

  await page.getByRole('link', { name: '再过一秤' }).click();
  await startWeighing(keeper);
  assert.equal(Math.round((before - (await leftJin(keeper))) * 10), Number(JIN) * 10);
  return number;
}

/** The server's own word: refused, and no note written. */
async function refuseTooMuch(keeper: Visitor, jin: number): Promise<void> {
  const query = new URL(keeper.page.url()).searchParams;
  const [station, household] = [query.get('station'), query.get('household')];
  const notes = `/api/counties/${COUNTY}/purchases`;
  const count = async () =>
    ((await keeper.ask('GET', `${notes}?household=${household}`)).body as { total: number }).total;
  const before = await count();
  const note = { station, household, crop: 'walnut', grade: '一级', grams: jin * 500, fenPerKg: 2000, paid: 'cash' };
  const { status, body } = await keeper.ask('POST', notes, note);
  assert.deepEqual([status, (body as { code: string }).code], [422, 'grams-above-yield']);
  assert.equal(await count(), before);
}

async function startWeighing({ page }: Visitor): Promise<void> {
  await page.getByRole('searchbox', { name: '姓名、拼音首字母或户编号' }).fill(HOUSEHOLD);
  await page.getByRole('button', { name: HOUSEHOLD }).click();
  await page.getByRole('button', { name: /^核桃/ }).click();
  await page.getByLabel('重量').waitFor();
}

async function leftJin({ page }: Visitor): Promise<number> {
  const text = await page.getByText(/今年还能收/).textContent();
  return Number(/([\d,.]+)\s*斤/.exec(text ?? '')?.[1]?.replaceAll(',', ''));
}

async function draftProduct(merchant: Visitor): Promise<void> {
  const { page } = merchant;
  await signInAtConsole(merchant, 'chengxian-coop');
  await merchant.look('orders');
  await section(page, '商品与审核');
  await merchant.look('products');
  await page.getByRole('link', { name: '新建商品' }).click();
  await page.getByLabel('名称', { exact: true }).fill(PRODUCT);
  await choose(page, '作物', '核桃');
  await choose(page, '分类', '坚果');
  await choose(page, '乡镇', '店村镇');
  await choose(page, '村', '新村');
  await page.getByLabel('保质期').fill('240');
  await page.getByLabel('9 月', { exact: true }).check();
  await page.getByLabel('一句话', { exact: true }).fill('手捏就开，今年新果');
  await page.getByLabel('故事', { exact: true }).fill('白露前后打下来，晒足七天。');
  await merchant.look('a new product');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('heading', { level: 1, name: PRODUCT }).waitFor();

  await page.getByRole('button', { name: '加规格' }).click();
  const dialog = page.getByRole('dialog', { name: '加规格' });
  await dialog.getByLabel('规格', { exact: true }).fill('1 公斤布袋');
  await dialog.getByLabel('净重').fill('1000');
  await dialog.getByLabel('毛重').fill('1080');
  await dialog.getByLabel('等级').fill('一级');
  await dialog.getByLabel('售价').fill('33.80');
  await dialog.getByText('¥16.90/斤').waitFor();
  await merchant.look('a new SKU');
  await dialog.getByRole('button', { name: '保存' }).click();
  await dialog.waitFor({ state: 'hidden' });

  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: '上传图片' }).click();
  await (await chooser).setFiles({ name: 'walnuts.png', mimeType: 'image/png', buffer: await photo() });
  await page.getByRole('img', { name: PRODUCT }).waitFor();
  await merchant.look('a draft');
  await page.getByRole('button', { name: '送审' }).click();
  await page.getByText('待审核').first().waitFor();
}

/** A photo as a phone might send it. */
function photo(): Promise<Buffer> {
  return sharp(join(projectFolder, 'demo/pictures/walnut.webp')).resize(1600).png().toBuffer();
}

async function approve(operator: Visitor): Promise<void> {
  const { page } = operator;
  await signInAtConsole(operator, 'chengxian');
  await page.getByRole('heading', { level: 1, name: /成县/ }).waitFor();
  await operator.look('the county');
  await page.getByRole('link', { name: '待审核' }).click();
  await page.getByRole('link', { name: PRODUCT }).click();
  await page.getByRole('button', { name: '通过并上架' }).click();
  const tests = page.getByRole('dialog', { name: '通过并上架' });
  await tests.getByText('带动').first().waitFor();
  await operator.look('its three tests');
  await tests.getByRole('button', { name: '通过并上架' }).click();
  await tests.waitFor({ state: 'hidden' });
  await page.getByText('在售').first().waitFor();
  await operator.look('a product on sale');
}

async function certifyAndPack(operator: Visitor, note: string): Promise<void> {
  const { page } = operator;
  await section(page, '收购单');
  await operator.look('notes');
  await page.getByRole('link', { name: note }).click();
  await page.getByRole('heading', { level: 1, name: note }).waitFor();
  await operator.look('a note');
  await fact(page, '批次').getByRole('link').click();
  await page.getByRole('button', { name: '开合格证' }).click();
  await page.getByRole('dialog', { name: '开合格证' }).getByLabel('质量安全控制符合要求').check();
  await operator.look('certifying');
  await page.getByRole('button', { name: '开证并封批' }).click();
  await page.getByRole('heading', { level: 2, name: '承诺达标合格证' }).waitFor();
  await operator.look('a certified lot');

  await page.getByRole('link', { name: '分级装袋' }).click();
  await choose(page, '规格', PRODUCT);
  await page.getByLabel(/^从 L.* 取/).fill(String(GRAMS / 1000));
  await page.getByLabel('装了几件').fill(String(PACKS));
  await page.getByText('5.7%').waitFor();
  await operator.look('packing');
  await page.getByRole('button', { name: '记下装袋' }).click();
  await page.getByRole('heading', { level: 1, name: /^批次 P/ }).waitFor();
  await page.getByRole('button', { name: '上架成库存' }).click();
  await page.getByText(`可卖 ${PACKS} 件`).waitFor();
  await operator.look('a packed lot');
}

async function packAndSend(merchant: Visitor, order: URL): Promise<void> {
  const { page } = merchant;
  await section(page, '装箱清单');
  await merchant.look('to pack');
  const id = order.pathname.split('/').at(-1);
  const row = page.locator('li', { has: page.locator(`a[href$="${id}"]`) });
  const number = (await row.locator(`a[href$="${id}"]`).textContent()) ?? '';
  await row.getByRole('button', { name: '装箱' }).click();
  await page.getByText(/已装箱，包裹/).waitFor();
  await page.getByRole('tab', { name: '待发出' }).click();
  await merchant.look('to send');
  // The number of a parcel may be that of another order behind a letter.
  const toSend = page.getByRole('row', { name: new RegExp(`(^|\\s)${number}`) });
  await toSend.getByRole('button', { name: '发出' }).click();
  const dialog = page.getByRole('dialog', { name: /^发出包裹/ });
  await dialog.getByLabel('快递').fill('邮政快递');
  await dialog.getByLabel('运单号').fill('BT621221000001');
  await merchant.look('sending');
  await dialog.getByRole('button', { name: '发出', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('tab', { name: '运输中' }).click();
  await page.getByRole('row', { name: number }).waitFor();
  await merchant.look('under way');
}

async function followTheYuan(operator: Visitor, note: string): Promise<void> {
  const { page } = operator;
  await section(page, '县情');
  await page.getByRole('link', { name: /^农户收入/ }).click();
  await page.getByRole('heading', { level: 1, name: '助农到户' }).waitFor();
  await operator.look('totals');
  await page.getByRole('link', { name: '产业收购' }).click();
  await page.getByRole('heading', { level: 1, name: '收入明细' }).waitFor();
  // The note may have brought a floor price as well, which is an entry of its own.
  const bought = page.getByRole('row', { name: `收购单 ${note}` });
  await bought.waitFor();
  await operator.look('entries');

  // By the ledger: the transfer that the entry stands on, and from there its evidence.
  await bought.getByRole('link', { name: '看转账' }).click();
  await page.getByRole('heading', { level: 1, name: /^转账/ }).waitFor();
  await operator.look('a transfer');
  await fact(page, '凭据').getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: note }).waitFor();
  assert.match((await fact(page, '农户').textContent()) ?? '', new RegExp(`${HOUSEHOLD}$`));
  assert.match((await fact(page, '重量').textContent()) ?? '', /10\.6/);
  await section(page, '账本');
  await operator.look('the ledger');
}
