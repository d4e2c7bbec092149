import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'shanhuo-config-'));
after(() => rmSync(folder, { recursive: true }));
const secret = 's'.repeat(32);

const refused: [NodeJS.ProcessEnv, RegExp][] = [
  [{ PORT: 'eighty' }, /^PORT must be a port number from 0 to 65535/],
  [{ PORT: '70000' }, /^PORT must be/],
  [{ DATABASE_URL: 'mysql://root@localhost' }, /^DATABASE_URL must be a URL like postgres:/],
  [{ SHANHUO_SECRET: 'too short' }, /^SHANHUO_SECRET must be at least 32 characters/],
  [{ SHANHUO_WORKERS: '0' }, /^SHANHUO_WORKERS must be a number of processes from 1/],
  [{ SHANHUO_WORKERS: '1.5' }, /^SHANHUO_WORKERS must be/],
  [{ SHANHUO_PUBLIC_URL: 'shop.example.cn' }, /^SHANHUO_PUBLIC_URL must be the address people type/],
  [{ SHANHUO_PUBLIC_URL: 'https://shop.example.cn/' }, /without a path/],
  [{ SHANHUO_DEMO: 'perhaps' }, /^SHANHUO_DEMO must be true or false/],
  [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of fatal, error/],
  [{ PORT: 'x', LOG_LEVEL: 'loud' }, /^PORT must be .*\nLOG_LEVEL must be [^\n]*$/],
];
for (const [env, message] of refused) {
  test(`refused: ${JSON.stringify(env)}`, () => {
    assert.throws(() => loadConfig({ SHANHUO_SECRET: secret, ...env }), { name: 'ConfigError', message });
  });
}

test('a wrong value is not repeated: it may be a password', () => {
  assert.throws(
    () => loadConfig({ SHANHUO_SECRET: 'hunter2' }),
    (error: Error) => !error.message.includes('hunter2'),
  );
});

test('defaults; an empty variable is one that is not set', () => {
  const config = loadConfig({ PORT: '', DATABASE_URL: '', SHANHUO_DATA: folder, SHANHUO_SECRET: secret });
  assert.deepEqual(config, {
    port: 8000,
    host: '127.0.0.1',
    databaseUrl: undefined,
    dataFolder: folder,
    secret,
    workers: 1,
    publicUrl: 'http://127.0.0.1:8000',
    regionHeader: undefined,
    logWitnesses: [],
    demo: true,
    payments: { wechat: null, alipay: null },
    sms: null,
    sandbox: true,
    logLevel: 'info',
  });
  assert.equal(loadConfig({ SHANHUO_SECRET: secret, HOST: '::', PORT: '80' }).publicUrl, 'http://127.0.0.1:80');
  assert.equal(loadConfig({ SHANHUO_SECRET: secret, SHANHUO_DEMO: 'false' }).demo, false);
  const open = { SHANHUO_SECRET: secret, SHANHUO_PUBLIC_URL: 'https://shop.example.cn' };
  assert.equal(loadConfig(open).demo, false, 'a public shop gets no accounts that everybody knows');
  assert.equal(loadConfig({ ...open, SHANHUO_DEMO: 'true' }).demo, true);
});

test('a secret is made once, kept to its owner, and refused when somebody broke it', () => {
  const made = loadConfig({ SHANHUO_DATA: folder }).secret;
  const file = join(folder, 'secret');
  assert.equal(made.length, 43);
  assert.equal(loadConfig({ SHANHUO_DATA: folder }).secret, made);
  assert.equal(readFileSync(file, 'utf8').trim(), made);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  writeFileSync(file, 'short');
  assert.throws(() => loadConfig({ SHANHUO_DATA: folder }), /secret must hold at least 32 characters; it holds 5/);
});
