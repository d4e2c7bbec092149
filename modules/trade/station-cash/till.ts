import { balance, ensureAccounts, findAccount } from '#ledger';
import { type Actor, membershipsIn, overCounty, type Role } from '#platform/actor.ts';
import { type Db, nextNumber, type Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { organisationsById } from '#registry';
import { refuse } from '../refuse.ts';

/** The accounts of a station's till: cash in it, and money of the provider 'station' that the county has. */
export async function tillAccounts(
  tx: Tx,
  county: County,
  station: string,
): Promise<{ till: string; clearing: string }> {
  const [till, clearing] = (await ensureAccounts(tx, county, [
    { kind: 'station_cash', owner: station },
    { kind: 'provider_clearing', owner: 'station' },
  ])) as [string, string];
  return { till, clearing };
}

/** What is in a station's till, and what of it has been handed in and not yet counted by the county. Fen. */
export async function tillOf(db: Db, county: County, station: string): Promise<{ fen: Fen; handedFen: Fen }> {
  const account = await findAccount(db, county, { kind: 'station_cash', owner: station });
  if (!account) return { fen: 0, handedFen: 0 };
  // What is handed in is held: out of the keeper's hands, and not yet in the county's.
  const found = await balance(db, county, account);
  return { fen: found.balance - found.creditsPending, handedFen: found.creditsPending };
}

/**
 * Takes a station's turn at giving cash out of its till, and says what is in it then: two keepers who look at once would
 * both find the same notes. Held until the end of the transaction; what comes into the till does not wait for it.
 *
 * @returns what is in the keeper's hands, in fen
 */
export async function lockTill(tx: Tx, county: County, station: string): Promise<Fen> {
  await nextNumber(tx, county, `till ${station}`);
  return (await tillOf(tx, county, station)).fen;
}

/**
 * A station whose keeper is calling, or which one of `also` looks at from the county.
 *
 * @throws Refusal `not-allowed` | `station-unknown`
 */
export async function requireStation(
  db: Db,
  by: Actor,
  county: County,
  station: string,
  also: readonly Role[] = [],
): Promise<{ id: string; name: string }> {
  const keeps = membershipsIn(by, county, ['keeper']).some((m) => m.org === station);
  if (!keeps && !overCounty(by, county, also)) throw refusePlatform('not-allowed');
  const found = (await organisationsById(db, county, [station])).get(station);
  if (found?.kind !== 'station') throw refuse('station-unknown');
  return { id: found.id, name: found.name };
}
