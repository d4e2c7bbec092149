import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgePurchase, type Known, type SaidPurchase } from './judge-note.ts';

const written = new Date('2026-09-17T02:00:00Z');
const earlier = new Date('2026-09-17T01:00:00Z');
const later = new Date('2026-09-17T03:00:00Z');

const paper: SaidPurchase = {
  ...{ household: 'h', village: '621221107206', crop: 'walnut', grade: '一级', buyer: 'coop' },
  ...{ grams: 10_000, fenPerKg: 1200, amountFen: 12_000, referenceFenPerKg: 1250 },
};
const usual: Known = {
  household: { id: 'h', village: '621221107206', state: 'active', inRegion: true },
  crop: { limitGrams: 100_000, mostGrams: 120_000, boughtGrams: 0 },
  spray: null,
  reference: { fenPerKg: 1250, floorFenPerKg: 1000 },
  station: { active: true, buyer: 'coop' },
  buyer: 'active',
  keeper: { has: true, takenAt: null },
  device: { revokedAt: null },
  time: { at: written, corrected: false, doubtful: false, late: false },
};
const house = usual.household as NonNullable<Known['household']>;

const refused: [code: string, said: Partial<SaidPurchase>, known: Partial<Known>][] = [
  ['device-revoked', {}, { device: { revokedAt: earlier } }],
  ['device-revoked', {}, { device: { revokedAt: written } }],
  ['rights-withdrawn', {}, { keeper: { has: false, takenAt: earlier } }],
  ['rights-withdrawn', {}, { keeper: { has: false, takenAt: null } }],
  ['household-not-found', {}, { household: undefined }],
  ['crop-unknown', {}, { crop: undefined }],
  ['buyer-unknown', {}, { buyer: 'none' }],
  ['price-zero', { fenPerKg: 0, amountFen: 0 }, {}],
  ['amount-zero', { grams: 1, fenPerKg: 100, amountFen: 0 }, {}],
  ['amount-wrong', { amountFen: 12_001 }, {}],
];
for (const [code, said, known] of refused) {
  test(`nothing is written: ${code}`, () => {
    assert.equal(judgePurchase({ ...paper, ...said }, { ...usual, ...known }).refused, code);
  });
}

const accepted: [
  what: string,
  said: Partial<SaidPurchase>,
  known: Partial<Known>,
  conflicts: string[],
  notices: string[],
][] = [
  ['a usual note', {}, {}, [], []],
  ['up to 120 % of the yield', {}, { crop: { limitGrams: 100_000, mostGrams: 120_000, boughtGrams: 110_000 } }, [], []],
  [
    'above 120 % of the yield',
    {},
    { crop: { limitGrams: 100_000, mostGrams: 120_000, boughtGrams: 110_001 } },
    ['grams-above-yield'],
    [],
  ],
  ['a crop not on file', {}, { crop: { limitGrams: null, mostGrams: 0, boughtGrams: 0 } }, ['crop-not-grown'], []],
  [
    'a harvest inside a safe interval',
    {},
    { spray: { plot: 'p', plotNumber: 'D00001', product: '吡虫啉', onDay: '2026-09-10', freeOn: '2026-09-24' } },
    ['spray-interval'],
    [],
  ],
  ['a household that left', {}, { household: { ...house, state: 'left' } }, ['household-left'], []],
  ['a household merged meanwhile', {}, { household: { ...house, id: 'other' } }, [], ['household-merged']],
  [
    'a household that moved inside the region',
    {},
    { household: { ...house, village: '621221107205' } },
    [],
    ['household-moved'],
  ],
  [
    'a household that moved out of the region',
    {},
    { household: { ...house, village: '621221102201', inRegion: false } },
    ['household-outside-region'],
    ['household-moved'],
  ],
  [
    'a reference price changed meanwhile',
    {},
    { reference: { fenPerKg: 1300, floorFenPerKg: 1000 } },
    [],
    ['price-changed'],
  ],
  ['a floor raised meanwhile', {}, { reference: { fenPerKg: 1250, floorFenPerKg: 1201 } }, ['price-under-floor'], []],
  [
    'ten times the reference',
    {},
    { reference: { fenPerKg: 120, floorFenPerKg: null } },
    ['price-far-from-reference'],
    ['price-changed'],
  ],
  ['no reference any more', {}, { reference: null }, [], ['price-changed']],
  ['a station closed meanwhile', {}, { station: { active: false, buyer: 'coop' } }, ['station-closed'], []],
  ['another buyer meanwhile', {}, { station: { active: true, buyer: 'firm' } }, ['buyer-changed'], []],
  ['a buyer closed meanwhile', {}, { buyer: 'closed' }, ['buyer-changed'], []],
  ['a right taken back after it was written', {}, { keeper: { has: false, takenAt: later } }, ['rights-withdrawn'], []],
  ['a device revoked after it was written', {}, { device: { revokedAt: later } }, ['device-revoked'], []],
  ['a clock put right', {}, { time: { ...usual.time, corrected: true } }, [], ['clock-corrected']],
  [
    'a clock not to be trusted, and late',
    {},
    { time: { ...usual.time, corrected: true, doubtful: true, late: true } },
    ['clock-doubtful', 'late'],
    ['clock-corrected'],
  ],
];
for (const [what, said, known, conflicts, notices] of accepted) {
  test(`written: ${what}`, () => {
    const judged = judgePurchase({ ...paper, ...said }, { ...usual, ...known });
    assert.ok(judged.refused === undefined);
    assert.deepEqual([...judged.conflicts.keys()], conflicts);
    assert.deepEqual(judged.notices, notices);
  });
}
