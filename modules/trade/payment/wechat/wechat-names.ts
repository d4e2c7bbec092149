import type { PaymentOrder } from '../payment-port.ts';
import { partName, shortId } from '../provider-names.ts';

/** How a payment is known there: alone, or as orders that were combined. */
export interface WechatNames {
  whole: string;
  /** a number of its own for each order; one that is alone has the payment's */
  parts: readonly { order: PaymentOrder; number: string }[];
  combined: boolean;
}

export function namesOf(payment: string, orders: readonly PaymentOrder[]): WechatNames {
  const whole = shortId(payment);
  const combined = orders.length > 1;
  const parts = orders.map((order, i) => ({ order, number: combined ? partName(payment, i) : whole }));
  return { whole, parts, combined };
}
