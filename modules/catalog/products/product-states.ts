import { defineMoves } from '#platform/moves.ts';

export const productStates = ['draft', 'review', 'on_sale', 'hidden', 'withdrawn'] as const;
export type ProductState = (typeof productStates)[number];

/** Moves that follow from facts (hide-product.ts): nobody makes them by hand. */
const ownMoves: readonly string[] = ['hide', 'show'];

/** A product's way into the shop and out of it. `act` also says who: merchants submit, operators decide. */
export const productMoves = defineMoves<ProductState>(
  'draft',
  {
    draft: { zh: '草稿', en: 'Draft' },
    review: { zh: '待审核', en: 'In review' },
    on_sale: { zh: '在售', en: 'On sale' },
    hidden: { zh: '已隐藏', en: 'Hidden' },
    withdrawn: { zh: '已下架', en: 'Withdrawn' },
  },
  [
    { from: 'draft', to: 'review', act: 'submit', label: { zh: '送审', en: 'Submit' } },
    { from: 'review', to: 'on_sale', act: 'approve', label: { zh: '通过并上架', en: 'Approve' } },
    { from: 'review', to: 'draft', act: 'return', label: { zh: '退回', en: 'Return' } },
    { from: 'on_sale', to: 'withdrawn', act: 'withdraw', label: { zh: '下架', en: 'Withdraw' } },
    { from: 'on_sale', to: 'hidden', act: 'hide', label: { zh: '隐藏', en: 'Hide' } },
    { from: 'hidden', to: 'on_sale', act: 'show', label: { zh: '恢复', en: 'Show again' } },
    { from: 'hidden', to: 'withdrawn', act: 'withdraw', label: { zh: '下架', en: 'Withdraw' } },
    { from: 'withdrawn', to: 'draft', act: 'revise', label: { zh: '重新编辑', en: 'Revise' } },
  ],
);

/** The moves that a person can make from a state. */
export const movesByHand = (state: ProductState) =>
  productMoves.from(state).filter((move) => !ownMoves.includes(move.act));
