import { type Db, transact } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { write } from './transfer.ts';
import { type Books, expire } from './transfer-rules.ts';
import { countiesWithDueHolds, dueHolds, endsOf, lockAccounts, transfersById } from './transfers.queries.ts';

const AT_ONCE = 500;

/**
 * Releases held transfers whose time is over, county by county, some hundred in one transaction. Safe to run
 * anywhere and at any time: what another run or a post has ended meanwhile is left alone.
 *
 * @returns how many were released
 */
export async function expireHolds(db: Db, now: Date, signal?: AbortSignal): Promise<number> {
  let released = 0;
  for (const county of await countiesWithDueHolds(db, now)) {
    for (let more = true; more && !signal?.aborted; ) {
      const done = await expireSome(db, county, now);
      released += done;
      more = done === AT_ONCE;
    }
  }
  return released;
}

async function expireSome(db: Db, county: County, now: Date): Promise<number> {
  return transact(db, async (tx) => {
    const due = await dueHolds(tx, county, now, AT_ONCE);
    if (due.length === 0) return 0;
    const transfers = await transfersById(tx, county, due);
    const touched = [...new Set([...transfers.values()].flatMap((row) => [row.debit, row.credit]))];
    const accounts = await lockAccounts(tx, county, touched);
    const ends = await endsOf(tx, county, due);
    const books: Books = { accounts, transfers, ends };
    const written = due.filter((id) => !ends.has(id)).map((pending) => expire(books, newId(), pending));
    await write(tx, county, books, written, now);
    return due.length;
  });
}
