export { moveOrder } from './orders/move-order.ts';
export { type OrderHead, orderForReader, orderHead, orgsServed, type Reading } from './orders/order-readers.ts';
export { settleOrder } from './orders/settle-order.ts';
export { type LineToPack, takeForParcel } from './orders/take-for-parcel.ts';
export { type PartOfOrder, settlementPartsOf } from './settlement/settlement-parts.ts';
