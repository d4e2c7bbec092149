import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { refuse } from '../refuse.ts';
import { actorOf } from './actors.queries.ts';
import { clearAttempts, countAttempt } from './attempts.ts';
import { refusedBySignIn, signInOf } from './sign-in.ts';

/**
 * Signs a member of staff in. A user name that nobody has and a wrong password are the same refusal, take the same
 * work, and are counted alike. Who has one-time codes on gives the current one, or one of their backup codes.
 *
 * @returns who they are, and the headers that carry their session cookie
 * @throws Refusal `too-many-requests` | `password-wrong` | `totp-needed` | `totp-wrong`
 */
export async function signInByPassword(
  at: Context,
  input: { username: string; password: string; totp?: string },
): Promise<{ by: Actor; headers: Headers }> {
  const username = input.username.trim().toLowerCase();
  const subject = `username ${username}`;
  await countAttempt(at, 'password', subject);
  const first = await signInOf(at)
    .api.signInUsername({ body: { username, password: input.password }, returnHeaders: true })
    .catch((error: unknown) => {
      throw refusedBySignIn(error) ? refuse('password-wrong') : error;
    });
  const { headers } = 'twoFactorRedirect' in first.response ? await secondFactor(at, input.totp, first.headers) : first;
  await clearAttempts(at, 'password', subject);

  const user = await at.db
    .selectFrom('auth.user')
    .select('id')
    .where('username', '=', username)
    .executeTakeFirstOrThrow();
  const by = await actorOf(at.db, user.id);
  if (!by) throw new Error('a person is gone right after signing in');
  return { by, headers };
}

async function secondFactor(at: Context, code: string | undefined, first: Headers): Promise<{ headers: Headers }> {
  if (!code) throw refuse('totp-needed');
  // The first answer names the pending sign-in in a cookie of its own; nothing of it reaches the browser.
  const pending = first.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
  const asked = { body: { code }, headers: new Headers({ cookie: pending.join('; ') }), returnHeaders: true } as const;
  const { api } = signInOf(at);
  try {
    return await (/^\d{6}$/.test(code) ? api.verifyTOTP(asked) : api.verifyBackupCode(asked));
  } catch (error) {
    throw refusedBySignIn(error) ? refuse('totp-wrong') : error;
  }
}
