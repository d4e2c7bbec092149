import { lookup } from 'node:dns';
import { request as plain } from 'node:http';
import { request } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Longest that a subscriber may take to answer, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Networks that are not the Internet (RFC 6890 and its IPv6 half): nobody may make this server call its neighbours. */
const inside4 = new BlockList();
for (const [net, bits] of [
  ...[['0.0.0.0', 8] as const, ['10.0.0.0', 8] as const, ['100.64.0.0', 10] as const, ['127.0.0.0', 8] as const],
  ...[['169.254.0.0', 16] as const, ['172.16.0.0', 12] as const, ['192.0.0.0', 24] as const],
  ...[['192.0.2.0', 24] as const, ['192.168.0.0', 16] as const, ['198.18.0.0', 15] as const],
  ...[['198.51.100.0', 24] as const, ['203.0.113.0', 24] as const, ['224.0.0.0', 3] as const],
]) {
  inside4.addSubnet(net, bits, 'ipv4');
}
// A list of its own: one that holds ::ffff:0:0/96 would hold every IPv4 address.
const inside6 = new BlockList();
for (const [net, bits] of [
  ...[['::', 96] as const, ['::ffff:0:0', 96] as const, ['64:ff9b::', 96] as const, ['64:ff9b:1::', 48] as const],
  ...[['100::', 64] as const, ['2001::', 23] as const, ['2001:db8::', 32] as const, ['2002::', 16] as const],
  ...[['fc00::', 7] as const, ['fe80::', 10] as const, ['ff00::', 8] as const],
]) {
  inside6.addSubnet(net, bits, 'ipv6');
}

/** Whether an IP address is one of the Internet's. */
export const isPublic = (address: string): boolean => {
  const kind = isIP(address);
  return kind === 6 ? !inside6.check(address, 'ipv6') : kind === 4 && !inside4.check(address, 'ipv4');
};

/** What is wrong with an address that events are to be sent to; null: nothing that can be seen without asking. */
export function destinationFault(text: unknown): string | null {
  const url = typeof text === 'string' && text.length <= 500 ? URL.parse(text) : null;
  if (!url) return 'must be an address of at most 500 characters';
  if (url.protocol !== 'https:') return 'must begin with https://';
  if (url.username || url.password) return 'must not hold a user or password; the signature says who sends';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const local = isIP(host) ? !isPublic(host) : !host.includes('.') || /\.(local|internal|localhost)$/.test(host);
  return local ? 'must be an address of the Internet' : null;
}

/** Names are looked up once, and what is connected to is what was looked at: a second answer cannot lead inside. */
const publicOnly: LookupFunction = (host, options, answer) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error) return answer(error, '', 0);
    const wrong = found.find((one) => !isPublic(one.address));
    if (wrong) return answer(new Error(`${host} leads to ${wrong.address}, which is not of the Internet`), '', 0);
    const [first] = found;
    if (options.all) return answer(null, found);
    return first ? answer(null, first.address, first.family) : answer(new Error(`${host} has no address`), '', 0);
  });
};

/** Sends a body to somebody outside. @returns the HTTP status they answered */
export type PostOutside = (dest: string, body: string, headers: Record<string, string>) => Promise<number>;

/**
 * Sends JSON to an address of the Internet, by https, without following redirects; of the answer only its status is read.
 *
 * @throws Error that says why nobody answered
 */
export const postOutside: PostOutside = (dest, body, headers) => {
  const fault = destinationFault(dest);
  if (fault) return Promise.reject(new Error(`${dest} ${fault}`));
  return post(dest, body, headers, { lookup: publicOnly });
};

/** As `postOutside`, to wherever it is: for tests, which have nobody on the Internet. */
export function post(
  dest: string,
  body: string,
  headers: Record<string, string>,
  { lookup, patienceMs = PATIENCE_MS }: { lookup?: LookupFunction; patienceMs?: number } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const url = new URL(dest);
    const sent = (url.protocol === 'http:' ? plain : request)(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(patienceMs),
      // A connection of its own: one that was kept would not be looked up again.
      agent: false,
      ...(lookup && { lookup }),
    });
    sent.on('response', (answer) => {
      resolve(answer.statusCode ?? 0);
      // What they say besides is not read, however long it is.
      answer.destroy();
    });
    sent.on('error', (error) => reject(error));
    sent.end(body);
  });
}
