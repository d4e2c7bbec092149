import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import sharp from 'sharp';
import { addDays, dayOf } from '#platform/clock.ts';
import { choose, section, signInAtConsole } from './console.ts';
import { type BrowserHouse, openHouse } from './house.ts';
import { signInAtShop } from './shop.ts';
import type { Visitor } from './visitor.ts';

const COUNTY = 621221;
const PAGE_BUDGET = 25_000;
const TITLE = '给三百棵老核桃树修枝';
const FAILING = '再修一个晒场';
const TIER = '一袋新核桃';
const GOAL_FEN = 16_000;
const PRICE_FEN = 8_000;
const COST_FEN = 5_000;
/** A job looks every minute for projects whose last day is over, and posts or returns. */
const JOB_MS = 180_000;

/** A project from its draft to the households it is for, and one that comes to nothing, in the browsers of those who do it. */
test('a project is backed and its households have their part; another fails and everyone has their money', async (t) => {
  const house = await openHouse(t);
  const [merchant, operator, buyer] = await Promise.all([
    house.visitor('the merchant', 'desk'),
    house.visitor('the operator', 'desk'),
    house.visitor('the backer', 'phone'),
  ]);
  const everyone = [merchant, operator, buyer];
  const told = { households: [] as string[], project: '', failing: '', pledge: '', lost: '' };
  const pictures = process.env.BROWSER_PICTURES;
  let broken = false;
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

  await step('the cooperative drafts and submits a project', async () => {
    await signInAtConsole(merchant, 'chengxian-coop');
    await section(merchant.page, '众筹');
    await merchant.page.getByRole('heading', { level: 1, name: '众筹' }).waitFor();
    await merchant.look('projects of the cooperative');
    told.project = await draft(merchant, TITLE);
    await submit(merchant);
    await merchant.look('a submitted project');
    await section(merchant.page, '众筹');
    told.failing = await draft(merchant, FAILING);
    await submit(merchant);
  });
  await step('who wrote it cannot open it; the county does', async () => {
    await signInAtConsole(operator, 'chengxian');
    told.households = await householdsOf(operator, told.project);
    await section(operator.page, '众筹');
    await operator.page.getByRole('link', { name: TITLE }).waitFor();
    await operator.look('projects');
    for (const title of [TITLE, FAILING]) await open(operator, title);
    await operator.look('an open project');
  });
  await step('the households agree to it, on paper before a witness', () => agree(operator, merchant, told.project));
  await step('the shop tells it, with and without script, in both languages', async () => {
    await buyer.open('/projects');
    await buyer.page.getByRole('link', { name: TITLE }).waitFor();
    await buyer.look('projects');
    for (const lang of ['zh-CN', 'en']) {
      for (const path of ['/projects', shopPath(told.project)]) {
        const html = await (await fetch(house.url + path, { headers: { 'accept-language': lang } })).text();
        const bytes = Buffer.byteLength(html);
        assert.ok(bytes < PAGE_BUDGET, `${path} in ${lang} is ${bytes} bytes`);
        assert.doesNotMatch(html, /张春分|刘小雪|陈大寒/, 'a name on a public page');
      }
    }
    await readWithoutScript(house, shopPath(told.project));
  });
  await step('a backer signs in, chooses a tier and pays', async () => {
    await signInAtShop(buyer);
    await buyer.page.getByRole('heading', { level: 2, name: '正在众筹' }).waitFor();
    told.pledge = await back(buyer, TITLE, 2);
    told.lost = await back(buyer, FAILING, 1);
    await refuseTooMany(buyer, told.project);
  });
  await step('the county sees what is held, and for whom', async () => {
    await operator.open(`/console/${COUNTY}/projects/${told.project}`);
    await operator.page.getByText('已付，托管中').first().waitFor();
    await operator.look('a backed project');
  });
  await step('the last day is over: one is funded, the other fails', async () => {
    for (const project of [told.project, told.failing]) await letEnd(house, project);
    assert.equal(await ended(operator, told.project), 'funded');
    assert.equal(await ended(operator, told.failing), 'failed');
    await buyer.open(`/me/pledges/${COUNTY}/${told.pledge}`);
    await buyer.reloadUntil('钱已入账');
    await buyer.look('a pledge that is posted');
    await buyer.open(`/me/pledges/${COUNTY}/${told.lost}`);
    await buyer.reloadUntil('钱已退回');
    await buyer.look('a pledge that is returned');
    for (const [project, words] of [
      [told.project, '众筹成功'],
      [told.failing, '没有凑够，已退款'],
    ] as const) {
      await buyer.open(shopPath(project));
      await buyer.page.getByText(words).first().waitFor();
      await buyer.look(words);
    }
  });
  await step('each household has its line, to the fen', async () => {
    const part = GOAL_FEN - 2 * COST_FEN;
    const lines = await entriesOf(operator, told.project, part);
    assert.deepEqual(lines, told.households.map((household) => [household, part / 2]).sort());
    await operator.open(`/console/${COUNTY}/benefit/entries?mechanism=crowdfunding`);
    await operator.page.getByText('¥30.00').first().waitFor();
    await operator.look('entries of crowdfunding');
  });
  await step('the cooperative packs and sends what is owed, and the backer has it', async () => {
    const { page } = merchant;
    await merchant.open(`/console/${COUNTY}/projects/${told.project}`);
    await page.getByRole('button', { name: '装箱', exact: true }).click();
    await page.getByText(/已装箱，包裹/).waitFor();
    await page.getByRole('button', { name: '发出', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /^发出包裹/ });
    await dialog.getByLabel('快递').fill('邮政快递');
    await dialog.getByLabel('运单号').fill('BT621221000077');
    await dialog.getByRole('button', { name: '发出', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('BT621221000077').waitFor();
    await merchant.look('what is owed is on its way');

    await buyer.open(`/me/pledges/${COUNTY}/${told.pledge}`);
    await buyer.reloadUntil('BT621221000077');
    await buyer.page.getByText('看这一箱的来路').first().waitFor();
    await buyer.look('a pledge on its way');
    await buyer.page.getByRole('button', { name: '我收到了' }).click();
    await buyer.page.getByText('记下了，谢谢你等到现在').waitFor();
    await buyer.look('a pledge that is received');
    await buyer.open('/me/pledges');
    await buyer.page.getByText('收到了', { exact: true }).waitFor();
    await buyer.look('my pledges');
  });
  await t.test('no page had a fault', () => {
    assert.deepEqual(
      everyone.flatMap((one) => one.faults),
      [],
    );
    assert.deepEqual(house.errors(), []);
  });
});

const shopPath = (project: string) => `/projects/${COUNTY}/${project}`;

/** From the project's page: an agreement with its households, which the cooperative and they sign. */
async function agree(operator: Visitor, merchant: Visitor, project: string): Promise<void> {
  const { page } = operator;
  await operator.open(`/console/${COUNTY}/projects/${project}`);
  const shares = page.locator('section', { has: page.getByRole('heading', { name: '农户和份额' }) }).getByRole('link');
  await shares.first().waitFor();
  const codes = await shares.allTextContents();
  assert.equal(codes.length, 2);
  await page.getByRole('button', { name: '签协议' }).click();
  await page.getByText(TITLE).first().waitFor();
  const field = page.getByRole('combobox', { name: '农户', exact: true });
  for (const code of codes) {
    await field.fill(code);
    await page
      .locator('.ant-select-dropdown:visible')
      .getByTitle(new RegExp(` ${code} `))
      .click();
  }
  await page.getByLabel(/每户的份额/).fill('50');
  await operator.look('an agreement on a project');
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: /^协议/ }).waitFor();
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const sign = `/api/counties/${COUNTY}/agreements/${id}/signature`;
  assert.ok((await merchant.ask('POST', sign, { version: 1 })).status < 300);
  for (const left of [2, 1]) {
    const button = page.getByRole('button', { name: '拍纸质签字' });
    const chooser = page.waitForEvent('filechooser');
    await button.first().click();
    await (await chooser).setFiles({ name: 'paper.png', mimeType: 'image/png', buffer: await paper() });
    await page.waitForFunction(
      ([name, n]) => [...document.querySelectorAll('button')].filter((one) => one.textContent === name).length === n,
      ['拍纸质签字', left - 1] as const,
    );
  }
  await page.reload();
  await page.getByText('生效').first().waitFor();
  await operator.look('an agreement in force');
}

/** A paper as a phone photographs it. */
const paper = () =>
  sharp({ create: { width: 900, height: 1200, channels: 3, background: '#f4f1e8' } })
    .png()
    .toBuffer();

/** Whose project it is, as those see it who open it. */
async function householdsOf(operator: Visitor, project: string): Promise<string[]> {
  const { body } = await operator.ask('GET', `/api/counties/${COUNTY}/project-files/${project}`);
  return (body as { shares: { household: string }[] }).shares.map((one) => one.household);
}

/** Drafts a project of two households that the cooperative has agreements with. @returns its id */
async function draft(merchant: Visitor, title: string): Promise<string> {
  const { page } = merchant;
  await page.getByRole('button', { name: '起草项目' }).click();
  await page.getByLabel('标题', { exact: true }).fill(title);
  await choose(page, '关于哪样货', '');
  await page.getByLabel('故事', { exact: true }).fill('老树三年没修，今年请人上树。\n修好了，明年每棵多收二十斤。');
  await page.getByLabel('目标（元）').fill(String(GOAL_FEN / 100));
  for (const at of [0, 1]) {
    if (at > 0) await page.getByRole('button', { name: '加一户' }).click();
    const field = page.getByRole('combobox', { name: '农户' }).nth(at);
    await field.click();
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').nth(at).click();
  }
  await page.getByRole('button', { name: '平均分' }).click();
  const tier = page.getByRole('group', { name: '第 1 档' });
  await tier.getByLabel('名称', { exact: true }).fill(TIER);
  await tier.getByLabel('价格（元）').fill(String(PRICE_FEN / 100));
  await tier.getByLabel('成本（元）').fill(String(COST_FEN / 100));
  await tier.getByText('每份农户得 ¥30.00').waitFor();
  await tier.getByRole('combobox', { name: '寄什么' }).click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click();
  await tier.getByLabel('一共几份').fill('20');
  await merchant.look('a new project');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await merchant.look('a draft');
  return new URL(page.url()).pathname.split('/').at(-1) ?? assert.fail('no id');
}

async function submit({ page }: Visitor): Promise<void> {
  await page.getByRole('button', { name: '提交', exact: true }).click();
  await page.getByRole('dialog', { name: '提交' }).getByRole('button', { name: '提交', exact: true }).click();
  await page.getByRole('dialog', { name: '提交' }).waitFor({ state: 'hidden' });
  await page.getByText('待审').first().waitFor();
}

async function open({ page }: Visitor, title: string): Promise<void> {
  await section(page, '众筹');
  await page.getByRole('link', { name: title }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await page.getByRole('button', { name: '审核并开放' }).click();
  const dialog = page.getByRole('dialog', { name: '审核并开放' });
  await dialog.getByText(/份额合计 100%/).waitFor();
  await dialog.getByRole('button', { name: '审核并开放' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('众筹中').first().waitFor();
}

/** From the list to the pledge, paid in the sandbox. @returns the pledge's id */
async function back(buyer: Visitor, title: string, n: number): Promise<string> {
  const { page } = buyer;
  await buyer.open('/projects');
  await page.getByRole('link', { name: title }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await page.getByText(/每一分都退回/).waitFor();
  await buyer.look('a project');
  await page.getByRole('radio', { name: new RegExp(TIER) }).check();
  await page.getByLabel('几份').fill(String(n));
  await page.getByRole('button', { name: '支持', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: /^(新地址|确认支持)$/ }).waitFor();
  if (await page.getByRole('heading', { level: 1, name: '新地址' }).isVisible()) await giveAddress(buyer);
  await page
    .getByText(`¥${(PRICE_FEN * n) / 100}`)
    .first()
    .waitFor();
  await buyer.look('what is chosen');
  await page.getByRole('button', { name: '去付款' }).click();
  await page.getByText('沙盒支付，不会扣款').waitFor();
  await buyer.look('to pay for a pledge');
  await page.getByRole('button', { name: /^付 ¥/ }).click();
  await page.getByRole('heading', { level: 1, name: '付好了，钱替你留着' }).waitFor();
  await buyer.look('a pledge that is paid');
  await page.getByRole('link', { name: '看我的支持' }).click();
  await page.getByRole('heading', { level: 1, name: '钱替你留着' }).waitFor();
  await page.getByText('撤回支持').first().waitFor();
  await buyer.look('a pledge that is held');
  return new URL(page.url()).pathname.split('/').at(-1) ?? assert.fail('no id');
}

async function giveAddress({ page }: Visitor): Promise<void> {
  await page.getByLabel('收货人').fill('周小暑');
  await page.getByLabel('手机号').fill('13900006212');
  for (const [level, name] of [
    ['省', '浙江省'],
    ['市', '杭州市'],
    ['区县', '西湖区'],
  ] as const) {
    await page.getByLabel(level, { exact: true }).selectOption({ label: name });
  }
  await page.getByLabel('乡镇、街道').selectOption({ index: 1 });
  await page.getByLabel('详细地址').fill('文三路 1 号 2 幢 301');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('heading', { level: 1, name: '确认支持' }).waitFor();
}

/** More than one backer may have: the form says how many are left to them. */
async function refuseTooMany(buyer: Visitor, project: string): Promise<void> {
  const { page } = buyer;
  const { body } = await buyer.ask('GET', `/api/counties/${COUNTY}/projects/${project}`);
  const tier = (body as { tiers: { id: string }[] }).tiers[0]?.id;
  await buyer.open(`${shopPath(project)}/back?tier=${tier}&n=4`);
  // The refusal is the page's own answer, which the browser calls an error.
  const before = buyer.faults.length;
  await page.getByRole('button', { name: '去付款' }).click();
  await page
    .getByRole('alert')
    .getByText(/每人最多 5 份，还能支持 3 份/)
    .waitFor();
  buyer.faults.splice(before);
  await buyer.look('more than one may have');
}

/** The page tells all of it with script turned off, and its form is there. */
async function readWithoutScript(house: BrowserHouse, path: string): Promise<void> {
  const context = await house.browser.newContext({ baseURL: house.url, locale: 'zh-CN', javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(path);
  for (const part of [
    page.getByRole('heading', { level: 1, name: TITLE }),
    page.getByText(/每一分都退回/),
    page.getByRole('button', { name: '支持', exact: true }),
  ]) {
    assert.ok(await part.isVisible(), path);
  }
  await context.close();
}

/** Its last day was yesterday, for all who look. */
async function letEnd({ db }: BrowserHouse, project: string): Promise<void> {
  const yesterday = addDays(dayOf(new Date()), -1);
  await sql`update presale.project set opens_on = ${yesterday}, ends_on = ${yesterday}
             where county = ${COUNTY} and id = ${project}`.execute(db);
  await sql`update trade.promise set until = now() where county = ${COUNTY} and id = ${project}`.execute(db);
}

/** How a project ended, as soon as it has. */
async function ended(operator: Visitor, project: string): Promise<string> {
  for (const end = Date.now() + JOB_MS; ; await sleep(1000)) {
    const { body } = await operator.ask('GET', `/api/counties/${COUNTY}/projects/${project}`);
    const { state } = body as { state: string };
    if (state !== 'open') return state;
    if (Date.now() > end) throw new Error(`project ${project} never ended`);
  }
}

/** What households have of a project, once it sums to all of their part. @returns household and fen, sorted */
async function entriesOf(operator: Visitor, project: string, sum: number): Promise<[household: string, fen: number][]> {
  for (const end = Date.now() + JOB_MS; ; await sleep(1000)) {
    const { body } = await operator.ask('GET', `/api/counties/${COUNTY}/benefit/entries?mechanism=crowdfunding`);
    const all = (body as { rows: { household: string; evidence: string; fen: number }[] }).rows;
    const rows = all.filter((one) => one.evidence === project);
    if (rows.reduce((so, one) => so + one.fen, 0) === sum) {
      return rows.map((one): [string, number] => [one.household, one.fen]).sort();
    }
    if (Date.now() > end) throw new Error(`entries are ${JSON.stringify(rows)}, due are ${sum}`);
  }
}
