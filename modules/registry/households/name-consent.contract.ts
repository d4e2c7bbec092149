import Type from 'typebox';
import { contract } from '#platform/http/contract.ts';
import { County, Id, Input, Instant, Nullable } from '#platform/http/schemas.ts';

export const NameConsent = Type.Object({
  given: Type.Boolean(),
  /** since when; null: nobody ever asked */
  at: Nullable(Instant),
  history: Type.Array(
    Type.Object({
      given: Type.Boolean(),
      saidBy: Type.Enum(['household', 'staff']),
      byName: Type.String(),
      at: Instant,
    }),
  ),
});
export const OwnConsent = Type.Object({
  county: County,
  household: Id,
  given: Type.Boolean(),
  at: Nullable(Instant),
  /** the first name that buyers read, or would read */
  shownAs: Type.String(),
});

const one = Type.Object({ county: County, id: Id });
const body = Input({ given: Type.Boolean() });

export const consentRoutes = contract({
  nameConsent: {
    method: 'GET',
    path: '/api/counties/:county/households/:id/name-consent',
    summary: '是否同意显示名字 Whether buyers may read a household’s first name',
    who: ['keeper', 'cadre', 'operator', 'platform', 'auditor'],
    params: one,
    answer: NameConsent,
    refusals: ['not-found', 'not-allowed'],
  },
  sayConsent: {
    method: 'POST',
    path: '/api/counties/:county/households/:id/name-consent',
    summary: '登记同意或撤回 Write down consent or its withdrawal',
    who: ['keeper', 'cadre', 'operator'],
    params: one,
    body,
    answer: NameConsent,
    refusals: ['not-found', 'not-allowed'],
  },
  myConsents: {
    method: 'GET',
    path: '/api/me/name-consents',
    summary: '我家的名字给不给买家看 What my household says of its name',
    who: 'signed-in',
    answer: Type.Array(OwnConsent),
  },
  sayOwnConsent: {
    method: 'POST',
    path: '/api/me/counties/:county/households/:id/name-consent',
    summary: '同意或撤回（本户）My household agrees or takes it back',
    who: 'signed-in',
    params: one,
    body,
    answer: OwnConsent,
    refusals: ['not-found'],
  },
});
