import { AsyncLocalStorage } from 'node:async_hooks';
import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { phoneNumber, twoFactor, username } from 'better-auth/plugins';
import type { Context } from '#platform/context.ts';
import { newId } from '#platform/ids.ts';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** What a person may be called at sign-in; the contract says the same. */
const usernameForm = /^[a-z][a-z0-9_.-]{2,39}$/;
/** How long a code for a phone stays good, in seconds. */
export const codeLifetime = 5 * MINUTE;

export type SignIn = ReturnType<typeof makeSignIn>;

/** How a code that better-auth made comes back to the act that asked for it, past the hash it was asked under. */
const sending = new AsyncLocalStorage<(code: string) => void>();

/** Asks better-auth for a code; it is stored under the phone's hash and comes back here to be sent. */
export async function makeCode(signIn: SignIn, phoneHash: string): Promise<string> {
  let made: string | undefined;
  await sending.run(
    (code) => {
      made = code;
    },
    () => signIn.api.sendPhoneNumberOTP({ body: { phoneNumber: phoneHash } }),
  );
  if (!made) throw new Error('no code was made');
  return made;
}

/** What better-auth signs its cookies with. */
export const cookieSecret = (at: Context): string => at.sealer.sign('better-auth', 'secret/1').toString('base64url');

// better-auth is never mounted on an address of its own: our routes call it, so that refusals, limits and who may call
// are the house's. It gets the house's pool, a schema of its own, and a keyed hash wherever it asks for a phone number.
function makeSignIn(at: Context) {
  return betterAuth({
    appName: '山货',
    baseURL: at.publicUrl,
    basePath: '/api/sign-in/internal',
    secret: cookieSecret(at),
    database: { db: at.db.withSchema('auth'), type: 'postgres' },
    telemetry: { enabled: false },
    logger: { disabled: true },
    session: { expiresIn: 30 * DAY, updateAge: DAY },
    advanced: {
      cookiePrefix: 'shanhuo',
      useSecureCookies: at.publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      database: { generateId: () => newId() },
      // An address is personal data and none of our acts needs it.
      ipAddress: { disableIpTracking: true },
    },
    emailAndPassword: { enabled: true, disableSignUp: true, autoSignIn: false, minPasswordLength: 10 },
    plugins: [
      phoneNumber({
        otpLength: 6,
        expiresIn: codeLifetime,
        allowedAttempts: 5,
        sendOTP: ({ code }) => {
          sending.getStore()?.(code);
        },
        signUpOnVerification: {
          // better-auth wants an address for everybody; .invalid can never be one (RFC 2606).
          getTempEmail: (phoneHash) => `${phoneHash.toLowerCase()}@phone.invalid`,
          getTempName: () => '买家',
        },
      }),
      username({
        minUsernameLength: 3,
        maxUsernameLength: 40,
        usernameValidator: (name) => usernameForm.test(name),
        displayUsername: false,
      }),
      twoFactor({ issuer: '山货' }),
    ],
  });
}

const made = new WeakMap<Context, SignIn>();

/** The sign-in of a context, made once. */
export function signInOf(at: Context): SignIn {
  let signIn = made.get(at);
  if (!signIn) {
    signIn = makeSignIn(at);
    made.set(at, signIn);
  }
  return signIn;
}

/** Whether better-auth said no (wrong code, wrong password, too often), as against failing. */
export const refusedBySignIn = (error: unknown): boolean =>
  error instanceof APIError && error.statusCode >= 400 && error.statusCode < 500;
