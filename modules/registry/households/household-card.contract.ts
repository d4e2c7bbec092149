import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Id, Input, Instant, Nullable, Reason, RegionCode } from '#platform/http/schemas.ts';

export const cardRefusals = {
  'card-unknown': {
    status: 404,
    field: 'text',
    zh: '没有这张卡，或者不是你这里的农户；请按姓名找',
    en: 'No such card, or a household outside your region; please look by name',
  },
  'card-other-county': {
    status: 422,
    field: 'text',
    zh: '这是别的县的卡；请按姓名找',
    en: 'This card is another county’s; please look by name',
  },
  'card-ended': {
    status: 409,
    field: 'text',
    zh: '这张卡 {day} 起已作废；请按姓名找，再给他印一张新的',
    en: 'This card ended on {day}; please look by name and print a new one',
  },
  'card-none': { status: 409, zh: '这一户没有在用的卡', en: 'This household has no card in use' },
  'household-not-here': {
    status: 409,
    zh: '这一户已迁出或已并到别的户',
    en: 'This household has left or was merged into another',
  },
} as const satisfies RefusalTable;

/** What is printed on a card: of the household its number and village, and no name. */
const PrintedCard = Type.Object({
  household: Id,
  code: Type.String(),
  villageName: Type.String(),
  /** in the square code */
  text: Type.String(),
  /** for people, who can type them where the code cannot be read */
  letters: Type.String(),
});
export const HouseholdCard = Type.Object({
  card: Nullable(Type.Object({ ...PrintedCard.properties, id: Id, at: Instant, byName: Type.String() })),
  ended: Type.Array(
    /** reason null: a new card took its place */
    Type.Object({ id: Id, from: Instant, until: Instant, reason: Nullable(Type.String()), byName: Type.String() }),
  ),
});
/** Whose a card is, as a list at the scale shows it. */
export const CardHolder = Type.Object({
  id: Id,
  code: Type.String(),
  headMasked: Type.String(),
  villageName: Type.String(),
});

const one = Type.Object({ county: County, id: Id });
const staff = ['keeper', 'cadre', 'operator'] as const;

export const cardRoutes = contract({
  householdCard: {
    method: 'GET',
    path: '/api/counties/:county/households/:id/card',
    summary: '农户卡 A household’s card',
    who: staff,
    params: one,
    answer: HouseholdCard,
    refusals: ['not-found', 'not-allowed'],
  },
  issueCard: {
    method: 'POST',
    path: '/api/counties/:county/households/:id/card',
    summary: '发卡：旧卡同时作废 Make a card; the one before it ends',
    who: staff,
    params: one,
    answer: HouseholdCard,
    refusals: ['not-found', 'not-allowed', 'household-not-here'],
  },
  endCard: {
    method: 'POST',
    path: '/api/counties/:county/households/:id/card/ending',
    summary: '作废 End a card that was lost',
    who: staff,
    params: one,
    body: Input({ reason: Reason }),
    answer: HouseholdCard,
    refusals: ['not-found', 'not-allowed', 'card-none'],
  },
  issueCards: {
    method: 'POST',
    path: '/api/counties/:county/household-cards',
    summary: '给全村没有卡的农户发卡 Make a card for each household of a village that has none',
    who: staff,
    params: Type.Object({ county: County }),
    body: Input({ village: RegionCode }),
    answer: Type.Array(PrintedCard),
    refusals: ['not-allowed', 'region-code-broken', 'village-outside-county', 'village-outside-your-region'],
  },
  readCard: {
    method: 'POST',
    path: '/api/counties/:county/household-card-readings',
    summary: '刷卡：这张卡是谁家的 Whose a card is',
    who: staff,
    repeatable: true,
    // A guess is one in 2^60; nobody gets to make many.
    perMinute: 60,
    params: Type.Object({ county: County }),
    body: Input({ text: Type.String({ minLength: 1, maxLength: 60 }) }),
    answer: CardHolder,
    refusals: ['not-allowed', 'card-unknown', 'card-other-county', 'card-ended', 'household-not-here'],
  },
});
