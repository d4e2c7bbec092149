import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Id, Input, Instant, Nullable, Paged, PageQuery, Reason } from '#platform/http/schemas.ts';
import { recallReaches, recallStates, unshippedRules } from './recall-states.ts';

export const recallRefusals = {
  'recall-not-found': { status: 404, zh: '没有这次召回', en: 'No such recall' },
  'recall-move-not-allowed': {
    status: 409,
    zh: '召回{from}，不能再{to}',
    en: 'This recall can no longer become "{to}"',
  },
} as const satisfies RefusalTable;

const facts = {
  county: County,
  id: Id,
  number: Type.String(),
  /** the lot that was called back; what was made of it comes with it */
  lot: Id,
  lotNumber: Type.String(),
  org: Id,
  cropName: Type.String(),
  grade: Type.String(),
  /** how many lots it has */
  lots: Type.Integer(),
  reach: Type.Enum(recallReaches),
  reason: Type.String(),
  advice: Type.String(),
  unshipped: Type.Enum(unshippedRules),
  state: Type.Enum(recallStates),
  report: Nullable(Type.String()),
  byName: Type.String(),
  at: Instant,
};
export const RecallRowView = Type.Object(facts);
export const Recall = Type.Object({
  ...facts,
  moves: Type.Array(
    Type.Object({
      to: Type.Enum(recallStates),
      note: Nullable(Type.String()),
      byName: Type.String(),
      at: Instant,
    }),
  ),
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });

export const recallRoutes = contract({
  recalls: {
    method: 'GET',
    path: '/api/counties/:county/recalls',
    summary: '召回 Recalls',
    who: ['keeper', 'merchant', 'operator', 'platform', 'auditor'],
    params: inCounty,
    query: Input({
      ...PageQuery,
      state: Type.Optional(Type.Enum(recallStates)),
      q: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    answer: Paged(RecallRowView),
  },
  declareRecall: {
    method: 'POST',
    path: '/api/counties/:county/recalls',
    summary: '发布召回 Call a lot back',
    who: ['merchant', 'operator'],
    params: inCounty,
    body: Input({
      lot: Id,
      reach: Type.Enum(recallReaches),
      reason: Reason,
      advice: Reason,
      unshipped: Type.Enum(unshippedRules),
    }),
    answer: Recall,
    refusals: ['lot-not-found', 'lot-not-yours', 'lot-recalled'],
  },
  liftRecall: {
    method: 'POST',
    path: '/api/counties/:county/recalls/:id/lifting',
    summary: '解除召回 Lift a recall that was a mistake',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: Recall,
    refusals: ['recall-not-found', 'recall-move-not-allowed'],
  },
});
