import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldErrors, langOf } from './problem.ts';

test('the language of an answer', async (t) => {
  const table: [string | undefined, 'zh' | 'en'][] = [
    [undefined, 'zh'],
    ['fr', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en-GB,en;q=0.9', 'en'],
    ['en,zh', 'en'],
  ];
  for (const [header, lang] of table) {
    await t.test(String(header), () => assert.equal(langOf({ headers: { 'accept-language': header } }), lang));
  }
});

test('schema errors name the field and what is allowed, once per field, in the reader’s language', () => {
  const errors = [
    { keyword: 'required', instancePath: '', params: { missingProperty: 'grams' } },
    { keyword: 'minimum', instancePath: '/fenPerKg', params: { limit: 1 } },
    { keyword: 'type', instancePath: '/fenPerKg', params: { type: 'integer' } },
    { keyword: 'enum', instancePath: '/paid', params: { allowedValues: ['cash', 'later'] } },
    { keyword: 'pattern', instancePath: '/lines/0/village', params: { pattern: '^\\d{12}$' } },
    { keyword: 'additionalProperties', instancePath: '', params: { additionalProperty: 'colour' } },
  ];
  assert.deepEqual(fieldErrors(errors, 'zh'), [
    { field: 'grams', code: 'required', message: '必填' },
    { field: 'fenPerKg', code: 'minimum', message: '不能小于 1' },
    { field: 'paid', code: 'enum', message: '只能是 cash / later' },
    { field: 'lines.0.village', code: 'pattern', message: '格式不对（^\\d{12}$）' },
    { field: 'colour', code: 'additionalProperties', message: '没有这个字段' },
  ]);
  assert.equal(fieldErrors(errors, 'en')[0]?.message, 'is required');
});
