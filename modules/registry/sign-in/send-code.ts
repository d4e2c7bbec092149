import type { Context } from '#platform/context.ts';
import { refusePlatform } from '#platform/errors.ts';
import { sendSms } from '#platform/sms/send-sms.ts';
import { refuse } from '../refuse.ts';
import { makeCode, signInOf } from './sign-in.ts';

/** Before this the message service sends no second message to the same phone. */
const AGAIN_S = 60;

/**
 * Makes a code for a phone and sends it there, by the message service where one is set up.
 *
 * @param hash the phone's, under which the code is known
 * @returns the code itself in the sandbox, where no message leaves the server; else null
 * @throws Refusal `phone-code-not-sent` | `too-many-requests`
 */
export async function sendCode(at: Context, hash: string, phone: string): Promise<string | null> {
  if (!at.sms && !at.sandbox) throw refuse('phone-code-not-sent');
  const code = await makeCode(signInOf(at), hash);
  if (!at.sms) return code;
  const sent = await sendSms(at.sms, { phone, kind: 'code', words: { code } });
  if (sent.outcome === 'limited') throw refusePlatform('too-many-requests', { retryAfter: AGAIN_S });
  if (sent.outcome !== 'sent') throw refuse('phone-code-not-sent', { why: sent.why });
  return null;
}
