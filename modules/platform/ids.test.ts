import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from './ids.ts';

test('ids are UUIDv7 of now, and sort in the order they were made, also within a millisecond', () => {
  const before = Date.now();
  const ids = Array.from({ length: 50_000 }, newId);
  assert.match(ids[0] as string, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(ids.filter((id, i) => i > 0 && id <= (ids[i - 1] as string)).length, 0, 'out of order');
  assert.equal(new Set(ids).size, ids.length);
  const timeOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  assert.ok(timeOf(ids[0] as string) >= before);
  assert.ok(timeOf(ids.at(-1) as string) <= Date.now() + 50, 'more than can be counted borrow a little of the future');
});
