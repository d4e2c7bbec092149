import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { phoneHash } from '../people/personal-hashes.ts';
import { refuse } from '../refuse.ts';
import { actorOf } from './actors.queries.ts';
import { clearAttempts } from './attempts.ts';
import { refusedBySignIn, signInOf } from './sign-in.ts';

/**
 * Signs a person in by the code sent to their phone; a phone that is not known yet becomes a person. A wrong code, one
 * that is too old and one that was tried too often are the same refusal.
 *
 * @returns who they are, and the headers that carry their session cookie
 * @throws Refusal `phone-code-wrong`
 */
export async function signInByPhone(
  at: Context,
  input: { phone: string; code: string; name?: string },
): Promise<{ by: Actor; headers: Headers }> {
  const hash = phoneHash(at.sealer, input.phone);
  const { response, headers } = await signInOf(at)
    .api.verifyPhoneNumber({ body: { phoneNumber: hash, code: input.code }, returnHeaders: true })
    .catch((error: unknown) => {
      throw refusedBySignIn(error) ? refuse('phone-code-wrong') : error;
    });
  const person = response.user?.id;
  if (!person) throw new Error('a code was right and no person came of it');
  await keepPhone(at, person, input);
  await clearAttempts(at, 'phone-code', hash);
  const by = await actorOf(at.db, person);
  if (!by) throw new Error('a person is gone right after signing in');
  return { by, headers };
}

/** At the first sign-in: the phone itself, sealed, and what to call the person. Later only a new name, when given. */
async function keepPhone(at: Context, person: string, input: { phone: string; name?: string }): Promise<void> {
  await transact(at.db, async (tx) => {
    const kept = await tx
      .insertInto('auth.phone')
      .values({ person, phone_sealed: at.sealer.seal(input.phone) })
      .onConflict((c) => c.column('person').doNothing())
      .executeTakeFirst();
    const first = kept.numInsertedOrUpdatedRows === 1n;
    const name = input.name?.trim() || (first ? `买家${input.phone.slice(-4)}` : undefined);
    if (name) await tx.updateTable('auth.user').set({ name }).where('id', '=', person).execute();
  });
}
