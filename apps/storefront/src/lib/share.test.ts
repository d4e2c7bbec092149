import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zh } from '../i18n/zh.ts';
import { shareSegments } from './share.ts';

test('segments stand in one fixed order and fill the bar', () => {
  const segments = shareSegments(
    [
      { pocket: 'fund', fen: 130 },
      { pocket: 'purchase', fen: 6640 },
      { pocket: 'shop_share', fen: 200 },
      { pocket: 'freight', fen: 3030 },
    ],
    zh.share,
  );
  assert.deepEqual(
    segments.map((s) => [s.pocket, s.from]),
    [
      ['purchase', 0],
      ['shop_share', 66.4],
      ['freight', 68.4],
      ['fund', 98.7],
    ],
  );
  assert.ok(Math.abs(segments.reduce((sum, s) => sum + s.width, 0) - 100) < 1e-9);
});

test('a pocket that got nothing takes no room, and no parts make no bar', () => {
  assert.deepEqual(shareSegments([{ pocket: 'station', fen: 0 }], zh.share), []);
  assert.deepEqual(shareSegments([], zh.share), []);
});
