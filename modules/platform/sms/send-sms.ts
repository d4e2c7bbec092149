import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { SmsKind, SmsSettings } from './sms-settings.ts';

/** What became of a message. `unclear`: nobody knows whether it went out; asking again may send it twice. */
export type SmsOutcome =
  | { outcome: 'sent'; number: string }
  /** too many to this phone for now, by the service's own limits */
  | { outcome: 'limited'; why: string }
  /** this phone takes none */
  | { outcome: 'phone'; why: string }
  | { outcome: 'refused'; why: string }
  | { outcome: 'unclear'; why: string };

/**
 * Sends one message of a kind to a phone in China (SendSms, 2017-05-25).
 *
 * @param words what the approved text is filled with
 * @throws Error when there is no text of that kind: whoever asks looks before
 */
export async function sendSms(
  settings: SmsSettings,
  to: { phone: string; kind: SmsKind; words: Readonly<Record<string, string>> },
): Promise<SmsOutcome> {
  const template = settings.templates[to.kind];
  if (!template) throw new Error(`there is no text for messages of kind ${to.kind}`);
  const query = {
    PhoneNumbers: to.phone,
    SignName: settings.signName,
    TemplateCode: template,
    TemplateParam: JSON.stringify(to.words),
  };
  const headers = {
    host: new URL(settings.baseUrl).host,
    'x-acs-action': 'SendSms',
    'x-acs-content-sha256': sha256(''),
    'x-acs-date': new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': '2017-05-25',
  };
  const { host: _, ...sent } = headers;
  try {
    const response = await fetch(`${settings.baseUrl}/?${canonicalQuery(query)}`, {
      method: 'POST',
      headers: { ...sent, accept: 'application/json', authorization: authorization(settings, query, headers) },
      signal: AbortSignal.timeout(settings.timeoutMs),
    });
    const answer = (await response.json()) as { Code?: unknown; BizId?: unknown };
    return outcomeOf(String(answer.Code ?? `HTTP ${response.status}`), String(answer.BizId ?? ''));
  } catch (error) {
    return { outcome: 'unclear', why: (error as Error).name };
  }
}

/** By the service's own codes; what is not known here is no reason to try again. */
function outcomeOf(code: string, number: string): SmsOutcome {
  if (code === 'OK') return { outcome: 'sent', number };
  if (/LIMIT_CONTROL$|^Throttling/.test(code)) return { outcome: 'limited', why: code };
  if (/^isv\.MOBILE_/.test(code)) return { outcome: 'phone', why: code };
  if (/^(HTTP 5|ServiceUnavailable|InternalError|isp\.)/.test(code)) return { outcome: 'unclear', why: code };
  return { outcome: 'refused', why: code };
}

/**
 * Alibaba Cloud's signature of a request (ACS3-HMAC-SHA256): over method, path, query and the headers that are named.
 *
 * @param headers in small letters, `host` among them
 */
export function authorization(
  { accessKeyId, accessKeySecret }: Pick<SmsSettings, 'accessKeyId' | 'accessKeySecret'>,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): string {
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    '/',
    canonicalQuery(query),
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    headers['x-acs-content-sha256'],
  ].join('\n');
  const toSign = `ACS3-HMAC-SHA256\n${sha256(canonical)}`;
  const signature = createHmac('sha256', accessKeySecret).update(toSign).digest('hex');
  return `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Sorted by name; everything but letters, digits and -_.~ is written by its bytes (RFC 3986). */
const canonicalQuery = (query: Readonly<Record<string, string>>): string =>
  Object.keys(query)
    .sort()
    .map((name) => `${escaped(name)}=${escaped(query[name] as string)}`)
    .join('&');

const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
