import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { refuse } from '../refuse.ts';
import { signInFacts } from './actors.queries.ts';
import { clearAttempts, countAttempt } from './attempts.ts';
import { refusedBySignIn, signInOf } from './sign-in.ts';

/**
 * Gives a person the secret of their one-time codes as an address for an authenticator app, and ten backup codes. They
 * count only after `confirmTotp`.
 *
 * @param headers of the request: its session
 * @throws Refusal `too-many-requests` | `password-wrong` | `totp-on-already`
 */
export async function startTotp(at: Context, by: Actor, input: { password: string }, headers: Headers) {
  const facts = await signInFacts(at.db, by.person);
  if (facts?.totp) throw refuse('totp-on-already');
  await countAttempt(at, 'password', `person ${by.person}`);
  const started = await signInOf(at)
    .api.enableTwoFactor({ body: { password: input.password }, headers })
    .catch((error: unknown) => {
      throw refusedBySignIn(error) ? refuse('password-wrong') : error;
    });
  if (started.method !== 'totp') throw new Error('one-time codes were asked for and something else was started');
  await clearAttempts(at, 'password', `person ${by.person}`);
  const label = encodeURIComponent(`山货:${facts?.username ?? by.name}`);
  return { uri: started.totpURI.replace(/(?<=^otpauth:\/\/totp\/)[^?]+/, label), backupCodes: started.backupCodes };
}

/**
 * Turns one-time codes on by the first right one. The session is replaced.
 *
 * @param headers of the request: its session
 * @returns headers that carry the new session cookie
 * @throws Refusal `too-many-requests` | `totp-wrong`
 */
export async function confirmTotp(at: Context, by: Actor, input: { code: string }, headers: Headers): Promise<Headers> {
  await countAttempt(at, 'totp', `person ${by.person}`);
  const confirmed = await signInOf(at)
    .api.verifyTOTP({ body: { code: input.code }, headers, returnHeaders: true })
    .catch((error: unknown) => {
      throw refusedBySignIn(error) ? refuse('totp-wrong') : error;
    });
  await clearAttempts(at, 'totp', `person ${by.person}`);
  return confirmed.headers;
}
