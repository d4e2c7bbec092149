import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Day,
  Grams,
  Id,
  Input,
  Instant,
  Nullable,
  Paged,
  PageQuery,
  Reason,
  SignedFen,
} from '#platform/http/schemas.ts';
import { disputeKinds, disputeStates } from './dispute-states.ts';

export const disputeRefusals = {
  'dispute-not-found': { status: 404, zh: '没有这个异议', en: 'No such dispute' },
  'dispute-open': {
    status: 409,
    zh: '这一笔已经提过异议，县里还在查',
    en: 'This sale is disputed already; the county is looking into it',
  },
  'dispute-over': { status: 409, zh: '这个异议{state}，不能再改', en: 'This dispute is decided' },
  'dispute-too-late': {
    status: 409,
    zh: '卖出 {days} 天后不能再提，请到服务站或县里说明',
    en: 'After {days} days a sale can no longer be disputed here; please see the station or the county',
  },
  'claim-missing': {
    status: 422,
    field: 'claimedGrams',
    zh: '请写应该是多重',
    en: 'Please say what the weight should be',
  },
} as const satisfies RefusalTable;

const sale = {
  county: County,
  id: Id,
  number: Type.String(),
  day: Day,
  cropName: Type.String(),
  /** empty where none was named */
  variety: Type.String(),
  grade: Type.String(),
  grams: Type.Integer(),
  amountFen: SignedFen,
  paid: Type.Enum(['cash', 'transfer', 'later']),
  station: Id,
  stationName: Type.String(),
  /** who weighed */
  byName: Type.String(),
  reversed: Type.Boolean(),
};
export const Dispute = Type.Object({
  county: County,
  id: Id,
  household: Id,
  householdCode: Type.String(),
  headMasked: Type.String(),
  villageName: Type.String(),
  sale: Type.Object(sale),
  kind: Type.Enum(disputeKinds),
  claimedGrams: Nullable(Grams),
  words: Type.String(),
  state: Type.Enum(disputeStates),
  dueAt: Instant,
  overdue: Type.Boolean(),
  /** the note that took the sale back */
  reversal: Nullable(Id),
  at: Instant,
  moves: Type.Array(
    Type.Object({ to: Type.Enum(disputeStates), words: Type.String(), byName: Type.String(), at: Instant }),
  ),
});
export const Sale = Type.Object({ ...sale, dispute: Nullable(Dispute) });

const one = Type.Object({ county: County, id: Id });

/** Sales in a household's name, as the household sees them, and what it says of them. */
export const disputeRoutes = contract({
  mySales: {
    method: 'GET',
    path: '/api/me/sales',
    summary: '以我家名义卖的 Sales made in my household’s name',
    who: 'signed-in',
    answer: Type.Array(Sale),
  },
  disputeSale: {
    method: 'POST',
    path: '/api/counties/:county/purchases/:id/disputes',
    summary: '提异议 Dispute a sale in my household’s name',
    who: 'signed-in',
    params: one,
    body: Input({
      kind: Type.Enum(disputeKinds),
      claimedGrams: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000_000 })),
      words: Reason,
    }),
    answer: Dispute,
    refusals: [
      'purchase-not-found',
      'purchase-is-a-reversal',
      'purchase-already-reversed',
      'dispute-too-late',
      'claim-missing',
      'dispute-open',
    ],
  },
  withdrawDispute: {
    method: 'POST',
    path: '/api/counties/:county/disputes/:id/withdrawal',
    summary: '撤回异议 Withdraw my dispute',
    who: 'signed-in',
    params: one,
    body: Input({ words: Reason }),
    answer: Dispute,
    refusals: ['dispute-not-found', 'dispute-over'],
  },
  disputes: {
    method: 'GET',
    path: '/api/counties/:county/disputes',
    summary: '农户异议 Disputes of sales',
    who: ['keeper', 'cadre', 'operator', 'platform', 'auditor'],
    params: Type.Object({ county: County }),
    query: Input({
      ...PageQuery,
      state: Type.Optional(Type.Enum(disputeStates)),
      household: Type.Optional(Id),
    }),
    answer: Paged(Dispute),
  },
  answerDispute: {
    method: 'POST',
    path: '/api/counties/:county/disputes/:id/answer',
    summary: '站里说明 The station answers',
    who: ['keeper'],
    params: one,
    body: Input({ words: Reason }),
    answer: Dispute,
    refusals: ['dispute-not-found', 'station-not-yours', 'dispute-over'],
  },
  decideDispute: {
    method: 'POST',
    path: '/api/counties/:county/disputes/:id/decision',
    summary: '县里裁定：属实则冲销 The county decides; upheld, the note is reversed',
    who: ['operator'],
    params: one,
    body: Input({ decision: Type.Enum(['uphold', 'reject']), words: Reason }),
    answer: Dispute,
    refusals: ['dispute-not-found', 'dispute-over'],
  },
});
