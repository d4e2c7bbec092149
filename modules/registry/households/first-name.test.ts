import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstName } from './first-name.ts';

test('the first name, and nothing of the family’s', () => {
  for (const [name, first] of [
    ['张建明', '建明'],
    ['李强', '强'],
    ['欧阳春', '春'],
    ['欧阳', '阳'],
    ['诸葛小满', '小满'],
    ['阿依古丽·买买提', '阿依古丽'],
    [' 王 ', null],
    ['', null],
  ] as const)
    assert.equal(firstName(name), first, name);
});
