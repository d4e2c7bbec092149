import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskIdNumber, maskName, maskPhone } from './masking.ts';

test('names keep their outer characters', () => {
  const table: [string, string][] = [
    ['张建明', '张*明'],
    ['张明', '张*'],
    ['欧阳建明', '欧**明'],
    ['买买提·吐尔逊', '买*****逊'],
    ['𠮷田明', '𠮷*明'],
    ['张', '张'],
  ];
  for (const [name, masked] of table) assert.equal(maskName(name), masked);
});

test('numbers keep their ends', () => {
  assert.equal(maskIdNumber('62122119700101001X'), '6212********1X');
  assert.equal(maskPhone('13812341234'), '138****1234');
});
