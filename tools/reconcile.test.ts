import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Module } from '#platform/module.ts';
import { testDatabase } from '../test/database.ts';
import { reconcile } from './reconcile.ts';

test('each invariant is named, what is wrong is shown in part, and the broken ones are counted', async (t) => {
  const { db } = await testDatabase(t);
  const room: Module = {
    name: 'room',
    routes() {},
    invariants: [
      { name: 'holds', check: async () => [] },
      {
        name: 'room: breaks',
        check: async () => {
          throw new Error('no such table');
        },
      },
      { name: 'does not', check: async () => Array.from({ length: 25 }, (_, n) => `row ${n}`) },
    ],
  };
  const lines: string[] = [];
  assert.equal(await reconcile(db, [room, { name: 'bare', routes() {} }], (line) => lines.push(line)), 2);
  assert.match(lines[0] ?? '', /^✔ room: holds/);
  assert.match(lines[1] ?? '', /^✖ room: breaks/);
  assert.equal(lines[2], '    could not be asked: no such table');
  assert.match(lines[3] ?? '', /^✖ room: does not/);
  assert.equal(lines.length, 4 + 20 + 1);
  assert.equal(lines.at(-1), '    … and 5 more');
});
