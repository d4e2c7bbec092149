import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { emptyDatabase } from '../test/database.ts';

test('npm run county opens any county by its code, says so of one that is open, and refuses what is none', async (t) => {
  const url = await emptyDatabase(t);
  const county = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['tools/county.ts', ...args], { env: { ...process.env, DATABASE_URL: url } });
  const fails = (code: number, message: RegExp) => (error: { code: number; stderr: string }) =>
    error.code === code && message.test(error.stderr);

  await assert.rejects(county(), fails(2, /six-digit code/));
  await assert.rejects(county('open', '4209'), fails(2, /six-digit code/));
  await assert.rejects(county('open', '420999'), fails(1, /No county has the code 420999/));
  assert.equal((await county('list')).stdout, 'no county is open yet\n');
  const nobodyThere = { env: { ...process.env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } };
  await assert.rejects(
    promisify(execFile)(process.execPath, ['tools/county.ts', 'list'], nobodyThere),
    fails(1, /^the database at 127\.0\.0\.1:1 does not answer; look at DATABASE_URL\n$/),
  );
  assert.match(
    (await county('open', '420922')).stdout,
    /^420922 大悟县: opened, \d\d townships, [1-9]\d\d villages\n$/,
  );
  assert.match((await county('open', '420922')).stdout, /was open already/);
  assert.equal((await county('list')).stdout, '420922 大悟县\n');
});
