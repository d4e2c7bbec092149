import { type BillRow, ProviderUnclear } from '../payment-port.ts';
import { uuidOfName } from '../provider-names.ts';
import { fenOfYuan } from '../provider-texts.ts';
import { type AlipayClient, AlipayRefused, isAlipayCode } from './alipay-client.ts';
import { unzip } from './unzip.ts';

/** The trade bill of a day: a zip of CSV files in GBK, whose address is good for 30 seconds. */
export async function fetchAlipayBill(client: AlipayClient, day: string): Promise<BillRow[]> {
  const address = await client
    .request<{ billDownloadUrl: string }>('alipay.data.dataservice.bill.downloadurl.query', {
      billType: 'trade',
      billDate: day,
    })
    .catch((error: unknown) => {
      // A day without trade has no bill.
      if (isAlipayCode(error, 'isp.bill_not_exist', 'isv.bill_not_exist')) return null;
      if (error instanceof AlipayRefused) throw new ProviderUnclear(`Alipay: ${error.code} ${error.message}`);
      throw error;
    });
  if (!address) return [];
  const file = await fetch(address.billDownloadUrl, { signal: AbortSignal.timeout(client.settings.timeoutMs) }).catch(
    (error: Error) => {
      throw new ProviderUnclear(`Alipay: the bill of ${day} cannot be fetched: ${error.message}`);
    },
  );
  if (!file.ok) throw new ProviderUnclear(`Alipay: the bill of ${day} cannot be fetched: ${file.status}`);
  const decode = (bytes: Buffer) => new TextDecoder('gbk').decode(bytes);
  const files = [...unzip(Buffer.from(await file.arrayBuffer()))].map(([name, bytes]) => [decode(name), decode(bytes)]);
  // One file lists every business, the other sums them up.
  const details = files.find(([name]) => name?.includes('业务明细') && !name.includes('汇总'))?.[1];
  if (details === undefined) throw new ProviderUnclear(`Alipay: the bill of ${day} holds no list of its business`);
  return readAlipayBill(details);
}

/**
 * The rows of a day's list: lines with # around a line of titles and a line per payment and refund; cells end in tabs,
 * refunds have negative amounts.
 *
 * @throws RangeError when a title is missing or an amount is none
 */
export function readAlipayBill(text: string): BillRow[] {
  const lines = text
    .split(/\r?\n/)
    .filter((line) => line.trim() && !line.startsWith('#'))
    .map((line) => line.split(',').map((cell) => cell.trim()));
  const [titles = [], ...rows] = lines;
  const place = (title: string) => {
    const found = titles.indexOf(title);
    if (found < 0) throw new RangeError(`the bill has no column ${title}`);
    return found;
  };
  const columns = {
    number: place('支付宝交易号'),
    ours: place('商户订单号'),
    kind: place('业务类型'),
    at: place('完成时间'),
    amount: place('订单金额（元）'),
    fee: place('服务费（元）'),
    refund: place('退款批次号/请求号'),
  };
  return rows.map((cells) => {
    const cell = (name: keyof typeof columns) => cells[columns[name]] ?? '';
    const refund = cell('kind') === '退款';
    // Alipay takes its fee as a negative amount, and gives it back as a positive one.
    const fee = fenOfYuan(cell('fee') || '0.00');
    return {
      kind: refund ? 'refund' : 'payment',
      number: cell('number'),
      ours: refund ? cell('refund') : cell('ours'),
      payment: uuidOfName(cell('ours')) ?? cell('ours'),
      fen: Math.abs(fenOfYuan(cell('amount'))),
      feeFen: fee === 0 ? 0 : -fee,
      at: new Date(`${cell('at').replace(' ', 'T')}+08:00`),
    };
  });
}
