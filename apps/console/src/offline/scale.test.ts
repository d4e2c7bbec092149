import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isStill, type Reading, readScale } from './scale.ts';

/** Yaohua's frame of a weight, with its checksum. */
function yaohua(sign: '+' | '-', digits: string, decimals: number): string {
  const body = `${sign}${digits}${decimals}`;
  const xor = [...body].reduce((all, one) => all ^ one.charCodeAt(0), 0);
  return `\x02${body}${xor.toString(16).toUpperCase().padStart(2, '0')}\x03`;
}
const toledo = (a: number, b: number, digits: string) => `\x02${String.fromCharCode(a, b, 0x20)}${digits}000000\r`;

const rows: [what: string, text: string, readings: Reading[]][] = [
  // The example of its manual: +20.00, checksum 1B.
  ['Yaohua, as its manual says', '\x02+00200021B\x03', [{ grams: 20_000, stable: null }]],
  ['Yaohua, below zero', yaohua('-', '000125', 3), [{ grams: -125, stable: null }]],
  ['Yaohua, a wrong checksum', '\x02+00200021C\x03', []],
  [
    'Yaohua with =, as its manual says',
    '=00.1000-=00.1000-',
    [
      { grams: -1_000, stable: null },
      { grams: -1_000, stable: null },
    ],
  ],
  ['Yaohua with =, above zero', '=54.3210 ', [{ grams: 123_450, stable: null }]],
  ['A&D, still, gross', 'ST,GS,+00012.34kg\r\n', [{ grams: 12_340, stable: true }]],
  ['A&D, moving, net', 'US,NT,+   4.876kg\r\n', [{ grams: 4_876, stable: false }]],
  ['A&D, spaces and grams', 'ST,+00876.50  g\r\n', [{ grams: 877, stable: true }]],
  ['A&D, too heavy', 'OL,GS,+9999999kg\r\n', []],
  ['Toledo, 12.34 kg, still', toledo(0x24, 0x30, '001234'), [{ grams: 12_340, stable: true }]],
  [
    'Toledo, three decimals: a status byte like a minus',
    toledo(0x2d, 0x30, '012340'),
    [{ grams: 12_340, stable: true }],
  ],
  ['Toledo, moving', toledo(0x24, 0x38, '001234'), [{ grams: 12_340, stable: false }]],
  ['Toledo, below zero, leading spaces', toledo(0x23, 0x32, '   125'), [{ grams: -12_500, stable: true }]],
  ['Toledo, pounds', toledo(0x22, 0x20, '000010'), [{ grams: 4_536, stable: true }]],
  [
    'Toledo, with its checksum behind',
    `${toledo(0x24, 0x30, '001234')}K${toledo(0x24, 0x30, '001235')}`,
    [
      { grams: 12_340, stable: true },
      { grams: 12_350, stable: true },
    ],
  ],
  ['Toledo, out of range', toledo(0x24, 0x34, '001234'), []],
  ['a plain line', '  12.345 kg\r\n', [{ grams: 12_345, stable: null }]],
  ['wn, as small scales say net', 'wn0012.34kg\r\n', [{ grams: 12_340, stable: null }]],
  ['jin', '21.2jin\n', [{ grams: 10_600, stable: null }]],
  ['words', 'HELLO\r\nERR 5\r\n', []],
  ['noise before a frame', '\x00\xffK\r\n\x02+00200021B\x03', [{ grams: 20_000, stable: null }]],
];
for (const [what, text, readings] of rows) {
  test(what, () => assert.deepEqual(readScale(text).readings, readings));
}

test('however the line cuts it, the same weights come out', () => {
  const frames = rows.map(([, text]) => text).filter((text) => !text.startsWith('\x00'));
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...frames), { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(9)),
      (parts, cuts) => {
        const whole = parts.join('');
        const expected = readScale(whole).readings;
        const found: Reading[] = [];
        let kept = '';
        let from = 0;
        for (const cut of [...cuts.map((n) => n + 1), whole.length]) {
          const { readings, rest } = readScale(kept + whole.slice(from, from + cut));
          found.push(...readings);
          kept = rest;
          from += cut;
        }
        assert.deepEqual(found, expected);
      },
    ),
  );
});

test('what a line of noise leaves behind does not grow', () => {
  assert.ok(readScale('x'.repeat(10_000)).rest.length <= 64);
});

test('standing still: as the scale says, or unchanged for a while', () => {
  const moving = (grams: number): Reading => ({ grams, stable: null });
  assert.equal(isStill([]), false);
  assert.equal(isStill([{ grams: 5, stable: true }]), true);
  assert.equal(isStill([{ grams: 5, stable: false }]), false);
  assert.equal(isStill([{ grams: 0, stable: true }]), false);
  assert.equal(isStill([1, 5, 5, 5, 5].map(moving)), false);
  assert.equal(isStill([5, 5, 5, 5, 5].map(moving)), true);
});
