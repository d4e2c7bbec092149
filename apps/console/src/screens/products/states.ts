import type { productStates } from '#catalog/contract';
import type { Product } from '../../api/answers.ts';
import type { PlainKey } from '../../i18n/index.tsx';
import type { Tone } from '../../parts/StatusTag.tsx';
import type { Role } from '../../session/roles.ts';

/** The colour that repeats a product's state. */
export const productTones: Record<(typeof productStates)[number], Tone> = {
  draft: 'quiet',
  review: 'wait',
  on_sale: 'good',
  hidden: 'stop',
  withdrawn: 'stop',
};

/** Moves that the county decides, not the merchant. */
const decidedByCounty = ['approve', 'return'];

/** Why a move of the table cannot be made now by someone with these roles; undefined when it can. */
export function whyNot(product: Product, act: string, is: (...roles: Role[]) => boolean): PlainKey | undefined {
  if (decidedByCounty.includes(act) && !is('operator')) return 'product.whyCounty';
  if (act === 'submit' && product.skus.length === 0) return 'product.whyNoSku';
  if (act === 'submit' && product.pictures.length === 0) return 'product.whyNoPicture';
  if (!is('operator', 'merchant')) return 'product.whyReader';
  return undefined;
}

/** Moves that are written down with a reason. */
export const needsReason = ['return', 'withdraw'];
