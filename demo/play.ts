/**
 * `npm run demo`: the story of one box, from a household's scale to the ledger, through the public API only, printed
 * as a receipt. Talks to the server at SHANHUO_URL, or to the one on PORT, or starts one there for the length of the
 * story.
 */
import bwipjs from 'bwip-js/node';
import { benefit, pocketWords } from '#benefit/contract';
import { catalog } from '#catalog/contract';
import { fulfilment } from '#fulfilment/contract';
import { makeClient, Problem, type Transport } from '#platform/http/client.ts';
import { yuan } from '#platform/money.ts';
import { registry } from '#registry/contract';
import { trace } from '#trace/contract';
import { trade } from '#trade/contract';
import { type ServerProcess, startServer } from '../test/server.ts';
import { demoPassword } from './people.ts';

const contracts = { registry, catalog, trace, trade, fulfilment, benefit };
const COUNTY = 621221;
const CROP = 'walnut';
const GRADE = '一级';
const WEIGHED_GRAMS = 5300;
const PACKS = 5;

/** There is nobody to talk to; the message is for the person at the keyboard. */
class NoServer extends Error {}

async function play(base: string): Promise<void> {
  const people = {
    keeper: visitor(base),
    merchant: visitor(base),
    courier: visitor(base),
    operator: visitor(base),
    buyer: visitor(base),
  };
  const { keeper, merchant, courier, operator, buyer } = people;
  await signIn(keeper, 'chengxian-keeper');
  await signIn(merchant, 'chengxian-coop');
  await signIn(courier, 'chengxian-courier');
  await signIn(operator, 'chengxian');
  const params = { county: COUNTY };

  say('一', '过秤收购');
  const note = await weighIn(keeper);
  tell(
    `${note.villageName}，${note.headMasked}（户编号 ${note.householdCode}）卖出 ${note.cropName} ${kg(note.grams)}`,
  );
  tell(
    `每公斤 ${yuan(note.fenPerKg)} 元，当日参考价 ${yuan(note.referenceFenPerKg ?? 0)} 元；应付 ${yuan(note.amountFen)} 元，${note.paid === 'later' ? '挂账' : '已付'}`,
  );
  tell(`收购单 ${note.number}，进批次 ${note.lotNumber}`);

  say('二', '合格证、装袋、上架');
  const certificate = await merchant.trace.issueCertificate({
    params: { ...params, id: note.lot },
    body: { basis: ['quality_control'] },
  });
  const { lot: raw } = await merchant.trace.lot({ params: { ...params, id: note.lot } });
  const { sku, product } = await addSku(merchant);
  const packed = await merchant.trace.pack({
    params,
    body: {
      sku,
      inputs: [{ lot: note.lot, grams: WEIGHED_GRAMS }],
      packs: PACKS,
      lossGrams: WEIGHED_GRAMS - PACKS * 1000,
      place: '合作社分拣点',
      basis: ['quality_control'],
    },
  });
  await merchant.trade.stockLot({ params, body: { lot: packed.lot.id } });
  tell(
    `承诺达标合格证 ${certificate.number}；批次 ${raw.number} 投入 ${kg(WEIGHED_GRAMS)} = ${PACKS} 袋 × 1 公斤 + 损耗 ${kg(packed.lossGrams)}`,
  );
  tell(`成品批次 ${packed.lot.number}，${PACKS} 袋上架`);

  say('三', '手机下单、沙盒付款');
  const order = await buyAndPay(buyer, sku);
  tell(
    `订单 ${order.number}：货款 ${yuan(order.goodsFen)} 元 + 运费 ${yuan(order.freightFen)} 元 = ${yuan(order.totalFen)} 元（沙盒支付，没有扣款）`,
  );

  say('四', '装箱、发出、签收');
  const parcel = await merchant.fulfilment.packOrder({ params: { ...params, id: order.id }, body: {} });
  await courier.fulfilment.sendParcel({
    params: { ...params, id: parcel.id },
    body: { carrier: '邮政快递包裹', waybill: `STORY${Date.now()}` },
  });
  await buyer.fulfilment.receiveOrder({ params: { ...params, id: order.id }, body: {} });
  tell(`包裹 ${parcel.number}，${parcel.codes.length} 袋各有一码；买家已确认收货，这一单结算入账`);
  // Only for this story: the shop goes on with its own packs.
  await merchant.catalog.changeSku({ params: { ...params, id: product, sku }, body: { ...storySku, onSale: false } });

  const helped = await settled(buyer, order.id);
  receipt(order.number, helped);
  await followTheYuan(operator, base, note);
  const code = parcel.codes[0];
  if (code) scanMe(base, code.path);
}

type People = ReturnType<typeof visitor>;

/** Somebody with a browser of their own: cookies are kept from answer to answer. */
function visitor(base: string) {
  let cookie = '';
  const transport: Transport = async (request) => {
    const response = await fetch(base + request.url, {
      method: request.method,
      headers: { ...request.headers, 'accept-language': 'zh-CN', ...(cookie && { cookie }) },
      body: request.body,
    });
    const given = response.headers.getSetCookie().map((one) => one.split(';', 1)[0]);
    if (given.length > 0) cookie = given.join('; ');
    return { status: response.status, body: await response.text() };
  };
  return makeClient(contracts, transport);
}

const signIn = (who: People, username: string) =>
  who.registry.signInByPassword({ body: { username, password: demoPassword } });

/** The household of the station that can still yield most, so that the story can be played again and again. */
async function weighIn(keeper: People) {
  const params = { county: COUNTY };
  const me = await keeper.registry.me();
  const station = me?.memberships.find((m) => m.role === 'keeper')?.org ?? '';
  const { rows } = await keeper.registry.households({ params, query: { crop: CROP, size: 50 } });
  let best = { id: '', left: -1 };
  for (const { id } of rows) {
    const capacity = await keeper.trace.capacity({ params: { ...params, id } });
    const left = capacity.find((row) => row.crop === CROP)?.leftGrams ?? 0;
    if (left > best.left) best = { id, left };
  }
  const prices = await keeper.catalog.referencePrices({ params, query: { crop: CROP } });
  const today = prices.find((price) => price.grade === GRADE);
  return keeper.trace.weighIn({
    params,
    body: {
      station,
      household: best.id,
      crop: CROP,
      grade: GRADE,
      grams: WEIGHED_GRAMS,
      fenPerKg: (today?.fenPerKg ?? 2000) + 20,
      paid: 'cash',
    },
  });
}

const storySku = {
  nameZh: '1 公斤 · 当天过秤',
  nameEn: '1 kg, weighed in today',
  netGrams: 1000,
  grossGrams: 1060,
  grade: GRADE,
  priceFen: 3980,
};

/** A pack size of the story's own, so that its order is filled from its own lot and not from an older one. */
async function addSku(merchant: People) {
  const params = { county: COUNTY };
  const { rows } = await merchant.catalog.catalogProducts({ params, query: { state: 'on_sale', size: 100 } });
  const product = rows.find((row) => row.crop === CROP);
  if (!product) throw new Error('the demo county sells no walnuts');
  const sku = await merchant.catalog.addSku({
    params: { ...params, id: product.id },
    body: { ...storySku, onSale: true },
  });
  return { sku: sku.id, product: product.id };
}

async function buyAndPay(buyer: People, sku: string) {
  const phone = '10000009001';
  const { sandboxCode } = await buyer.registry.askPhoneCode({ body: { phone } });
  await buyer.registry.signInByPhone({ body: { phone, code: sandboxCode ?? '', name: '过路人' } });
  const [known] = await buyer.trade.addresses();
  const address =
    known ??
    (await buyer.trade.addAddress({
      body: { region: '310115000000', name: '过路人', phone, street: '示例路 9 号', isDefault: true },
    }));
  const lines = [{ county: COUNTY, sku, packs: 2 }];
  const quote = await buyer.trade.quote({ body: { region: address.region, lines } });
  const checkout = await buyer.trade.placeCheckout({ body: { lines, address: address.id, totalFen: quote.totalFen } });
  const { payment } = await buyer.trade.pay({ params: { id: checkout.id }, body: { provider: 'sandbox' } });
  await buyer.trade.sandboxPay({ params: { id: payment }, body: { outcome: 'success' } });
  const order = checkout.orders[0];
  if (!order) throw new Error('a checkout without an order');
  return order;
}

type Helped = Awaited<ReturnType<People['benefit']['orderBenefit']>>;

/** Benefit is told by an event after the receipt is committed; a moment later it stands. */
async function settled(buyer: People, id: string): Promise<Helped> {
  for (let tries = 0; tries < 100; tries++) {
    const helped = await buyer.benefit.orderBenefit({ params: { county: COUNTY, id } });
    if (helped.settled) return helped;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the order is received and its benefit has not been entered after 20 seconds');
}

function receipt(number: string, helped: Helped): void {
  const line = '─'.repeat(64);
  console.log(`\n${line}\n  这一单的钱去了哪里   订单 ${number}\n${line}`);
  for (const part of helped.parts) {
    const share = ((part.fen / helped.paidFen) * 100).toFixed(1);
    const whose = [pocketWords[part.pocket].zh, ...part.names].join(' · ');
    console.log(`  ${yuan(part.fen).padStart(9)} 元  ${share.padStart(5)}%  ${whose}`);
    console.log(`  ${' '.repeat(21)}${part.why}`);
  }
  const sum = helped.parts.reduce((total, part) => total + part.fen, 0);
  console.log(line);
  console.log(`  ${yuan(sum).padStart(9)} 元  100.0%  买家付款 ${yuan(helped.paidFen)} 元`);
  console.log(
    `  农户到手 ${yuan(helped.householdFen)} 元，占 ${((helped.shareBp ?? 0) / 100).toFixed(1)}%；${helped.households} 户，其中脱贫户 ${helped.liftedHouseholds} 户、监测户 ${helped.monitoredHouseholds} 户`,
  );
  console.log(line);
  if (sum !== helped.paidFen) throw new Error(`the parts add up to ${sum} fen, the buyer paid ${helped.paidFen}`);
}

/** The household's entries, as the county's operator sees them, each with the evidence to open. */
async function followTheYuan(
  operator: People,
  base: string,
  note: { id: string; household: string; number: string; householdCode: string },
) {
  const params = { county: COUNTY };
  const { rows } = await operator.benefit.entries({ params, query: { household: note.household, size: 200 } });
  const entry = rows.find((row) => row.evidence === note.id);
  if (!entry) throw new Error(`the weighing note ${note.number} has no benefit entry`);
  console.log(`\n户 ${note.householdCode} 的账上：`);
  for (const row of rows.slice(0, 3)) {
    console.log(
      `  ${row.mechanism === 'industry' ? '产业收购' : '网店带动'} ${yuan(row.fen).padStart(9)} 元   凭据 ${row.evidenceNumber}`,
    );
  }
  console.log(`\n在工作台里从这一分钱走到过秤单（用户 chengxian，密码 ${demoPassword}）：`);
  console.log(`  明细   ${base}/console/${COUNTY}/benefit/entries?household=${note.household}`);
  console.log(`  转账   ${base}/console/${COUNTY}/ledger/transfers/${entry.transfer}`);
  console.log(`  收购单 ${base}/console/${COUNTY}/notes/${note.id}`);
}

function scanMe(base: string, path: string): void {
  console.log(`\n扫这一袋的码：\n\n${qr(base + path)}\n  ${base}${path}`);
}

/** A QR code in half blocks, two rows of modules a line. */
function qr(text: string): string {
  const [code] = bwipjs.raw('qrcode', text, {}) as { pixs: number[]; pixx: number; pixy: number }[];
  if (!code) return '';
  const dark = (x: number, y: number) => code.pixs[y * code.pixx + x] === 1;
  const lines: string[] = [];
  for (let y = -2; y < code.pixy + 2; y += 2) {
    let line = '  ';
    for (let x = -2; x < code.pixx + 2; x++) {
      const inside = x >= 0 && x < code.pixx;
      const [top, bottom] = [
        inside && y >= 0 && y < code.pixy && dark(x, y),
        inside && y + 1 >= 0 && y + 1 < code.pixy && dark(x, y + 1),
      ];
      line += top ? (bottom ? ' ' : '▄') : bottom ? '▀' : '█';
    }
    lines.push(line);
  }
  return lines.join('\n');
}

const kg = (grams: number) => `${(grams / 1000).toFixed(2)} 公斤`;
const say = (number: string, title: string) => console.log(`\n${number}、${title}`);
const tell = (text: string) => console.log(`    ${text}`);

const port = process.env.PORT ?? '8000';
const own = process.env.SHANHUO_URL ?? `http://127.0.0.1:${port}`;
const answers = await fetch(`${own}/healthz`)
  .then((r) => r.ok)
  .catch(() => false);
let server: ServerProcess | undefined;
try {
  if (!answers) server = await startOne();
  await play(own);
  if (server) tell('服务器只为这个故事开了一会儿，已经停下；npm start 之后，上面的地址就能打开');
} catch (error) {
  if (!(error instanceof Problem || error instanceof NoServer)) throw error;
  console.error(error instanceof Problem ? inWords(error) : error.message);
  process.exitCode = 1;
} finally {
  await server?.stop();
}

/** On the port that was asked for, so that the links and the code printed here are still right after `npm start`. */
async function startOne(): Promise<ServerProcess> {
  if (process.env.SHANHUO_URL) throw new NoServer(`no server answers at ${own}; look at SHANHUO_URL`);
  try {
    return await startServer({ SHANHUO_DEMO: 'true', PORT: port }, 300_000);
  } catch (error) {
    throw new NoServer(
      `${(error as Error).message.trim()}\n` +
        'If a server is running, say where: PORT=8001 npm run demo, or SHANHUO_URL=https://shop.example.cn npm run demo',
    );
  }
}

function inWords(problem: Problem): string {
  const reasons = [problem.title, ...problem.errors.map((e) => `${e.field}: ${e.message}`)];
  if (problem.code === 'password-wrong') reasons.push('故事要用演示账号：这台服务器没有装入演示县（SHANHUO_DEMO）');
  return reasons.join('\n');
}
