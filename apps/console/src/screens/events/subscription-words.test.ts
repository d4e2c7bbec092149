import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Translate } from '../../i18n/index.tsx';
import { zh } from '../../i18n/zh.ts';
import { queryWords, scheduleWords } from './subscription-words.ts';

const t = ((key: keyof typeof zh, values: Record<string, unknown> = {}) =>
  zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))) as Translate;
const words = { t, say: (said: { zh: string }) => said.zh };

const queries: [query: Record<string, unknown>, said: string[]][] = [
  [{}, []],
  [{ EQ_bizStep: ['shipping', 'https://ref.gs1.org/cbv/BizStep-receiving'] }, ['环节是发货或收货']],
  [{ eventType: ['ObjectEvent'], EQ_action: ['ADD'] }, ['类型是对象事件', '动作是 ADD']],
  [{ EQ_quantity: [3] }, ['EQ_quantity = 3']],
];
for (const [query, said] of queries)
  test(`query: ${JSON.stringify(query)}`, () => assert.deepEqual(queryWords(query, words), said));

const schedules: [schedule: Record<string, string> | null, said: string][] = [
  [null, '有新事件就送'],
  [{ hour: '1', minute: '5' }, '每天 01:05'],
  [{ minute: '0' }, '每小时第 0 分'],
  [{ dayOfWeek: '1', hour: '8' }, '每周一 08:00'],
  [{ dayOfMonth: '15', hour: '8' }, '每月 15 日 08:00'],
  [{ hour: '[8-17]', minute: '0,30' }, '时 [8-17]、分 0,30'],
];
for (const [schedule, said] of schedules)
  test(`schedule: ${JSON.stringify(schedule)}`, () => assert.equal(scheduleWords(schedule, words), said));
