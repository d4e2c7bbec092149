import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'shanhuo-payment-config-'));
after(() => rmSync(folder, { recursive: true }));
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keep = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const privatePem = keep('private.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
const publicPem = keep('public.pem', publicKey.export({ type: 'spki', format: 'pem' }) as string);
const bare = (type: 'pkcs8' | 'pkcs1') => privateKey.export({ type, format: 'der' }).toString('base64');

const base = { SHANHUO_SECRET: 's'.repeat(32), SHANHUO_PUBLIC_URL: 'https://shop.example.cn' };
const wechat = {
  ...base,
  SHANHUO_WECHAT_MCHID: '1900009191',
  SHANHUO_WECHAT_APPID: 'wxd678efh567hg6787',
  SHANHUO_WECHAT_SERIAL: '3775b6a45acd588826d15e583a95f5dd40000000',
  SHANHUO_WECHAT_KEY_FILE: privatePem,
  SHANHUO_WECHAT_API_V3_KEY_FILE: keep('v3.key', `${'k'.repeat(32)}\n`),
};
const alipay = {
  ...base,
  SHANHUO_ALIPAY_APP_ID: '2021000122671080',
  SHANHUO_ALIPAY_SELLER_ID: '2088621956109999',
  SHANHUO_ALIPAY_KEY_FILE: keep('app.key', bare('pkcs8')),
  SHANHUO_ALIPAY_PUBLIC_KEY_FILE: publicPem,
};

const refused: [name: string, env: NodeJS.ProcessEnv, message: RegExp][] = [
  [
    'one of five',
    { ...base, SHANHUO_WECHAT_MCHID: '1900009191' },
    /SHANHUO_WECHAT_APPID is missing.*\n.*SERIAL.*\n.*KEY_FILE.*\n.*API_V3/,
  ],
  ['a half of Alipay', { ...alipay, SHANHUO_ALIPAY_KEY_FILE: '' }, /^SHANHUO_ALIPAY_KEY_FILE is missing/],
  [
    'no https',
    { ...wechat, SHANHUO_PUBLIC_URL: 'http://shop.example.cn' },
    /^SHANHUO_PUBLIC_URL must be an https address/,
  ],
  ['no public address', { ...alipay, SHANHUO_PUBLIC_URL: '' }, /^SHANHUO_PUBLIC_URL must be an https address/],
  [
    'no such file',
    { ...wechat, SHANHUO_WECHAT_KEY_FILE: '/none' },
    /^SHANHUO_WECHAT_KEY_FILE must be .*there is none$/,
  ],
  [
    'a public key where a private one is due',
    { ...wechat, SHANHUO_WECHAT_KEY_FILE: publicPem },
    /^SHANHUO_WECHAT_KEY_FILE must be/,
  ],
  [
    'a short v3 key',
    { ...wechat, SHANHUO_WECHAT_API_V3_KEY_FILE: keep('short', 'k'.repeat(16)) },
    /holds 16 characters and not 32/,
  ],
  ['half of the public key mode', { ...wechat, SHANHUO_WECHAT_PUBLIC_KEY_ID: 'PUB_KEY_ID_01' }, /belong together/],
  [
    'a merchant number of words',
    { ...wechat, SHANHUO_WECHAT_MCHID: 'ours' },
    /^SHANHUO_WECHAT_MCHID must be a merchant number/,
  ],
  [
    'an unknown scene',
    { ...wechat, SHANHUO_WECHAT_TRANSFER_SCENE: '7' },
    /^SHANHUO_WECHAT_TRANSFER_SCENE must be one of 1000/,
  ],
  [
    'sharing perhaps',
    { ...alipay, SHANHUO_ALIPAY_SHARING: 'perhaps' },
    /^SHANHUO_ALIPAY_SHARING must be true or false/,
  ],
  ['sandbox perhaps', { ...base, SHANHUO_SANDBOX: '1' }, /^SHANHUO_SANDBOX must be true or false/],
];
for (const [name, env, message] of refused) {
  test(`refused: ${name}`, () => assert.throws(() => loadConfig(env), { name: 'ConfigError', message }));
}

test('a key is never repeated', () => {
  const file = keep('not-a-key', 'hunter2');
  assert.throws(
    () => loadConfig({ ...wechat, SHANHUO_WECHAT_KEY_FILE: file }),
    (error: Error) => !error.message.includes('hunter2'),
  );
});

test('without any, the sandbox; with a real one, none unless it is asked for', () => {
  assert.equal(loadConfig(base).sandbox, true);
  assert.equal(loadConfig({ ...base, SHANHUO_SANDBOX: 'false' }).sandbox, false);
  assert.equal(loadConfig(wechat).sandbox, false);
  assert.equal(loadConfig({ ...alipay, SHANHUO_SANDBOX: 'true' }).sandbox, true);
});

test('WeChat Pay: by certificates or by its public key', () => {
  const { payments } = loadConfig(wechat);
  assert.equal(payments.alipay, null);
  assert.deepEqual(
    { ...payments.wechat, privateKey: '' },
    {
      baseUrl: 'https://api.mch.weixin.qq.com',
      appid: 'wxd678efh567hg6787',
      mchid: '1900009191',
      serial: '3775B6A45ACD588826D15E583A95F5DD40000000',
      privateKey: '',
      apiV3Key: 'k'.repeat(32),
      ...{ platformKey: null, sharing: false, transferScene: null, signIn: null, timeoutMs: 8000 },
    },
  );
  const more = loadConfig({
    ...wechat,
    SHANHUO_WECHAT_PUBLIC_KEY_ID: 'PUB_KEY_ID_01',
    SHANHUO_WECHAT_PUBLIC_KEY_FILE: publicPem,
    SHANHUO_WECHAT_SHARING: 'true',
    SHANHUO_WECHAT_TRANSFER_SCENE: '1009',
    SHANHUO_WECHAT_APP_SECRET_FILE: keep('app.secret', `${'s'.repeat(32)}\n`),
    SHANHUO_WECHAT_URL: 'http://127.0.0.1:9000/',
  }).payments.wechat;
  assert.deepEqual(
    [more?.platformKey?.id, more?.sharing, more?.transferScene, more?.baseUrl, more?.signIn?.secret],
    ['PUB_KEY_ID_01', true, '1009', 'http://127.0.0.1:9000', 's'.repeat(32)],
  );
});

test('Alipay: its keys as PEM or as base64 alone', () => {
  for (const file of [alipay.SHANHUO_ALIPAY_KEY_FILE, privatePem, keep('pkcs1.key', bare('pkcs1'))]) {
    const settings = loadConfig({ ...alipay, SHANHUO_ALIPAY_KEY_FILE: file }).payments.alipay;
    assert.match(settings?.privateKey ?? '', /^-----BEGIN (RSA )?PRIVATE KEY-----/);
    assert.equal(settings?.gateway, 'https://openapi.alipay.com/gateway.do');
  }
});
