import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codePath } from './trace.ts';

test('a typed code becomes its path', () => {
  for (const [typed, path] of [
    ['https://shop.example/01/06901234000016/10/260917-3/21/4K7Q82', '/01/06901234000016/10/260917-3/21/4K7Q82'],
    ['  01/6901234000016/10/260917-3/21/4K7Q82 ', '/01/06901234000016/10/260917-3/21/4K7Q82'],
    ['/01/06901234000016/10/260917-3', '/01/06901234000016/10/260917-3'],
    ['/01/06901234000016/10/L1/21/A1?linkType=all', '/01/06901234000016/10/L1/21/A1'],
    ['核桃', null],
    ['', null],
    ['https://evil.example/', null],
  ] as const)
    assert.equal(codePath(typed), path);
});
