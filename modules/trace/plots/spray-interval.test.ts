import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeAfter, type Spray, sprayAgainst } from './spray-interval.ts';

const spray = (onDay: string, intervalDays: number, product = '吡虫啉'): Spray => ({
  ...{ plot: 'p', plotNumber: 'D00001', product, onDay, freeOn: freeAfter(onDay, intervalDays) },
});

const rows: [what: string, sprays: Spray[], day: string, freeOn: string | undefined][] = [
  ['never sprayed', [], '2026-09-17', undefined],
  ['the day of the spray', [spray('2026-09-17', 14)], '2026-09-17', '2026-10-01'],
  ['its last day', [spray('2026-09-03', 15)], '2026-09-17', '2026-09-18'],
  ['the first free day', [spray('2026-09-03', 14)], '2026-09-17', undefined],
  ['harvested before it was sprayed', [spray('2026-09-18', 14)], '2026-09-17', undefined],
  ['no interval', [spray('2026-09-17', 0)], '2026-09-17', undefined],
  ['over a month’s end', [spray('2026-02-20', 10)], '2026-03-01', '2026-03-02'],
  [
    'an older one lasts longer',
    [spray('2026-09-01', 30), spray('2026-09-10', 10, '多菌灵')],
    '2026-09-17',
    '2026-10-01',
  ],
];
for (const [what, sprays, day, freeOn] of rows) {
  test(`${what}: ${freeOn ? `free from ${freeOn}` : 'free'}`, () => {
    assert.equal(sprayAgainst(sprays, day)?.freeOn, freeOn);
  });
}
