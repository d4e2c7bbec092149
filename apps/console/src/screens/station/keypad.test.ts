import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeypadKey, press, tidy } from './keypad.ts';

const rows: [presses: string, decimals: number, shown: string][] = [
  ['128.5', 2, '128.5'],
  ['.5', 2, '0.5'],
  ['1..5', 2, '1.5'],
  ['007', 2, '7'],
  ['0.05', 2, '0.05'],
  ['1.2345', 2, '1.23'],
  ['12.5', 0, '125'],
  ['12345678', 2, '123456'],
  ['12<<9', 2, '9'],
  ['<', 2, ''],
];
for (const [presses, decimals, shown] of rows) {
  test(`pressing ${presses} with ${decimals} decimals shows ${shown || 'nothing'}`, () => {
    const text = [...presses].reduce(
      (before, key) => press(before, (key === '<' ? 'back' : key) as KeypadKey, decimals),
      '',
    );
    assert.equal(text, shown);
  });
}

test('what is typed or pasted takes the same shape', () => {
  assert.equal(tidy(' 1,28.500 kg', 2), '128.50');
  assert.equal(tidy('3。5', 2), '3.5');
  assert.equal(tidy('斤', 2), '');
});
