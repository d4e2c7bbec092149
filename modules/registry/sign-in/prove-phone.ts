import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import { phonesOf } from '../people/phones.queries.ts';
import { refuse } from '../refuse.ts';
import { clearAttempts, countAttempt } from './attempts.ts';
import { sendCode } from './send-code.ts';
import { refusedBySignIn, signInOf } from './sign-in.ts';

/**
 * Sends a signed-in person a code to the phone they signed in by, to sign something with; see `provePhone`.
 *
 * @throws Refusal `phone-unknown` | `too-many-requests` | `phone-code-not-sent`, also where no message service is set up
 */
export async function askOwnCode(at: Context, by: Actor): Promise<{ sandboxCode: string | null }> {
  const hash = await phoneHashOf(at.db, by);
  await countAttempt(at, 'phone-code', hash);
  const phone = (await phonesOf(at, [by.person])).get(by.person);
  if (!phone) throw refuse('phone-unknown');
  return { sandboxCode: await sendCode(at, hash, phone) };
}

/**
 * Whether the phone a person signed in by is in their hand right now: the code sent to it, which is then used up. No
 * session comes of it.
 *
 * @throws Refusal `phone-unknown` | `phone-code-wrong`
 */
export async function provePhone(at: Context, by: Actor, code: string): Promise<void> {
  const phoneNumber = await phoneHashOf(at.db, by);
  await signInOf(at)
    .api.verifyPhoneNumber({ body: { phoneNumber, code, disableSession: true } })
    .catch((error: unknown) => {
      throw refusedBySignIn(error) ? refuse('phone-code-wrong') : error;
    });
  await clearAttempts(at, 'phone-code', phoneNumber);
}

async function phoneHashOf(db: Db, by: Actor): Promise<string> {
  const user = await db
    .selectFrom('auth.user')
    .select('phoneNumber')
    .where('id', '=', by.person)
    .where('phoneNumberVerified', '=', true)
    .executeTakeFirst();
  if (!user?.phoneNumber) throw refuse('phone-unknown');
  return user.phoneNumber;
}
