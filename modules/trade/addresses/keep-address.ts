import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once, type Tx, transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { regionNames } from '#registry';
import { refuse } from '../refuse.ts';
import { type AddressView, addressesOf, addressOf } from './addresses.queries.ts';
import { type Contact, sealContact } from './contact.ts';

export interface AddressInput extends Contact {
  /** 12 digits; at least a county, because freight and parcels need one */
  region: string;
  isDefault?: boolean;
}

/**
 * Adds an address. The first one becomes the default, whatever was asked.
 *
 * @throws Refusal `region-code-broken`
 */
export async function addAddress(
  at: Context,
  by: Actor,
  input: AddressInput,
  key: OnceKey | null,
): Promise<AddressView> {
  // Only the id is kept with the key: the answer itself holds a person's name and phone.
  const id = await once(at.db, key, async (tx) => {
    await requireDestination(tx, input.region);
    const first = await tx
      .selectFrom('trade.address')
      .select('id')
      .where('person', '=', by.person)
      .limit(1)
      .executeTakeFirst();
    const isDefault = input.isDefault === true || !first;
    if (isDefault) await clearDefault(tx, by.person);
    const id = newId();
    await tx
      .insertInto('trade.address')
      .values({
        id,
        person: by.person,
        region: input.region,
        contact_sealed: sealContact(at.sealer, input),
        is_default: isDefault,
        created_at: at.clock.now(),
      })
      .execute();
    return id;
  });
  return viewOf(at, by, id);
}

/**
 * Changes an address; orders that were placed to it keep what they were given.
 *
 * @throws Refusal `address-not-found` | `region-code-broken`
 */
export async function changeAddress(
  at: Context,
  by: Actor,
  input: AddressInput & { id: string },
): Promise<AddressView> {
  await transact(at.db, async (tx) => {
    if (!(await addressOf(tx, by.person, input.id))) throw refuse('address-not-found');
    await requireDestination(tx, input.region);
    if (input.isDefault) await clearDefault(tx, by.person);
    await tx
      .updateTable('trade.address')
      .set({
        region: input.region,
        contact_sealed: sealContact(at.sealer, input),
        ...(input.isDefault && { is_default: true }),
      })
      .where('id', '=', input.id)
      .execute();
  });
  return viewOf(at, by, input.id);
}

/** @throws Refusal `address-not-found` */
export async function removeAddress(at: Context, by: Actor, id: string): Promise<void> {
  await transact(at.db, async (tx) => {
    const found = await addressOf(tx, by.person, id);
    if (!found) throw refuse('address-not-found');
    await tx.deleteFrom('trade.address').where('id', '=', id).execute();
    if (!found.is_default) return;
    // There is always a default while there is an address: checkout begins with it.
    const next = await tx
      .selectFrom('trade.address')
      .select('id')
      .where('person', '=', by.person)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (next) await tx.updateTable('trade.address').set({ is_default: true }).where('id', '=', next.id).execute();
  });
}

/**
 * A place a parcel can be sent to: in the official list, and a county or smaller.
 *
 * @throws Refusal `region-code-broken`
 */
export async function requireDestination(db: Db, region: string): Promise<void> {
  // Provinces and cities end in eight zeros; below a city without counties the towns come at once.
  const tooWide = /^\d{4}0{8}$/.test(region);
  if (tooWide || !(await regionNames(db, [region])).has(region)) throw refuse('region-code-broken', { code: region });
}

async function clearDefault(tx: Tx, person: string): Promise<void> {
  await tx
    .updateTable('trade.address')
    .set({ is_default: false })
    .where('person', '=', person)
    .where('is_default', '=', true)
    .execute();
}

async function viewOf(at: Context, by: Actor, id: string): Promise<AddressView> {
  const found = (await addressesOf(at, by.person)).find((address) => address.id === id);
  // Repeated with its key after the address was removed.
  if (!found) throw refuse('address-not-found');
  return found;
}
