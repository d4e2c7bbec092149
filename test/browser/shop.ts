import assert from 'node:assert/strict';
import sharp from 'sharp';
import type { BrowserHouse } from './house.ts';
import type { Visitor } from './visitor.ts';

export const PRODUCT = '新村头茬薄皮核桃';

/** Signs in by phone code; the sandbox shows the code that would be sent. */
export async function signInAtShop(buyer: Visitor): Promise<void> {
  const { page } = buyer;
  await buyer.open('/');
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  await buyer.look('home');
  await page.getByRole('navigation').getByRole('link', { name: '我的' }).click();
  await buyer.look('my page, as a guest');
  await buyer.open('/sign-in?next=/');
  await page.getByLabel('手机号').fill('13900006212');
  await buyer.look('sign in');
  await page.getByRole('button', { name: '发验证码' }).click();
  const code = /\d{6}/.exec((await page.getByRole('note').textContent()) ?? '')?.[0] ?? assert.fail('no code shown');
  await page.getByLabel('验证码').fill(code);
  await buyer.look('the code');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL('/');
}

/** Finds the product by its name and by pinyin. @returns the path of its page */
export async function find(buyer: Visitor): Promise<string> {
  const { page } = buyer;
  const search = async (words: string) => {
    await page.getByRole('searchbox', { name: '搜索' }).fill(words);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: `「${words}」` }).waitFor();
    return page.getByRole('link', { name: PRODUCT });
  };
  await (await search('头茬核桃')).waitFor();
  await buyer.look('what was found');
  await (await search('hetao')).click();
  await page.getByRole('heading', { level: 1, name: PRODUCT }).waitFor();
  return new URL(page.url()).pathname;
}

/** From the product's page over the cart to the order. */
export async function buy(buyer: Visitor): Promise<void> {
  const { page } = buyer;
  await page.getByText('还有 10 件').waitFor();
  await page.getByText('¥16.9/斤').first().waitFor();
  await page.getByRole('link', { name: /新村/ }).first().waitFor();
  await page.getByText('批次 P').first().waitFor();
  await buyer.look('the product');
  await page.getByRole('button', { name: '多一件' }).click();
  await page.getByText('¥67.6').waitFor();
  await page.getByRole('button', { name: '加入购物车' }).click();
  await page.getByText('已放进购物车').waitFor();
  await buyer.look('put in the cart');
  await page.getByRole('link', { name: '去看看' }).click();
  await page.getByRole('heading', { level: 1, name: '购物车' }).waitFor();
  await buyer.look('the cart');
  await page.getByRole('link', { name: '去结算' }).click();

  await page.getByRole('heading', { level: 1, name: '新地址' }).waitFor();
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
  await buyer.look('a new address');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('heading', { level: 1, name: '确认订单' }).waitFor();
  await buyer.look('checkout');
  await page.getByRole('button', { name: '提交订单' }).click();
}

/** Pays in the sandbox. @returns the path of the order's page */
export async function pay(buyer: Visitor): Promise<string> {
  const { page } = buyer;
  await page.getByText('沙盒支付，不会扣款').waitFor();
  await buyer.look('to pay');
  await page.getByRole('button', { name: /^付 ¥/ }).click();
  await page.getByRole('heading', { level: 1, name: '付好了' }).waitFor();
  await buyer.look('paid');
  await page.getByRole('link', { name: '看订单' }).click();
  await page.getByRole('heading', { level: 1, name: '已付款，等打包' }).waitFor();
  await buyer.look('an order that is paid');
  return new URL(page.url()).pathname;
}

/** @returns the path that the code on the first pack of the order leads to */
export async function codeOf(buyer: Visitor, order: string): Promise<string> {
  const { page } = buyer;
  await buyer.open(order);
  await page.getByRole('heading', { level: 1, name: '在路上' }).waitFor();
  await page.getByText('BT621221000001').waitFor();
  await buyer.look('an order under way');
  const codes = page.getByRole('link', { name: '看这一箱的来路' });
  assert.equal(await codes.count(), 2);
  return (await codes.first().getAttribute('href')) ?? assert.fail('a code without a path');
}

/** What anybody sees who points a camera at the pack: where it is from, never from whom. */
export async function readCode(reader: Visitor, code: string): Promise<void> {
  const { page } = reader;
  await reader.open(code);
  await page.getByRole('heading', { level: 1, name: '这一箱' }).waitFor();
  await page.getByText('真码').waitFor();
  await page.getByText('店村镇新村服务站').first().waitFor();
  await page.getByText('承诺达标合格证').first().waitFor();
  await page
    .getByText(/过秤收购/)
    .first()
    .waitFor();
  const text = (await page.locator('body').textContent()) ?? '';
  assert.doesNotMatch(text, /张春分|刘小雪|13900006212|周小暑/, 'a name on the public page');
  await reader.look('the code of a pack');
}

/** Confirms receipt; the order then says in whose pocket each fen is, and the parts sum to what was paid. */
export async function receive(buyer: Visitor): Promise<void> {
  const { page } = buyer;
  await page.getByRole('button', { name: '确认收货' }).click();
  await page.getByText('已确认收货，钱已分给农户和卖家').waitFor();
  await page.getByRole('heading', { level: 2, name: '这一单帮到了谁' }).waitFor();
  await buyer.reloadUntil('已分账，记在账上');
  await buyer.look('an order that is received');
  const rows = page.locator('section', { has: page.getByRole('heading', { name: '这一单帮到了谁' }) }).locator('li');
  const told = (await rows.allTextContents()).filter((text) => text.includes('¥'));
  const parts = told.map((text) => ({ text, fen: fenIn(text) }));
  const paid = parts.find(({ text }) => text.includes('你付的')) ?? assert.fail('it does not say what was paid');
  const others = parts.filter((part) => part !== paid);
  assert.ok(others.length >= 4, told.join('\n'));
  assert.equal(
    others.reduce((sum, { fen }) => sum + fen, 0),
    paid.fen,
    told.join('\n'),
  );
  assert.ok(others.some(({ text, fen }) => text.includes('农户') && fen > 0));
}

/** The last amount in a text, in fen. */
function fenIn(text: string): number {
  const found = /[¥]([\d,]+)(?:\.(\d{1,2}))?(?![\s\S]*[¥])/.exec(text);
  if (!found) return assert.fail(`no amount in ${text}`);
  return Number(found[1]?.replaceAll(',', '')) * 100 + Number((found[2] ?? '').padEnd(2, '0'));
}

/** Opens an after-sale case without script: a file that is no photo is refused by name, the photos beside it stay. */
export async function askWithPhotos(house: BrowserHouse, buyer: Visitor, order: string): Promise<void> {
  const storageState = await buyer.context.storageState();
  const context = await house.browser.newContext({
    ...{ baseURL: house.url, locale: 'zh-CN', javaScriptEnabled: false, storageState },
  });
  const page = await context.newPage();
  await page.goto(order.replace(/^.*\/orders\//, '/after-sale/'));
  await page.getByRole('link', { name: '退货退款' }).click();
  const photo = async (name: string, background: string) => {
    const picture = sharp({ create: { width: 640, height: 480, channels: 3, background } });
    return { name, mimeType: 'image/jpeg', buffer: await picture.jpeg().toBuffer() };
  };
  const note = { name: '记事.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('这不是照片') };
  const form = page.getByLabel(/^照片，一次最多 3 张/);
  const submit = page.getByRole('button', { name: '提交申请' });
  await page.getByRole('checkbox').first().check();
  await form.setInputFiles([await photo('整箱.jpg', '#7a4b2a'), note]);
  await submit.click();
  await page.getByRole('alert').getByText('有照片没有收下').waitFor();
  await page.getByText('「记事.jpg」：只能上传 JPEG、PNG 或 WebP 图片').waitFor();
  await page.getByText('已经传好 1 张').waitFor();
  const four = ['#101010', '#404040', '#808080', '#c0c0c0'].map((shade, at) => photo(`坏果${at}.jpg`, shade));
  await form.setInputFiles(await Promise.all(four));
  await submit.click();
  await page.getByText('还有 1 张没有收').waitFor();
  await page.getByText('已经传好 4 张').waitFor();
  await submit.click();
  await page.waitForURL(/\/cases\//);
  assert.equal(await page.getByRole('img', { name: /^照片 \d$/ }).count(), 4);
  await context.close();
}
