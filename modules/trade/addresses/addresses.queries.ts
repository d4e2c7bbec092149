import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import { regionNames } from '#registry';
import { type Contact, openContact } from './contact.ts';

export interface AddressView extends Contact {
  id: string;
  region: string;
  regionName: string;
  isDefault: boolean;
}

/** A person's own address with its contact still sealed. */
export async function addressOf(db: Db, person: string, id: string) {
  return db
    .selectFrom('trade.address')
    .selectAll()
    .where('id', '=', id)
    .where('person', '=', person)
    .executeTakeFirst();
}

/** A person's addresses, the default first, then the newest. */
export async function addressesOf(at: Context, person: string): Promise<AddressView[]> {
  const rows = await at.db
    .selectFrom('trade.address')
    .selectAll()
    .where('person', '=', person)
    .orderBy('is_default', 'desc')
    .orderBy('created_at', 'desc')
    .execute();
  const names = await regionNames(
    at.db,
    rows.map((row) => row.region),
  );
  return rows.map((row) => ({
    id: row.id,
    region: row.region,
    regionName: names.get(row.region)?.fullName ?? row.region,
    ...openContact(at.sealer, row.contact_sealed),
    isDefault: row.is_default,
  }));
}
