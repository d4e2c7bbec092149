import { skusById } from '#catalog';
import type { Caller } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx, transact } from '#platform/db.ts';
import { nameOf } from '../orders/price-lines.ts';
import { refuse } from '../refuse.ts';
import { availableBySku } from '../stock/stock.queries.ts';
import { type CartLine, cartOfPerson, guestCart, linesInCart, makeCart, putLine } from './cart.queries.ts';

const MOST_PACKS = 999;

/** Whose cart: the caller's own, or that of a guest's cookie. */
export interface CartHolder {
  by: Caller;
  /** the cart named by a cookie with our signature */
  cookie: string | null;
}

/**
 * The caller's cart, if there is one yet. A member who comes with a guest's cookie gets that cart's lines into their
 * own first: nobody has to remember whether they had signed in when they picked something.
 *
 * @returns also whether the cookie has served its purpose
 */
export async function findCart(at: Context, { by, cookie }: CartHolder): Promise<{ cart?: string; merged: boolean }> {
  if (by.person === null) return { cart: cookie ? await guestCart(at.db, cookie) : undefined, merged: false };
  const { person } = by;
  if (!cookie) return { cart: await cartOfPerson(at.db, person), merged: false };
  const cart = await transact(at.db, async (tx) => {
    // Whoever deletes the guest's cart has its lines; a second request at the same time finds it gone.
    const lines = (await guestCart(tx, cookie)) ? await linesInCart(tx, cookie) : [];
    const gone = await tx
      .deleteFrom('trade.cart')
      .where('id', '=', cookie)
      .where('person', 'is', null)
      .executeTakeFirst();
    if (gone.numDeletedRows === 0n || lines.length === 0) return cartOfPerson(tx, person);
    const now = at.clock.now();
    const own = await makeCart(tx, person, now);
    const before = await linesInCart(tx, own);
    for (const line of lines) {
      const packs = Math.min(MOST_PACKS, line.packs + packsOf(before, line));
      await putLine(tx, own, { ...line, packs }, now);
    }
    return own;
  });
  return { cart, merged: true };
}

/**
 * Puts a line's number of packs, or adds to it. What is already in the cart may be lowered or removed even when the
 * product is no longer sold or has become short.
 *
 * @returns the cart's id; for a guest's first line it is new
 * @throws Refusal `sku-not-on-sale` | `stock-short`
 */
export async function changeCart(
  at: Context,
  cart: string | undefined,
  by: Caller,
  change: CartLine & { add: boolean },
  key: OnceKey | null,
): Promise<string> {
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    // Touched first, which locks it: two additions at once are then both counted.
    const target = cart ?? (await makeCart(tx, by.person, now));
    await tx.updateTable('trade.cart').set({ updated_at: now }).where('id', '=', target).execute();
    const before = packsOf(await linesInCart(tx, target), change);
    const packs = Math.min(MOST_PACKS, change.add ? before + change.packs : change.packs);
    if (packs > before) await requireAvailable(at, tx, { ...change, packs });
    await putLine(tx, target, { county: change.county, sku: change.sku, packs }, now);
    return target;
  });
}

async function requireAvailable(at: Context, tx: Tx, line: CartLine): Promise<void> {
  const sku = (await skusById(tx, line.county, [line.sku])).get(line.sku);
  if (!sku?.onSale) throw refuse('sku-not-on-sale', { name: nameOf(sku) });
  const left = await availableBySku(tx, line.county, [line.sku], dayOf(at.clock.now()));
  const available = left.get(line.sku)?.available ?? 0;
  if (line.packs > available) throw refuse('stock-short', { name: nameOf(sku), available });
}

const packsOf = (lines: readonly CartLine[], of: Pick<CartLine, 'county' | 'sku'>): number =>
  lines.find((line) => line.county === of.county && line.sku === of.sku)?.packs ?? 0;
