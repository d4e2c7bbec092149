import type { Module } from '#platform/module.ts';
import type { Subscriber } from '#platform/outbox.ts';
import { byHandInvariants } from './bank/by-hand.invariants.ts';
import { followHousehold } from './payouts/follow-household.ts';
import { pricesInvariants } from './prices/prices.invariants.ts';
import { liftRecalled, stopRecalled } from './recalls/stop-recalled.ts';
import { stateInvariants } from './states.invariants.ts';
import { tradeInvariants } from './trade.invariants.ts';
import { tradeJobs } from './trade.jobs.ts';
import { tradeRoutes } from './trade.routes.ts';

export { openContact } from './addresses/contact.ts';
export type { FreightPaid } from './after-sale/return-freight.ts';
export {
  type CaseToPack,
  noteCaseReceived,
  noteCaseSent,
  takeForCase,
} from './after-sale/send-case-parcel.ts';
export { type Returned, takeReturn } from './after-sale/take-return.ts';
export { soldByWeight, weighLines, weightsOf } from './after-sale/weigh-lines.ts';
export { cancelOrder } from './orders/cancel-order.ts';
export { moveOrder, moveOrders, noteLeft, noteSending } from './orders/move-order.ts';
export {
  orderNumbers,
  ordersNumbered,
  ordersWithDrops,
  packsTaken,
  paidForLines,
  skusOfLines,
  waitingOrgs,
} from './orders/order-doors.queries.ts';
export {
  lockedHead,
  lockedHeads,
  type OrderHead,
  orderForReader,
  orderHeads,
  orgsServed,
  orgsServedBy,
  type Reading,
} from './orders/order-readers.ts';
export { settleOrder, settleOrders } from './orders/settle-order.ts';
export { type LineToPack, type OrderToPack, ordersToPack, takeForParcels } from './orders/take-for-parcel.ts';
export {
  closeUnpaid,
  endPromise,
  heldFor,
  refundUndelivered,
  returnPromised,
  settlePromised,
} from './promises/end-promise.ts';
export { type PlacedPromise, placePromise } from './promises/place-promise.ts';
export {
  openPromise,
  type PromisedOrder,
  type PromiseMoney,
  type PromiseParts,
  postedFor,
  promisedOrders,
  promiseMoney,
  promisesHolding,
  stopPromise,
  takenOf,
} from './promises/promises.queries.ts';
export { promiseMayLeave, rewardsPacked, takeForPromise } from './promises/rewards.ts';
export { ordersRecalled } from './recalls/read-notice.ts';
export { refuseRecalled } from './recalls/recall-lines.queries.ts';
export { feesOfMerchants } from './reconciliation/fees-of-merchants.ts';
export { type PartOfOrder, settlementPartsOf, standingOf } from './settlement/settlement-parts.ts';

/** Stock, carts, orders, payments, settlement. */
export const tradeModule: Module = {
  name: 'trade',
  routes: tradeRoutes,
  subscribers: (at) => [stopRecalled(at) as Subscriber, liftRecalled(at) as Subscriber, followHousehold as Subscriber],
  jobs: tradeJobs,
  invariants: [...tradeInvariants, ...stateInvariants, ...pricesInvariants, ...byHandInvariants],
};
