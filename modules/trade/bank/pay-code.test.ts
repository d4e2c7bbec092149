import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkDigit, codesIn, isPayCode, makePayCode, readPayCode, showPayCode } from './pay-code.ts';

test('the check digit is that of ISO 7064 MOD 11,10', () => {
  // The standard's own example.
  assert.equal(checkDigit('0794'), '5');
});

test('one wrong digit never passes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8_999_999 }), fc.nat(7), fc.integer({ min: 1, max: 9 }), (n, at, add) => {
      const code = makePayCode(() => n);
      const wrong = [...code].map((d, i) => (i === at ? String((Number(d) + add) % 10) : d)).join('');
      assert.ok(isPayCode(code) && !isPayCode(wrong), `${code} ${wrong}`);
    }),
  );
});

test('a code is read as people type it', () => {
  const code = makePayCode(() => 827_193);
  const rows: [string, string | null][] = [
    ['', null],
    ['abc', null],
    [code.slice(1), null],
    [`${code}0`, null],
    [showPayCode(code), code],
    [` ${code} `, code],
    [`${code.slice(0, 4)}-${code.slice(4)}`, code],
    [code.replace(/\d/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)), code],
  ];
  for (const [typed, read] of rows) assert.equal(readPayCode(typed), read, typed);
});

test('codes are found in what people write in a remark', () => {
  const [a, b] = [makePayCode(() => 1), makePayCode(() => 7_654_321)] as const;
  const wrong = a.slice(0, 7) + String((Number(a[7]) + 1) % 10);
  const rows: [string, string[]][] = [
    ['', []],
    ['货款', []],
    ['20261127', isPayCode('20261127') ? ['20261127'] : []],
    [wrong, []],
    [`1${a}`, []],
    [`${a}1`, []],
    [a, [a]],
    [`货款${a}`, [a]],
    [`订单260917-0012 参考号 ${showPayCode(a)}`, [a]],
    [`0001 ${showPayCode(a)}`, [a]],
    [`${a}、${b}`, [a, b]],
    [`${a} ${a}`, [a]],
    [`SH${b}食堂`, [b]],
  ];
  for (const [remark, codes] of rows) assert.deepEqual(codesIn(remark), codes, remark);
});
