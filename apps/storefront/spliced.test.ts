import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gzipWith, splice } from './spliced.ts';

const spliced = (texts: readonly string[], places: readonly number[], words: readonly string[]) => {
  const bytes = words.map((word) => Buffer.from(word));
  const kept = splice(
    texts,
    places,
    bytes.map((word) => word.length),
  );
  return gunzipSync(gzipWith(kept, bytes)).toString();
};

test('words come out where their places were, whatever else the text repeats', () => {
  const page = '<p class="text-1">核桃</p>'.repeat(900);
  assert.equal(
    spliced([page, `</p>${page}`, '', 'end'], [0, 1, 0], ['4K7Q82', '第 3 次 & again']),
    `${page}4K7Q82</p>${page}第 3 次 & again4K7Q82end`,
  );
});

test('one text takes other words of the same length', () => {
  const kept = splice(['<b>', '</b><b>', '</b>'], [0, 0], [3]);
  for (const word of ['abc', '<b>', '山']) {
    assert.equal(gunzipSync(gzipWith(kept, [Buffer.from(word)])).toString(), `<b>${word}</b><b>${word}</b>`);
  }
});

test('any texts and words', () => {
  const some = fc.array(fc.constantFrom('<li>', '核桃', 'x', '\u0001\u0002\u0003', 'class="text-1 text-mute"'), {
    maxLength: 200,
  });
  const text = some.map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, fc.nat(2)), { maxLength: 6 }),
      text,
      fc.tuple(text, text, text),
      (front, last, words) => {
        const places = front.map(([, word]) => word);
        const whole = front.map(([piece, word]) => piece + words[word]).join('') + last;
        assert.equal(spliced([...front.map(([piece]) => piece), last], places, words), whole);
      },
    ),
    { numRuns: 200 },
  );
});
