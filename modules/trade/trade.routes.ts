import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { addressesOf } from './addresses/addresses.queries.ts';
import { addAddress, changeAddress, removeAddress } from './addresses/keep-address.ts';
import { afterSaleRoutes } from './after-sale/after-sale.routes.ts';
import { serveByHand } from './bank/by-hand.routes.ts';
import { cartRoutes } from './cart/cart.routes.ts';
import { trade } from './contract.ts';
import { namedFreightRules, setFreightRule } from './freight/set-freight-rule.ts';
import { cancelOrder } from './orders/cancel-order.ts';
import { checkoutView } from './orders/checkout-view.ts';
import { countyOrders, myOrders } from './orders/order-lists.ts';
import { orderView } from './orders/order-view.ts';
import { placeCheckout } from './orders/place-checkout.ts';
import { quote } from './orders/quote.ts';
import { paymentRoutes } from './payment/payment.routes.ts';
import { sandboxPay } from './payment/sandbox-pay.ts';
import { startPayment } from './payment/start-payment.ts';
import { servePayouts } from './payouts/payouts.routes.ts';
import { pricesRoutes } from './prices/prices.routes.ts';
import { serveRecalledOrders } from './recalls/recall-lines.routes.ts';
import { serveReconciliation } from './reconciliation/reconciliation.routes.ts';
import { settlementRoutes } from './settlement/settlement.routes.ts';
import { stockLot } from './stock/stock-lot.ts';
import { availabilityOf, stockPage } from './stock/stock-views.ts';

export function tradeRoutes(app: FastifyInstance, at: Context): void {
  cartRoutes(app, at);
  servePayouts(app, at);
  pricesRoutes(app, at);
  afterSaleRoutes(app, at);
  serveRecalledOrders(app, at);

  serve(app, trade.addresses, ({ by }) => addressesOf(at, by.person));
  serve(app, trade.addAddress, ({ by, body, key }) => addAddress(at, by, body, key));
  serve(app, trade.changeAddress, ({ by, params, body }) => changeAddress(at, by, { ...body, id: params.id }));
  serve(app, trade.removeAddress, async ({ by, params }) => {
    await removeAddress(at, by, params.id);
    return undefined;
  });

  serve(app, trade.quote, ({ by, body }) => quote(at, by, body));
  serve(app, trade.placeCheckout, ({ by, body, key, request }) =>
    placeCheckout(at, by, body, key, () => request.raw.socket.destroyed),
  );
  serve(app, trade.checkout, ({ by, params }) => checkoutView(at.db, at.clock.now(), by.person, params.id));
  serve(app, trade.pay, ({ by, params, body, key, request }) =>
    startPayment(at, by, { ...body, checkout: params.id, clientIp: request.ip }, key),
  );
  serve(app, trade.sandboxPay, ({ by, params, body }) => sandboxPay(at, by, { ...body, payment: params.id }));
  paymentRoutes(app, at);
  serveByHand(app, at);
  serveReconciliation(app, at);

  serve(app, trade.myOrders, ({ by, query }) => myOrders(at.db, by, query));
  serve(app, trade.order, ({ by, params }) => orderView(at, by, params.county, params.id));
  serve(app, trade.orders, ({ by, params, query }) => countyOrders(at.db, by, params.county, query));
  serve(app, trade.cancelOrder, async ({ by, params, body, key }) => {
    await cancelOrder(at, by, { ...params, ...body }, key);
    return orderView(at, by, params.county, params.id);
  });

  serve(app, trade.availability, ({ params }) => availabilityOf(at.db, at.clock.now(), params.county, params.id));
  serve(app, trade.stock, ({ by, params, query }) => stockPage(at.db, by, params.county, query));
  serve(app, trade.stockLot, ({ by, params, body, key }) => stockLot(at, by, { ...params, ...body }, key));

  settlementRoutes(app, at);
  serve(app, trade.freightRules, ({ params }) => namedFreightRules(at.db, params.county));
  serve(app, trade.setFreightRule, ({ params, body }) => setFreightRule(at, params.county, body));
}
