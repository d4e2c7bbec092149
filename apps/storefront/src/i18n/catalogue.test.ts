import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { chooseLang, messages } from './index.ts';

const src = new URL('..', import.meta.url).pathname;

/** Every message as a dotted path; functions count as messages. */
function keysOf(part: object, prefix = ''): string[] {
  return Object.entries(part).flatMap(([key, value]) =>
    typeof value === 'object' && !Array.isArray(value) ? keysOf(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

async function sources() {
  const texts: string[] = [];
  for await (const file of glob('**/*.{astro,tsx,ts}', { cwd: src }))
    if (!file.startsWith('i18n/') && !file.endsWith('.test.ts')) texts.push(await readFile(src + file, 'utf8'));
  return texts.join('\n');
}

test('both languages have the same messages, none of them empty', () => {
  assert.deepEqual(keysOf(messages.en), keysOf(messages.zh));
  for (const catalogue of Object.values(messages))
    for (const key of keysOf(catalogue)) {
      const value = key.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], catalogue);
      assert.notEqual(value, '', key);
    }
});

test('every message a page asks for exists (the compiler does not read pages)', async () => {
  const known = new Set(keysOf(messages.zh));
  const sections = new Set(
    [...known].flatMap((key) => key.split('.').map((_, n, parts) => parts.slice(0, n).join('.'))),
  );
  for (const [, key = ''] of (await sources()).matchAll(/(?<![\w.])t\.((?:\w+\.)*\w+)/g)) {
    // t.share[part] and t.trace.title.length look like a section or go on past a message.
    const parts = key.split('.');
    const found = parts.some((_, n) => known.has(parts.slice(0, n + 1).join('.'))) || sections.has(key);
    assert.ok(found, `t.${key} is in no catalogue`);
  }
});

test('no Chinese, not even a comma, stands in a page outside the catalogues', async () => {
  for (const line of (await sources()).split('\n'))
    if (
      !/^\s*(\/\/|\*|\/\*)/.test(line) &&
      /(?<![A-Za-z])['"`>][^'"`<]*[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/.test(line)
    )
      assert.fail(line.trim());
});

test('the language: asked for, chosen before, preferred by the browser, Chinese', () => {
  assert.equal(chooseLang('en', 'zh', 'zh-CN'), 'en');
  assert.equal(chooseLang(undefined, 'en', 'zh-CN,zh;q=0.9'), 'en');
  assert.equal(chooseLang(undefined, undefined, 'zh-CN,zh;q=0.9,en;q=0.8'), 'zh');
  assert.equal(chooseLang(undefined, undefined, 'en-GB,en;q=0.9,zh;q=0.1'), 'en');
  assert.equal(chooseLang(undefined, undefined, 'fr,zh;q=0.3,en;q=0.7'), 'en');
  assert.equal(chooseLang(undefined, undefined, 'fr'), 'zh');
  assert.equal(chooseLang('xx', 'yy', undefined), 'zh');
});
