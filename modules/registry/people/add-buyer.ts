import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { phoneHash } from './personal-hashes.ts';

/**
 * A person known by their phone, as if they had signed in with its code once. For the demo's past; people themselves
 * come by signing in.
 *
 * @returns the person's id; of a phone that is known already, that person's
 */
export async function addBuyer(at: Context, input: { name: string; phone: string }): Promise<string> {
  const hash = phoneHash(at.sealer, input.phone);
  return transact(at.db, async (tx) => {
    const known = await tx.selectFrom('auth.user').select('id').where('phoneNumber', '=', hash).executeTakeFirst();
    if (known) return known.id;
    const person = newId();
    const now = at.clock.now();
    await tx
      .insertInto('auth.user')
      .values({
        id: person,
        name: input.name,
        email: `${hash.toLowerCase()}@phone.invalid`,
        emailVerified: false,
        phoneNumber: hash,
        phoneNumberVerified: true,
        createdAt: now,
        updatedAt: now,
      })
      .execute();
    await tx
      .insertInto('auth.phone')
      .values({ person, phone_sealed: at.sealer.seal(input.phone) })
      .execute();
    return person;
  });
}
