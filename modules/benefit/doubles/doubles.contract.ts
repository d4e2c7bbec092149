import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Fen,
  Id,
  Input,
  Instant,
  Nullable,
  Paged,
  PageQuery,
  Reason,
  SignedFen,
} from '#platform/http/schemas.ts';
import { evidenceKinds, mechanisms } from '../entries/entry-kinds.ts';
import { doubleDecisions, doubleHows } from './double-kinds.ts';

export const doubleRefusals = {
  'double-not-found': { status: 404, zh: '没有这一条，或不在你的范围', en: 'No such finding, or outside your region' },
} as const satisfies RefusalTable;

const Side = Type.Object({
  entry: Id,
  orgName: Type.String(),
  mechanism: Type.Enum(mechanisms),
  evidenceKind: Type.Enum(evidenceKinds),
  evidence: Id,
  evidenceNumber: Type.String(),
  fen: SignedFen,
  at: Instant,
});
export const DoubleClaim = Type.Object({
  id: Id,
  how: Type.Enum(doubleHows),
  householdCode: Type.String(),
  villageName: Type.String(),
  fen: Fen,
  foundAt: Instant,
  /** null: nobody has looked yet */
  decision: Nullable(Type.Enum(doubleDecisions)),
  reason: Nullable(Type.String()),
  byName: Nullable(Type.String()),
  at: Nullable(Instant),
  /** whether both still stand; of a pair that is the same, one is to be reversed */
  standing: Type.Boolean(),
  sides: Type.Array(Side),
});

const inCounty = Type.Object({ county: County });

/** What may be claimed twice, and what the county found. */
export const doubleRoutes = contract({
  doubles: {
    method: 'GET',
    path: '/api/counties/:county/double-claims',
    summary: '疑似重复 What may be claimed twice',
    who: ['operator', 'platform', 'auditor'],
    params: inCounty,
    query: Input({
      ...PageQuery,
      how: Type.Optional(Type.Enum(doubleHows)),
      state: Type.Optional(Type.Enum(['open', ...doubleDecisions])),
    }),
    answer: Type.Object({
      ...Paged(DoubleClaim).properties,
      open: Type.Integer(),
      openFen: Fen,
      /** decided to be the same and not yet reversed */
      same: Type.Integer(),
      sameFen: Fen,
    }),
  },
  searchDoubles: {
    method: 'POST',
    path: '/api/counties/:county/double-claims/search',
    summary: '全部重查一遍 Look through all years again',
    who: ['operator'],
    wholeCounty: true,
    repeatable: true,
    perMinute: 6,
    params: inCounty,
    answer: Type.Object({ found: Type.Integer() }),
  },
  decideDouble: {
    method: 'POST',
    path: '/api/counties/:county/double-claims/:id/decisions',
    summary: '认定 Decide',
    who: ['operator'],
    params: Type.Object({ county: County, id: Id }),
    body: Input({ decision: Type.Enum(doubleDecisions), reason: Reason }),
    answer: Type.Object({ id: Id }),
    refusals: ['double-not-found', 'not-allowed'],
  },
});
