import { randomBytes } from 'node:crypto';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { WechatSettings } from '#platform/payment-settings.ts';
import { refuse } from '../../refuse.ts';

/** How long somebody may be on the way to WeChat and back. */
const STATE_MS = 10 * 60_000;

/** Whether WeChat's in-app browser can pay here: it has to be told who opened the page, which needs the account's secret. */
export const signsIn = (at: Context): boolean => Boolean(at.payments?.wechat?.signIn);

/** Who somebody is to the official account that takes the payments, as far as it is known. */
export async function openidOf(at: Context, person: string): Promise<string | undefined> {
  const appId = at.payments?.wechat?.appid;
  if (!appId) return undefined;
  const row = await at.db
    .selectFrom('trade.wechat_openid')
    .select('openid_sealed')
    .where('person', '=', person)
    .where('app_id', '=', appId)
    .executeTakeFirst();
  return row && at.sealer.open(row.openid_sealed);
}

/**
 * Begins to ask WeChat who opened the page (网页授权, `snsapi_base`: without a question to them, and nothing but their
 * number for this account). The state goes there and back; it belongs to this person and this browser, is good for ten
 * minutes and is taken once, so that nobody is made to pay in another's name.
 *
 * @returns where to go, and what this browser has to bring back in its cookie
 * @throws Refusal `checkout-not-found` | `wechat-not-configured`
 */
export async function beginWechatSignIn(
  at: Context,
  by: Actor,
  checkout: string,
): Promise<{ url: string; browser: string }> {
  const { wechat } = at.payments ?? {};
  if (!wechat?.signIn) throw refuse('wechat-not-configured');
  const own = await at.db
    .selectFrom('trade.checkout')
    .select('id')
    .where('id', '=', checkout)
    .where('person', '=', by.person)
    .executeTakeFirst();
  if (!own) throw refuse('checkout-not-found');
  const [state, browser] = [randomBytes(24).toString('hex'), randomBytes(24).toString('hex')];
  const now = at.clock.now();
  await at.db
    .deleteFrom('trade.wechat_state')
    .where('created_at', '<', new Date(now.getTime() - STATE_MS))
    .execute();
  await at.db
    .insertInto('trade.wechat_state')
    .values({
      ...{ state_hash: at.sealer.hash(state), person: by.person, session_hash: at.sealer.hash(browser), checkout },
      ...{ created_at: now, used_at: null },
    })
    .execute();
  // The order of the parameters is WeChat's own: its documentation warns that another one may not open.
  const query = new URLSearchParams({
    appid: wechat.appid,
    redirect_uri: `${at.publicUrl}/pay/${checkout}`,
    response_type: 'code',
    scope: 'snsapi_base',
    state,
  });
  return { url: `${wechat.signIn.openUrl}/connect/oauth2/authorize?${query}#wechat_redirect`, browser };
}

/**
 * Takes what WeChat sent a buyer back with: the state is looked at first, and only then the code is exchanged for who
 * they are. A state that was used, is old, or is another's or another browser's changes nothing.
 *
 * @param input.browser what the browser has in its cookie
 * @throws Refusal `wechat-state-broken` | `wechat-code-refused` | `payment-provider-busy` | `wechat-not-configured`
 */
export async function takeWechatCode(
  at: Context,
  by: Actor,
  input: { checkout: string; state: string; code: string; browser: string | null },
): Promise<void> {
  const { wechat } = at.payments ?? {};
  if (!wechat?.signIn) throw refuse('wechat-not-configured');
  const now = at.clock.now();
  // One update that finds it and uses it up: of two who bring the same state, one has it.
  const { numUpdatedRows } = await at.db
    .updateTable('trade.wechat_state')
    .set({ used_at: now })
    .where('state_hash', '=', at.sealer.hash(input.state))
    .where('person', '=', by.person)
    .where('session_hash', '=', at.sealer.hash(input.browser ?? ''))
    .where('checkout', '=', input.checkout)
    .where('created_at', '>', new Date(now.getTime() - STATE_MS))
    .where('used_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw refuse('wechat-state-broken');
  const openid = await openidFor(wechat, wechat.signIn, input.code);
  const row = { openid_sealed: at.sealer.seal(openid), at: now };
  await at.db
    .insertInto('trade.wechat_openid')
    .values({ person: by.person, app_id: wechat.appid, ...row })
    .onConflict((c) => c.columns(['person', 'app_id']).doUpdateSet(row))
    .execute();
}

async function openidFor(
  { appid, timeoutMs }: WechatSettings,
  { apiUrl, secret }: NonNullable<WechatSettings['signIn']>,
  code: string,
): Promise<string> {
  const query = new URLSearchParams({ appid, secret, code, grant_type: 'authorization_code' });
  const answer = await fetch(`${apiUrl}/sns/oauth2/access_token?${query}`, { signal: AbortSignal.timeout(timeoutMs) })
    .then((response) => response.json() as Promise<{ openid?: unknown; errcode?: number }>)
    // Its address holds the secret, so nothing of the failure is told on.
    .catch(() => null);
  if (!answer || answer.errcode === -1) throw refuse('payment-provider-busy');
  if (typeof answer.openid !== 'string' || answer.openid === '') {
    throw refuse('wechat-code-refused', { code: answer.errcode ?? 0 });
  }
  return answer.openid;
}
