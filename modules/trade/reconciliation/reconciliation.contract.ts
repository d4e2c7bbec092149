import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Day,
  Fen,
  Id,
  Input,
  Instant,
  Month,
  Nullable,
  Paged,
  PageQuery,
  Reason,
  SignedFen,
} from '#platform/http/schemas.ts';
import { differenceKinds, differenceStates } from './difference-states.ts';
import { feeBearers } from './fee-bearer-kinds.ts';

export const reconciliationRefusals = {
  'bill-not-ready': {
    status: 409,
    field: 'day',
    zh: '{day} 的账单要到第二天上午十点以后才有',
    en: 'The bill of {day} is ready after ten in the morning of the next day',
  },
  'difference-not-found': { status: 404, zh: '没有这个差错', en: 'No such case' },
  'difference-move-not-allowed': {
    status: 409,
    field: 'to',
    zh: '差错现在是「{from}」，不能变成「{to}」',
    en: 'A case that is {from} cannot become {to}',
  },
} as const satisfies RefusalTable;

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const office = ['operator', 'platform', 'auditor'] as const;

const Case = Type.Object({
  id: Id,
  kind: Type.Enum(differenceKinds),
  subject: Type.String(),
  counties: Type.Array(Type.Integer()),
  provider: Type.String(),
  day: Day,
  payment: Nullable(Id),
  refund: Nullable(Id),
  remittance: Nullable(Id),
  ourFen: SignedFen,
  theirFen: SignedFen,
  state: Type.Enum(differenceStates),
  openedAt: Instant,
});
const CaseDetail = Type.Object({
  ...Case.properties,
  moves: Type.Array(
    Type.Object({
      from: Nullable(Type.String()),
      to: Type.Enum(differenceStates),
      reason: Type.String(),
      by: Type.String(),
      at: Instant,
    }),
  ),
});

/** Providers' bills beside our books, and what does not agree. */
export const reconciliationRoutes = contract({
  bills: {
    method: 'GET',
    path: '/api/counties/:county/bills',
    summary: '支付账单与手续费 Providers’ bills and fees of a month',
    who: office,
    wholeCounty: true,
    params: inCounty,
    query: Input({ month: Type.Optional(Month) }),
    answer: Type.Object({
      month: Month,
      feeFen: SignedFen,
      rows: Type.Array(
        Type.Object({
          provider: Type.String(),
          day: Day,
          rows: Type.Integer(),
          paymentsFen: Fen,
          refundsFen: Fen,
          /** the whole bill's */
          billFeeFen: SignedFen,
          /** what of it this county bears */
          feeFen: SignedFen,
          /** what of that stands in the county's ledger, and who bore it by the settlement rules */
          bookedFen: SignedFen,
          platformFen: SignedFen,
          merchantFen: SignedFen,
          fundFen: SignedFen,
          ourPaymentsFen: Fen,
          ourRefundsFen: Fen,
          differences: Type.Integer(),
          comparedAt: Instant,
        }),
      ),
      /** who bore the fees of the month's bills, the most first */
      borne: Type.Array(
        Type.Object({
          bearer: Type.Enum(feeBearers),
          org: Nullable(Id),
          orgName: Nullable(Type.String()),
          /** rows of bills */
          rows: Type.Integer(),
          fen: SignedFen,
        }),
      ),
    }),
  },
  compareBill: {
    method: 'POST',
    path: '/api/counties/:county/bills',
    summary: '取账单并对账 Fetch a bill and compare it',
    repeatable: true,
    who: ['operator', 'platform'],
    wholeCounty: true,
    params: inCounty,
    body: Input({ provider: Type.String({ minLength: 1, maxLength: 20 }), day: Day }),
    answer: Type.Object({
      provider: Type.String(),
      day: Day,
      rows: Type.Integer(),
      paymentsFen: Fen,
      refundsFen: Fen,
      feeFen: SignedFen,
      differences: Type.Integer(),
    }),
    refusals: ['provider-unknown', 'bill-not-ready'],
  },
  reconcileCases: {
    method: 'GET',
    path: '/api/counties/:county/reconcile-cases',
    summary: '对账差错 Differences to be looked into',
    who: office,
    wholeCounty: true,
    params: inCounty,
    query: Input({
      ...PageQuery,
      state: Type.Optional(Type.Enum(differenceStates)),
      kind: Type.Optional(Type.Enum(differenceKinds)),
    }),
    answer: Paged(Case),
  },
  reconcileCase: {
    method: 'GET',
    path: '/api/counties/:county/reconcile-cases/:id',
    summary: '一个差错 One difference',
    who: office,
    wholeCounty: true,
    params: one,
    answer: CaseDetail,
    refusals: ['difference-not-found'],
  },
  moveDifference: {
    method: 'POST',
    path: '/api/counties/:county/reconcile-cases/:id/moves',
    summary: '说明、更正、结案、重开，都要写原因 Explain, correct, close or reopen, with a reason',
    who: ['operator', 'platform'],
    wholeCounty: true,
    params: one,
    body: Input({ to: Type.Enum(differenceStates), reason: Reason }),
    answer: CaseDetail,
    refusals: ['difference-not-found', 'difference-move-not-allowed'],
  },
});
