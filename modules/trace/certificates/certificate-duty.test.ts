import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProduceKind } from '#registry';
import { produceKinds } from '#registry/contract';
import { operationNames } from '../operations/operation-kinds.ts';
import { type DutyFacts, dutyOf, needsSellersCertificate } from './certificate-duty.ts';
import { certificateRules, keptUntil, ruleOn } from './certificate-rules.ts';
import { issuerKinds } from './issuer-kinds.ts';

const rule = ruleOn('2026-09-17');

test('the rule in force is chosen by the day, at its first day too', () => {
  for (const [day, version] of [
    ['2020-01-01', 'law-2022'],
    ['2023-01-01', 'law-2022'],
    ['2026-01-31', 'law-2022'],
    ['2026-02-01', 'order-2025-4'],
    ['2031-05-01', 'order-2025-4'],
  ] as const)
    assert.equal(ruleOn(day).version, version, day);
  const days = certificateRules.map((one) => one.inForceFrom);
  assert.deepEqual(days, days.toSorted());
});

test('every kind of produce, whoever sells it: must, encouraged or free', () => {
  const must: ProduceKind[] = [
    'vegetable',
    'fruit',
    'nut',
    'tea_leaf',
    'livestock',
    'poultry',
    'egg',
    'farmed_aquatic',
  ];
  for (const produce of produceKinds) {
    for (const issuer of issuerKinds) {
      const expected = !must.includes(produce) ? 'free' : issuer === 'household' ? 'encouraged' : 'must';
      assert.equal(dutyOf(rule, { produce, issuer, madeBy: null }).must, expected, `${produce} of ${issuer}`);
      assert.equal(needsSellersCertificate(rule, { produce, issuer }), expected === 'must');
    }
  }
});

test('fresh tea leaves came with the order of 2025', () => {
  const tea: DutyFacts = { produce: 'tea_leaf', issuer: 'cooperative', madeBy: null };
  assert.equal(dutyOf(ruleOn('2026-01-31'), tea).must, 'free');
  assert.equal(dutyOf(ruleOn('2026-02-01'), tea).must, 'must');
});

test('what was mixed, graded, worked on or packed needs a new one; the same goods elsewhere do not', () => {
  const anew = ['grade', 'mix', 'process', 'pack'];
  for (const madeBy of operationNames) {
    const duty = dutyOf(rule, { produce: 'fruit', issuer: 'buyer', madeBy });
    assert.equal(duty.must, 'must');
    assert.equal(duty.why.zh.includes('重新开具'), anew.includes(madeBy), madeBy);
    assert.notEqual(duty.article, '');
  }
});

test('kept for two years, to the day', () => {
  for (const [day, until] of [
    ['2026-09-17', '2028-09-17'],
    ['2026-12-31', '2028-12-31'],
    ['2028-02-29', '2030-03-01'],
  ] as const)
    assert.equal(keptUntil(day), until);
});
