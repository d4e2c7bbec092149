import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { completed } from './complete-lock.ts';

test('builds that the registry did not carry are named with their platform; found ones and plain packages are left', () => {
  const found = { version: '1.0.0', optional: true };
  const packages = {
    '': { optionalDependencies: { fsevents: '~2.3.3' } },
    'node_modules/draw': {
      dev: true,
      optionalDependencies: {
        '@draw/linux-x64-gnu': '1.0.0',
        '@draw/darwin-arm64': '1.0.0',
        '@draw/linux-arm64-musl': '^1.0.0',
        '@draw/wasm32-wasi': '1.0.0',
        'plain-extra': '1.0.0',
      },
    },
    'node_modules/@draw/linux-x64-gnu': found,
  };
  assert.deepEqual(completed(packages), {
    ...packages,
    'node_modules/fsevents': { version: '2.3.3', os: ['darwin'], optional: true },
    'node_modules/@draw/darwin-arm64': { version: '1.0.0', os: ['darwin'], cpu: ['arm64'], dev: true, optional: true },
    'node_modules/@draw/linux-arm64-musl': {
      version: '1.0.0',
      os: ['linux'],
      cpu: ['arm64'],
      libc: ['musl'],
      dev: true,
      optional: true,
    },
    'node_modules/@draw/wasm32-wasi': { version: '1.0.0', cpu: ['wasm32'], dev: true, optional: true },
  });
});

test('the lock file of the project is complete', async () => {
  const { packages } = JSON.parse(await readFile(new URL('../package-lock.json', import.meta.url), 'utf8'));
  assert.deepEqual(Object.keys(packages).sort(), Object.keys(completed(packages)).sort());
});
