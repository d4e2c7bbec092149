import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { Caller } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { addPerson, grantRole, makeIdentify, registryModule } from '#registry';
import { testApp } from '../../../test/app.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { removeStaff } from '../people/remove-staff.ts';
import { tidySignIn } from './tidy-up.ts';

const { at, passTime, setTime } = await testContext();
const open = await openTestCounty(at);
const app = await testApp(at, [registryModule], makeIdentify(at));

/** A browser: keeps its cookies and sends them. */
function browser(more: Record<string, string> = {}) {
  const jar = new Map<string, string>();
  return {
    jar,
    async call(method: 'GET' | 'POST' | 'DELETE', url: string, body?: object, headers: Record<string, string> = {}) {
      const answer = await app.inject({
        method,
        url,
        headers: {
          ...more,
          ...headers,
          ...(jar.size > 0 && { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }),
        },
        ...(body && { payload: body }),
        remoteAddress: `10.0.0.${1 + Math.floor(Math.random() * 250)}`,
      });
      for (const { name, value, maxAge } of answer.cookies) {
        if (maxAge === 0) jar.delete(name);
        else jar.set(name, encodeURIComponent(value));
      }
      return { status: answer.statusCode, body: answer.body ? answer.json() : undefined, cookies: answer.cookies };
    },
  };
}
type Browser = ReturnType<typeof browser>;

const phone = '13912345678';
const wrongCode = (code: string) => (code === '111111' ? '222222' : '111111');

async function codeFor(who: Browser, number = phone): Promise<string> {
  const asked = await who.call('POST', '/api/sign-in/phone-code', { phone: number });
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  return asked.body.sandboxCode;
}

test('a code for a phone is refused, in this order', async (t) => {
  const me = browser();
  const code = await codeFor(me);
  const sign = (body: object) => me.call('POST', '/api/sign-in/phone', body);
  const table: [string, object, number, string][] = [
    ['a phone that is none', { phone: '2391234567', code }, 400, 'bad-input'],
    ['a code that is none', { phone, code: '12345' }, 400, 'bad-input'],
    ['an unknown field', { phone, code, role: 'platform' }, 400, 'bad-input'],
    ['a wrong code', { phone, code: wrongCode(code) }, 422, 'phone-code-wrong'],
    ['the code of another phone', { phone: '13911112222', code }, 422, 'phone-code-wrong'],
  ];
  for (const [name, body, status, problem] of table) {
    await t.test(name, async () => {
      const answer = await sign(body);
      assert.deepEqual([answer.status, answer.body.code], [status, problem]);
    });
  }
  assert.equal(me.jar.size, 0);
});

test('a buyer signs in by phone code, is known, and signs out', async () => {
  const me = browser();
  assert.equal((await me.call('GET', '/api/me')).body, null);
  const code = await codeFor(me);
  const signed = await me.call('POST', '/api/sign-in/phone', { phone, code });
  assert.equal(signed.status, 201, JSON.stringify(signed.body));
  assert.deepEqual(
    [signed.body.name, signed.body.phoneMasked, signed.body.memberships, signed.body.totp],
    ['买家5678', '139****5678', [], false],
  );
  const cookie = signed.cookies.find(({ name }) => name.endsWith('session_token'));
  assert.deepEqual([cookie?.httpOnly, cookie?.sameSite, cookie?.secure, cookie?.path], [true, 'Lax', true, '/']);
  assert.deepEqual((await me.call('GET', '/api/me')).body, signed.body);

  const again = await browser().call('POST', '/api/sign-in/phone', { phone, code });
  assert.equal(again.body.code, 'phone-code-wrong', 'a code is good once');
  const renamed = await browser().call('POST', '/api/sign-in/phone', { phone, code: await codeFor(me), name: '小满' });
  assert.deepEqual([renamed.body.person, renamed.body.name], [signed.body.person, '小满'], 'the same person');

  const old = new Map(me.jar);
  assert.equal((await me.call('POST', '/api/sign-out')).status, 204);
  assert.equal(me.jar.size, 0);
  for (const [name, value] of old) me.jar.set(name, value);
  assert.equal((await me.call('GET', '/api/me')).body, null, 'a stolen cookie ends with the session');
});

test('the phone is nowhere in the database as it is', async () => {
  for (const table of ['user', 'session', 'account', 'verification', 'phone', 'attempts'] as const) {
    const rows = await at.db.selectFrom(`auth.${table}`).selectAll().execute();
    assert.doesNotMatch(JSON.stringify(rows), /13912345678/, table);
    assert.ok(!rows.some((row) => Object.values(row).some((v) => Buffer.isBuffer(v) && v.includes(phone))), table);
  }
});

test('a code dies after five wrong tries', async () => {
  const me = browser();
  const code = await codeFor(me, '13900000005');
  for (let i = 0; i < 5; i++) {
    await me.call('POST', '/api/sign-in/phone', { phone: '13900000005', code: wrongCode(code) });
  }
  const late = await me.call('POST', '/api/sign-in/phone', { phone: '13900000005', code });
  assert.equal(late.body.code, 'phone-code-wrong');
});

test('ten codes for one phone, then a wait; another phone is not held up', async () => {
  const me = browser();
  for (let i = 0; i < 10; i++) await codeFor(me, '13900000006');
  const eleventh = await me.call('POST', '/api/sign-in/phone-code', { phone: '13900000006' });
  assert.deepEqual([eleventh.status, eleventh.body.code], [429, 'too-many-requests']);
  await codeFor(me, '13900000007');
  passTime(11 * 60_000);
  await codeFor(me, '13900000006');
});

test('without a message service no code is made', async () => {
  const quiet = await testApp({ ...at, sandbox: false }, [registryModule], makeIdentify(at));
  const answer = await quiet.inject({
    method: 'POST',
    url: '/api/sign-in/phone-code',
    payload: { phone: '13900000008' },
  });
  assert.deepEqual([answer.statusCode, answer.json().code], [503, 'phone-code-not-sent']);
});

const password = 'walnuts in autumn';
const person = await addPerson(at, { name: '周县长', username: 'zhou.yun', password });
await grantRole(at, { person, county: open.county, org: open.centre, role: 'operator' });

test('a wrong password and an unknown name are one refusal', async () => {
  const ask = (body: object) => browser().call('POST', '/api/sign-in/password', body);
  const wrong = await ask({ username: 'zhou.yun', password: 'walnuts in spring' });
  const unknown = await ask({ username: 'nobody.here', password });
  const odd = await ask({ username: 'Ab 12 三', password });
  assert.deepEqual([wrong.status, wrong.body.code], [401, 'password-wrong']);
  assert.deepEqual(unknown.body, wrong.body);
  assert.deepEqual(odd.body, wrong.body);
  await assert.rejects(addPerson(at, { name: '别人', username: 'zhou.yun', password }), { code: 'username-taken' });
});

test('ten wrong passwords hold a user name up, known or not', async () => {
  for (const username of ['held.up', 'zhou.yun']) {
    const ask = (given: string) => browser().call('POST', '/api/sign-in/password', { username, password: given });
    let last = await ask('wrong wrong');
    for (let i = 0; i < 10 && last.status !== 429; i++) last = await ask('wrong wrong');
    assert.deepEqual([last.status, last.body.code], [429, 'too-many-requests'], username);
    assert.equal((await ask(password)).status, 429);
  }
  passTime(16 * 60_000);
});

test('staff sign in by password and see their roles; a role taken back counts at once', async () => {
  const me = browser();
  const signed = await me.call('POST', '/api/sign-in/password', { username: 'Zhou.Yun', password });
  assert.equal(signed.status, 201, JSON.stringify(signed.body));
  assert.deepEqual(
    signed.body.memberships.map((m: Record<string, unknown>) => [m.role, m.orgName, m.regionName]),
    [['operator', '成县电商运营中心', '成县']],
  );
  const households = () => me.call('GET', '/api/counties/621221/households');
  assert.equal((await households()).status, 200);
  assert.equal((await me.call('GET', '/api/counties/500242/households')).status, 403, 'another county');
  const role = { county: open.county, org: open.centre, person, role: 'operator' as const };
  await removeStaff(at, open.operator, role, null);
  assert.equal((await households()).status, 403);
  await grantRole(at, role);
  assert.equal((await households()).status, 200);
});

test('one-time codes: wrong password, wrong code, on, needed at sign-in, backup codes', async () => {
  const me = browser();
  await me.call('POST', '/api/sign-in/password', { username: 'zhou.yun', password });
  assert.equal((await me.call('POST', '/api/me/totp', { password: 'wrong wrong' })).body.code, 'password-wrong');
  const started = await me.call('POST', '/api/me/totp', { password });
  assert.equal(started.status, 201, JSON.stringify(started.body));
  const uri = new URL(started.body.uri);
  assert.equal(decodeURIComponent(uri.pathname), '/山货:zhou.yun');
  const secret = uri.searchParams.get('secret') as string;
  const now = totp(secret);

  const sign = (code?: string) =>
    browser().call('POST', '/api/sign-in/password', { username: 'zhou.yun', password, ...(code && { totp: code }) });
  assert.equal((await sign()).status, 201, 'not on before it is confirmed');
  assert.equal((await me.call('POST', '/api/me/totp/confirmation', { code: wrongCode(now) })).body.code, 'totp-wrong');
  const confirmed = await me.call('POST', '/api/me/totp/confirmation', { code: totp(secret) });
  assert.deepEqual([confirmed.status, confirmed.body.totp], [201, true]);
  assert.equal((await me.call('GET', '/api/me')).body.totp, true, 'the new session holds');
  assert.equal((await me.call('POST', '/api/me/totp', { password })).body.code, 'totp-on-already');

  assert.deepEqual([(await sign()).body.code, (await sign(wrongCode(now))).body.code], ['totp-needed', 'totp-wrong']);
  const needed = await sign();
  assert.deepEqual(needed.cookies, [], 'a pending sign-in leaves nothing in the browser');
  assert.equal((await sign(totp(secret))).status, 201);
  const backup = started.body.backupCodes[0];
  assert.equal((await sign(backup)).status, 201);
  assert.equal((await sign(backup)).body.code, 'totp-wrong', 'a backup code is good once');
});

test('a forged, cut or foreign cookie is a visitor', async () => {
  const me = browser();
  await me.call('POST', '/api/sign-in/phone', { phone, code: await codeFor(me) });
  const [name, value] = [...me.jar][0] as [string, string];
  for (const forged of [
    `${value}x`,
    `x${value}`,
    value.split('.')[0] ?? '',
    'undefined',
    `${newId()}.${newId()}`,
    '',
  ]) {
    me.jar.set(name, forged);
    assert.equal((await me.call('GET', '/api/me')).body, null, forged);
  }
  me.jar.set(name, value);
  assert.ok((await me.call('GET', '/api/me')).body.person);
});

test('a page of another site can neither write nor open a socket with a borrowed cookie', async () => {
  const me = browser();
  await me.call('POST', '/api/sign-in/phone', { phone, code: await codeFor(me) });
  for (const origin of [
    'https://evil.example',
    'null',
    'https://shop.example.cn.evil.example',
    'http://shop.example.cn',
  ]) {
    const answer = await me.call('POST', '/api/sign-out', undefined, { origin });
    assert.deepEqual([answer.status, answer.body?.code], [403, 'not-allowed'], origin);
    const socket = await me.call('GET', '/api/me', undefined, { origin, upgrade: 'websocket' });
    assert.deepEqual([socket.status, socket.body?.code], [403, 'not-allowed'], origin);
  }
  assert.equal((await me.call('GET', '/api/me', undefined, { origin: 'https://evil.example' })).status, 200);
  assert.equal((await me.call('POST', '/api/sign-out', undefined, { origin: at.publicUrl })).status, 204);
});

test('a thousand requests of one session ask the database once in a while', async () => {
  const me = browser();
  await me.call('POST', '/api/sign-in/phone', { phone, code: await codeFor(me) });
  const identify = makeIdentify(at);
  const cookie = [...me.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const request = { method: 'GET', headers: { cookie } } as Parameters<typeof identify>[0];
  const first = (await identify(request)) as Caller;
  const same = await Promise.all(Array.from({ length: 1000 }, () => identify(request)));
  assert.ok(same.every((by) => by === first));
});

test('who comes at once is looked up together, each as who they are; a session that has run out is nobody', async () => {
  const phones = ['13912340101', '13912340102', '13912340103'];
  const cookies: string[] = [];
  for (const number of phones) {
    const me = browser();
    await me.call('POST', '/api/sign-in/phone', { phone: number, code: await codeFor(me, number) });
    cookies.push([...me.jar].map(([name, value]) => `${name}=${value}`).join('; '));
  }
  const identify = makeIdentify({ ...at });
  type Request = Parameters<typeof identify>[0];
  const who = (cookie: string) => identify({ method: 'GET', headers: { cookie } } as Request);
  const seen = await Promise.all([...cookies, cookies[0] as string, 'shanhuo.session_token=nobody.x'].map(who));
  assert.deepEqual(
    seen.map((by) => (by.person === null ? null : by.name)),
    ['买家0101', '买家0102', '买家0103', '买家0101', null],
  );
  await at.db
    .updateTable('auth.session')
    .set({ expiresAt: new Date(Date.now() - 1000) })
    .where('userId', '=', seen[1]?.person as string)
    .execute();
  const again = makeIdentify({ ...at });
  const later = await Promise.all(cookies.map((cookie) => again({ method: 'GET', headers: { cookie } } as Request)));
  assert.deepEqual(
    later.map((by) => by.person),
    [seen[0]?.person, null, seen[2]?.person],
  );
});

test('while the database is away everybody who asks at once hears so after one look', async () => {
  const me = browser();
  await me.call('POST', '/api/sign-in/phone', { phone, code: await codeFor(me) });
  const [name, value] = [...me.jar][0] as [string, string];
  let looks = 0;
  const away = new Proxy(at.db, {
    get(target, key) {
      if (key !== 'getExecutor') return Reflect.get(target, key);
      looks++;
      throw new Error('the database is away');
    },
  });
  const identify = makeIdentify({ ...at, db: away });
  type Request = Parameters<typeof identify>[0];
  // Under two names the cookie is asked for twice.
  const cookies = [`${name}=${value}`, `${name}=${decodeURIComponent(value)}`];
  const asked = cookies.map((cookie) => identify({ method: 'GET', headers: { cookie } } as Request));
  for (const one of await Promise.allSettled(asked)) {
    assert.equal(one.status === 'rejected' && one.reason.message, 'the database is away');
  }
  assert.equal(looks, 1);
});

test('what has expired is deleted at night', async () => {
  const left = async () => {
    const counts: number[] = [];
    for (const table of ['session', 'verification', 'attempts'] as const) {
      counts.push((await at.db.selectFrom(`auth.${table}`).selectAll().execute()).length);
    }
    return counts;
  };
  const job = tidySignIn(at);
  const before = await left();
  assert.ok(before.every((n) => n > 0));
  await job.run({}, { signal: AbortSignal.timeout(1000) });
  assert.deepEqual(await left(), before, 'nothing that still counts');
  setTime(Date.now() + 31 * 24 * 60 * 60_000);
  await job.run({}, { signal: AbortSignal.timeout(1000) });
  assert.deepEqual(await left(), [0, 0, 0]);
});

/** RFC 6238 with SHA-1, 30 seconds, six digits: what an authenticator app does. */
function totp(secret: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const letter of secret.replaceAll('=', '')) bits += alphabet.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = (mac.at(-1) as number) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
