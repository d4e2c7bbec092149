import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findHouseholds } from './find-household.ts';

const of = (code: string, headMasked: string, initials: string, villageName: string) => ({
  ...{ code, headMasked, initials, villageName },
});
const all = [
  of('00001', '张*明', 'zjm', '新村'),
  of('00012', '张*', 'zm', '新村'),
  of('00021', '李*芳', 'lxf', '张湾村'),
  of('00100', '赵*梅', 'zjm', '西坡村'),
];
const rows: [typed: string, codes: string[]][] = [
  ['', ['00001', '00012', '00021', '00100']],
  ['1', ['00001', '00012', '00021', '00100']],
  ['12', ['00012']],
  ['00021', ['00021']],
  ['zjm', ['00001', '00100']],
  ['Z', ['00001', '00012', '00100']],
  ['zm', ['00012']],
  ['张', ['00001', '00012', '00021']],
  ['张建明', ['00001']],
  ['张敏', ['00012']],
  ['张建红', []],
  ['西坡', ['00100']],
  ['王', []],
];
for (const [typed, codes] of rows) {
  test(`「${typed}」 finds ${codes.join(', ') || 'nobody'}`, () =>
    assert.deepEqual(
      findHouseholds(all, typed).map((one) => one.code),
      codes,
    ));
}
