import type { Context } from '#platform/context.ts';
import { type Db, transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { signInOf } from '../sign-in/sign-in.ts';

/**
 * A person who signs in by user name and password; roles are granted afterwards.
 *
 * @param input.username lower case, as the contract says
 * @param db a transaction to join, where the person must come with their role or not at all
 * @returns the person's id
 * @throws Refusal `username-taken`
 */
export async function addPerson(
  at: Context,
  input: { name: string; username: string; password: string },
  db: Db = at.db,
): Promise<string> {
  // Some 60 ms of work on purpose: before the transaction, so that no row is locked meanwhile.
  const password = await (await signInOf(at).$context).password.hash(input.password);
  const person = newId();
  const now = at.clock.now();
  await transact(db, async (tx) => {
    const added = await tx
      .insertInto('auth.user')
      .values({
        id: person,
        name: input.name.trim(),
        // Everybody has an address for better-auth; .invalid can never be one (RFC 2606).
        email: `${person}@people.invalid`,
        emailVerified: false,
        username: input.username,
        createdAt: now,
        updatedAt: now,
      })
      .onConflict((c) => c.column('username').doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows === 0n) throw refuse('username-taken');
    await tx
      .insertInto('auth.account')
      .values({
        id: newId(),
        accountId: person,
        providerId: 'credential',
        userId: person,
        password,
        createdAt: now,
        updatedAt: now,
      })
      .execute();
  });
  return person;
}
