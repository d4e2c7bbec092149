import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noteTime } from './note-time.ts';

const now = new Date('2026-09-17T10:00:00Z');
const HOUR = 3_600_000;
const MINUTE = 60_000;
const before = (ms: number) => new Date(now.getTime() - ms);

const rows: [
  what: string,
  given: { writtenAgo: number; offset: number | null; sentOff: number },
  at: Date,
  said: string[],
][] = [
  ['a right clock', { writtenAgo: HOUR, offset: 0, sentOff: 0 }, before(HOUR), []],
  ['a minute off is right', { writtenAgo: HOUR, offset: MINUTE, sentOff: MINUTE }, before(HOUR - MINUTE), []],
  [
    'an hour slow, known from the last contact',
    { writtenAgo: 3 * HOUR, offset: HOUR, sentOff: HOUR },
    before(2 * HOUR),
    ['corrected'],
  ],
  [
    'an hour slow, no contact before: as it shows now',
    { writtenAgo: 3 * HOUR, offset: null, sentOff: HOUR },
    before(2 * HOUR),
    ['corrected'],
  ],
  [
    'an hour fast over midnight in China',
    { writtenAgo: -HOUR + 6 * HOUR, offset: -HOUR, sentOff: -HOUR },
    before(6 * HOUR),
    ['corrected'],
  ],
  [
    'set between writing and sending',
    { writtenAgo: 2 * HOUR, offset: HOUR, sentOff: 0 },
    before(HOUR),
    ['corrected', 'doubtful'],
  ],
  [
    'more than three hours off',
    { writtenAgo: 6 * HOUR, offset: 4 * HOUR, sentOff: 4 * HOUR },
    before(2 * HOUR),
    ['corrected', 'doubtful'],
  ],
  ['ahead of the server', { writtenAgo: -10 * MINUTE, offset: 0, sentOff: 0 }, now, ['doubtful']],
  ['eight days old', { writtenAgo: 8 * 24 * HOUR, offset: 0, sentOff: 0 }, before(8 * 24 * HOUR), ['late']],
];
for (const [what, { writtenAgo, offset, sentOff }, at, said] of rows) {
  test(what, () => {
    const time = noteTime(before(writtenAgo), offset, before(sentOff), now);
    assert.equal(time.at.toISOString(), at.toISOString());
    assert.deepEqual(
      (['corrected', 'doubtful', 'late'] as const).filter((key) => time[key]),
      said,
    );
  });
}
