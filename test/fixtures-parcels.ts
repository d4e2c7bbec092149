import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { packOrder } from '../modules/fulfilment/parcels/pack-order.ts';
import { sendParcel } from '../modules/fulfilment/parcels/send-parcel.ts';
import { declareRecall } from '../modules/trace/recalls/declare-recall.ts';
import { payTest, placeTest, type TestGoods } from './fixtures-trade.ts';

/**
 * Packs that somebody bought, packed and perhaps sent.
 *
 * @param of.carrier with whom they were sent; none: they are still there
 * @returns the paths of their codes
 */
export async function packTestParcel(
  at: Context,
  of: { buyer: Actor; merchant: Actor; goods: TestGoods; packs: number; carrier?: string },
): Promise<string[]> {
  const { buyer, merchant, goods, carrier } = of;
  const { county } = goods;
  const checkout = await placeTest(at, buyer, [goods, of.packs]);
  await payTest(at, buyer, checkout.id);
  const parcel = await packOrder(at, merchant, { county, id: checkout.orders[0]?.id as string }, null);
  if (carrier) await sendParcel(at, merchant, { county, id: parcel.id, carrier, waybill: `SF${parcel.number}` }, null);
  return parcel.codes.map((code) => code.path);
}

/** One lot is called back, and nothing that was made of it. */
export async function recallTestLot(at: Context, by: Actor, of: { county: number; lot: string }): Promise<void> {
  const said = { reason: '农残超标', advice: '请退货' };
  await declareRecall(at, by, { ...of, ...said, reach: 'lot', unshipped: 'hold' }, null);
}
