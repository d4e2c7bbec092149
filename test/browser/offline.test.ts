import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signInAtConsole } from './console.ts';
import { openHouse } from './house.ts';
import type { Visitor } from './visitor.ts';

const COUNTY = 621221;
const PIN = '280417';

interface Bought {
  household: string;
  jin: string;
  grams: number;
}
// Two households, five purchases, on two devices of one station.
const ON_PHONE: readonly Bought[] = [
  { household: '00002', jin: '21.2', grams: 10_600 },
  { household: '00003', jin: '8.5', grams: 4_250 },
  { household: '00002', jin: '30', grams: 15_000 },
];
const ON_TABLET: readonly Bought[] = [
  { household: '00002', jin: '12', grams: 6_000 },
  { household: '00003', jin: '40.4', grams: 20_200 },
];

/** A day without a signal: five purchases on two devices, a reload, a note taken back, and the books in the evening. */
test('two devices buy in without a signal, and the books are right when they come back', async (t) => {
  const house = await openHouse(t);
  const [phone, tablet, operator] = await Promise.all([
    house.visitor('the phone', 'phone'),
    house.visitor('the tablet', 'phone'),
    house.visitor('the operator', 'desk'),
  ]);
  const devices = [phone, tablet];
  const pictures = process.env.BROWSER_PICTURES;
  let broken = false;
  const step = (name: string, run: () => Promise<void>) =>
    t.test(name, { skip: broken }, async () => {
      try {
        await run();
      } catch (error) {
        broken = true;
        if (pictures) await Promise.all(devices.map((one) => one.keepPicture(pictures)));
        throw error;
      }
    });
  let before: Map<string, number>;
  let card = '';

  await step('the keeper sets both up, each with its PIN', async () => {
    await signInAtConsole(operator, 'chengxian');
    card = await cardOf(operator, '00002');
    for (const device of devices) await setUp(device);
    before = await earned(operator);
  });
  await step('the signal goes, and both go on buying', async () => {
    for (const device of devices) await device.context.setOffline(true);
    for (const one of ON_PHONE) await buy(phone, one);
    for (const one of ON_TABLET) await buy(tablet, one);
    await phone.look('a note without a signal');
    await station(phone);
    await phone.page.getByText('3 张待送').waitFor();
    await phone.look('the station without a signal');
  });
  await step('a card is read by the camera, without a signal and by a browser that reads no codes itself', async () => {
    const { page } = phone;
    assert.equal(await page.evaluate(() => 'BarcodeDetector' in window), false);
    await page.locator('.big-press').click();
    await house.camera.show(card.replace(String(COUNTY), '500242'));
    await page.getByRole('button', { name: '扫户卡' }).click();
    const dialog = page.getByRole('dialog', { name: '扫户卡' });
    await dialog.getByText('这不是本县的户卡').waitFor();
    await phone.look('a card of another county');
    await dialog.getByRole('button', { name: '关闭' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await house.camera.show(card);
    await page.getByRole('button', { name: '扫户卡' }).click();
    // Whom the list shows anyway stands in the address once the card has named them.
    await page.waitForURL(/household=/);
  });
  await step('with letters twice as large the figure, the keys and the next press share one small window', async () => {
    const { page } = phone;
    const size = page.viewportSize();
    await page.setViewportSize({ width: 360, height: 740 });
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    await toWeight(phone, '00002');
    assert.deepEqual(await page.evaluate(outOfSight), []);
    for (const key of '21.2') await page.getByRole('button', { name: key, exact: true }).click();
    assert.deepEqual(await page.evaluate(outOfSight), [], 'with a weight');
    if (pictures) await phone.keepPicture(pictures);
    // More than anybody's trees bear: what stands against it is said at the figure, and moves nothing out of sight.
    await toWeight(phone, '00002');
    for (const key of '99999') await page.getByRole('button', { name: key, exact: true }).click();
    assert.deepEqual(await page.evaluate(outOfSight), [], 'with too much');
    await station(phone);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '';
    });
    if (size) await page.setViewportSize(size);
  });
  await step('a page loaded anew asks for the PIN and has everything', async () => {
    await phone.page.reload();
    await phone.page.getByRole('heading', { name: '输入 PIN' }).waitFor();
    await phone.page.getByText('有 3 张单子还没送出').waitFor();
    await phone.look('the door without a signal');
    await typePin(phone, '999999');
    await phone.page.getByText('PIN 不对').waitFor();
    await typePin(phone, PIN);
    await phone.page.getByText('3 张待送').waitFor();
    assert.equal(await phone.page.getByText('待送', { exact: true }).count(), 3);
  });
  await step('a mistake is two presses from the day’s list', async () => {
    await station(tablet);
    const { page } = tablet;
    await page.getByRole('link', { name: /\d{6}-002/ }).click();
    await page.getByRole('button', { name: '冲销', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: '冲销这张收购单' });
    await dialog.getByText('记到别人家了').click();
    await dialog.getByRole('button', { name: '冲销', exact: true }).click();
    await page.getByText('冲销单', { exact: true }).first().waitFor();
    await tablet.look('a reversal without a signal');
  });
  await step('the signal comes back, and each note arrives once', async () => {
    for (const device of devices) await device.context.setOffline(false);
    for (const device of devices) {
      await station(device);
      await device.page.getByText('单子都已送出').waitFor();
    }
    await phone.look('the station with a signal');
    const { body } = await operator.ask('GET', `/api/counties/${COUNTY}/offline-notes?size=100`);
    const sent = body as { total: number; rows: { state: string; kind: string; grams: number | null }[] };
    assert.equal(sent.total, 6);
    assert.ok(sent.rows.every((one) => one.state === 'accepted'));
    assert.deepEqual(
      sent.rows.flatMap((one) => (one.kind === 'purchase' ? [one.grams] : [])).sort(),
      [...ON_PHONE, ...ON_TABLET].map((one) => one.grams).sort(),
    );
  });
  await step('notes, lot and statements say what was bought', async () => {
    const { body } = await operator.ask('GET', `/api/counties/${COUNTY}/offline-notes?size=100&state=accepted`);
    const rows = (body as { rows: { id: string; kind: string; amountFen: number; number: string }[] }).rows;
    const notes = await Promise.all(
      rows.map(async (one) => (await operator.ask('GET', `/api/counties/${COUNTY}/purchases/${one.id}`)).body as Note),
    );
    assert.equal(
      notes.reduce((sum, one) => sum + one.grams, 0),
      35_850,
      'four notes stand, one was taken back',
    );
    const lots = new Set(notes.map((one) => one.lot));
    assert.equal(lots.size, 1, 'all went into the raw lot of the day');
    const { lot, purchases } = (await operator.ask('GET', `/api/counties/${COUNTY}/lots/${[...lots][0]}`)).body as Lot;
    const standing = purchases.filter((one) => one.grams > 0 && one.reversedBy === null);
    assert.equal(
      lot.gramsOnHand,
      standing.reduce((sum, one) => sum + one.grams, 0),
    );
    for (const note of notes.filter((one) => one.grams > 0 && !one.reversedBy)) {
      assert.ok(standing.some((one) => one.id === note.id));
    }
    // What a household earned is told by an event, a moment later.
    const due = new Map<string, number>();
    for (const one of notes) due.set(one.householdCode, (due.get(one.householdCode) ?? 0) + one.amountFen);
    for (let tries = 0; ; tries++) {
      const now = await earned(operator);
      const right = [...due].every(([code, fen]) => (now.get(code) ?? 0) - (before.get(code) ?? 0) === fen);
      if (right) break;
      assert.ok(tries < 100, `earned ${JSON.stringify([...now])}, due ${JSON.stringify([...due])}`);
      await operator.page.waitForTimeout(200);
    }
  });
  await step('the county sees what arrived', async () => {
    await operator.open(`/console/${COUNTY}/note-conflicts?tab=sent`);
    await operator.page
      .getByRole('link', { name: /^[A-Z]+-\d{6}-\d{3}$/ })
      .nth(4)
      .waitFor();
    await operator.look('notes that arrived');
    await operator.open(`/console/${COUNTY}/note-conflicts`);
    await operator.page.getByRole('heading', { level: 1, name: '离线单与冲突' }).waitFor();
    await operator.look('conflicts');
    await operator.open(`/console/${COUNTY}/devices`);
    await operator.page.getByRole('button', { name: '停用' }).first().waitFor();
    await operator.look('devices');
  });
  await t.test('no page had a fault but the missing signal', () => {
    const faults = [...devices, operator].flatMap((one) => one.faults);
    assert.deepEqual(
      faults.filter((one) => !/ERR_INTERNET_DISCONNECTED/.test(one)),
      [],
    );
    assert.deepEqual(house.errors(), []);
  });
});

interface Note {
  id: string;
  grams: number;
  amountFen: number;
  lot: string;
  householdCode: string;
  reversedBy: string | null;
}
interface Lot {
  lot: { gramsOnHand: number };
  purchases: Note[];
}

async function setUp(device: Visitor): Promise<void> {
  const { page } = device;
  await signInAtConsole(device, 'chengxian-keeper');
  await device.open(`/console/${COUNTY}/devices`);
  await page.getByRole('button', { name: '开通离线' }).click();
  await typePin(device, '123456');
  await page.getByText('太容易猜').waitFor();
  await typePin(device, PIN);
  await page.getByText('再输入一次').waitFor();
  await device.look('a PIN');
  await typePin(device, PIN);
  await page.getByRole('button', { name: '锁上' }).waitFor();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await device.look('a device');
}

async function typePin({ page }: Visitor, pin: string): Promise<void> {
  for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).click();
}

/** To the station by the menu, as people do; no page is loaded for it. */
async function station({ page }: Visitor): Promise<void> {
  await page.getByRole('button', { name: '菜单' }).click();
  const menu = page.getByRole('navigation', { name: '菜单' });
  await menu.getByRole('link', { name: '过秤收购', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: /服务站/ }).waitFor();
}

async function buy(device: Visitor, { household, jin }: Bought): Promise<void> {
  const { page } = device;
  await toWeight(device, household);
  for (const key of jin) await page.getByRole('button', { name: key, exact: true }).click();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: /^下一步，共/ }).click();
  await page.getByRole('button', { name: /^记下，付/ }).click();
  await page.getByText('已记好').waitFor();
}

/** From wherever it is to the question how much a household brings. */
async function toWeight(device: Visitor, household: string): Promise<void> {
  const { page } = device;
  await station(device);
  await page.locator('.big-press').click();
  await page.getByRole('searchbox', { name: '姓名、拼音首字母或户编号' }).fill(household);
  await page.getByRole('button', { name: household }).click();
  await page.getByRole('button', { name: /^核桃/ }).or(page.getByLabel('重量')).first().waitFor();
  if (!(await page.getByLabel('重量').isVisible())) await page.getByRole('button', { name: /^核桃/ }).click();
  await page.getByLabel('重量').waitFor();
}

/**
 * What cannot be seen and pressed where the page stands, of what a keeper needs at once: the figure, the keys, the next
 * press. Runs in the page.
 */
function outOfSight(): string[] {
  const needed = [...document.querySelectorAll('.buy-number input, .keypad-key, .weigh-go')];
  const away = needed.filter((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const whole = left >= 0 && top >= 0 && right <= window.innerWidth && bottom <= window.innerHeight;
    // At the corners too: a bar that lies over half a key leaves its middle free.
    const points = [
      [left + 4, top + 4],
      [right - 4, bottom - 4],
      [(left + right) / 2, (top + bottom) / 2],
    ] as const;
    const free = points.every(([x, y]) => {
      const hit = document.elementFromPoint(x, y);
      return hit !== null && (one.contains(hit) || hit.closest('label')?.contains(one) === true);
    });
    return !whole || !free;
  });
  const names = away.map((one) => one.getAttribute('aria-label') ?? one.textContent ?? '');
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  return [...(needed.length === 14 ? [] : [`${needed.length} of 14`]), ...names, ...(wide > 0 ? [`${wide} px`] : [])];
}

/** What the code on a household's new card says. */
async function cardOf(operator: Visitor, code: string): Promise<string> {
  const { body } = await operator.ask('GET', `/api/counties/${COUNTY}/households?q=${code}`);
  const [household] = (body as { rows: { id: string }[] }).rows;
  const issued = await operator.ask('POST', `/api/counties/${COUNTY}/households/${household?.id}/card`);
  const { card } = issued.body as { card: { text: string } | null };
  assert.ok(card, JSON.stringify(issued.body));
  return card.text;
}

/** What households earned by selling, by their code: what a floor adds to a price is the agreement's and not the note's. */
async function earned(operator: Visitor): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const code of ['00002', '00003']) {
    const { body } = await operator.ask('GET', `/api/counties/${COUNTY}/households?q=${code}`);
    const [household] = (body as { rows: { id: string }[] }).rows;
    const statement = await operator.ask('GET', `/api/counties/${COUNTY}/households/${household?.id}/statement`);
    const { rows } = statement.body as { rows: { evidenceKind: string; fen: number }[] };
    const sold = rows.filter((row) => row.evidenceKind === 'purchase');
    found.set(
      code,
      sold.reduce((sum, row) => sum + row.fen, 0),
    );
  }
  return found;
}
