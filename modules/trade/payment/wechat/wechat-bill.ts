import type { BillRow } from '../payment-port.ts';
import { uuidOfName } from '../provider-names.ts';
import { fenOfYuan } from '../provider-texts.ts';

/**
 * The rows of a day's bill (bill_type ALL): a line of titles, a line per payment and per refund with a back-tick before
 * each value, then titles and values of the sums.
 *
 * @throws RangeError when a title is missing or an amount is none
 */
export function readWechatBill(text: string): BillRow[] {
  const [head = '', ...rest] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const titles = head.split(',').map((title) => title.trim());
  const place = (title: string) => {
    const found = titles.indexOf(title);
    if (found < 0) throw new RangeError(`the bill has no column ${title}`);
    return found;
  };
  const columns = {
    at: place('交易时间'),
    number: place('微信订单号'),
    ours: place('商户订单号'),
    state: place('交易状态'),
    amount: place('订单金额'),
    refundNumber: place('微信退款单号'),
    refundOurs: place('商户退款单号'),
    refunded: place('申请退款金额'),
    fee: place('手续费'),
  };
  const sums = rest.findIndex((line) => line.startsWith('总交易单数'));
  const lines = (sums < 0 ? rest : rest.slice(0, sums)).filter((line) => line.startsWith('`'));
  return lines.map((line) => {
    const cells = line.slice(1).split(',`');
    const cell = (name: keyof typeof columns) => (cells[columns[name]] ?? '').trim();
    const refund = cell('state') === 'REFUND';
    return {
      kind: refund ? 'refund' : 'payment',
      number: cell(refund ? 'refundNumber' : 'number'),
      ours: cell(refund ? 'refundOurs' : 'ours'),
      payment: uuidOfName(cell('ours')) ?? cell('ours'),
      fen: fenOfYuan(cell(refund ? 'refunded' : 'amount')),
      feeFen: fenOfYuan(cell('fee')),
      at: new Date(`${cell('at').replace(' ', 'T')}+08:00`),
    };
  });
}
