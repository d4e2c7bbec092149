import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';

export interface CartLine {
  county: County;
  sku: string;
  packs: number;
}

export async function cartOfPerson(db: Db, person: string): Promise<string | undefined> {
  const row = await db.selectFrom('trade.cart').select('id').where('person', '=', person).executeTakeFirst();
  return row?.id;
}

/** A guest's cart; undefined when it has gone into a member's. */
export async function guestCart(db: Db, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('trade.cart')
    .select('id')
    .where('id', '=', id)
    .where('person', 'is', null)
    .executeTakeFirst();
  return row?.id;
}

/** The person's cart, made when there is none; a guest's new cart when `person` is null. */
export async function makeCart(tx: Tx, person: string | null, now: Date): Promise<string> {
  const id = newId();
  const row = await tx
    .insertInto('trade.cart')
    .values({ id, person, updated_at: now })
    .onConflict((c) => c.column('person').doUpdateSet({ updated_at: now }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function linesInCart(db: Db, cart: string): Promise<CartLine[]> {
  return db
    .selectFrom('trade.cart_line')
    .select(['county', 'sku', 'packs'])
    .where('cart', '=', cart)
    .orderBy('county')
    .orderBy('added_at')
    .orderBy('sku')
    .execute();
}

/** Puts packs of a SKU into a cart, in place of what was there; 0 takes the line out. */
export async function putLine(tx: Tx, cart: string, line: CartLine, now: Date): Promise<void> {
  if (line.packs === 0) {
    await tx
      .deleteFrom('trade.cart_line')
      .where('cart', '=', cart)
      .where('county', '=', line.county)
      .where('sku', '=', line.sku)
      .execute();
    return;
  }
  await tx
    .insertInto('trade.cart_line')
    .values({ cart, ...line, added_at: now })
    .onConflict((c) => c.columns(['cart', 'county', 'sku']).doUpdateSet({ packs: line.packs }))
    .execute();
}
