import type { Context } from '#platform/context.ts';
import { maskPhone } from '../households/masking.ts';
import { phoneHash } from '../people/personal-hashes.ts';
import { countAttempt } from './attempts.ts';
import { sendCode } from './send-code.ts';

/**
 * Sends a six-digit code to a phone, good for five minutes and five tries; an earlier one is void. The answer is the
 * same whether or not the phone is known. In the sandbox no message leaves the server and the code is answered instead.
 *
 * @throws Refusal `too-many-requests` | `phone-code-not-sent`, also where no message service is set up
 */
export async function askPhoneCode(at: Context, input: { phone: string }) {
  const hash = phoneHash(at.sealer, input.phone);
  await countAttempt(at, 'phone-code', hash);
  return { sentTo: maskPhone(input.phone), sandboxCode: await sendCode(at, hash, input.phone) };
}
