import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { en } from './en.ts';
import { fill } from './fill.ts';
import { zh } from './zh.ts';

const names = (phrase: string) => [...phrase.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();

test('English has exactly the keys of Chinese, no phrase is empty, and both fill in the same names', () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
  for (const [key, phrase] of Object.entries(zh)) {
    const other = en[key as keyof typeof zh];
    assert.ok(phrase.trim() && other.trim(), key);
    assert.deepEqual(names(other), names(phrase), key);
  }
});

test('a word that depends on a number takes one that the phrase is given', () => {
  assert.deepEqual(
    [1, '1,204'].map((n) => fill(en['preview.aid'], { n })),
    ['1 pack holds produce of the county’s households', '1,204 packs hold produce of the county’s households'],
  );
  for (const [key, phrase] of Object.entries(en))
    for (const [, name] of phrase.matchAll(/\{(\w+)\|/g)) assert.ok(names(phrase).includes(name), key);
});

test('no key is said in two files: the one would hide the other', () => {
  for (const lang of ['zh', 'en']) {
    const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith(`${lang}.ts`));
    const keys = files.flatMap((file) =>
      [...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/^ {2}'([\w.-]+)':/gm)].map(
        (found) => found[1],
      ),
    );
    assert.deepEqual(
      keys.filter((key, at) => keys.indexOf(key) !== at),
      [],
    );
    assert.equal(keys.length, Object.keys(zh).length, 'every key was read');
  }
});

test('no phrase shouts', () => {
  for (const [key, phrase] of [...Object.entries(zh), ...Object.entries(en)]) assert.doesNotMatch(phrase, /[!！]/, key);
});

test('every phrase is said somewhere', () => {
  const source = join(import.meta.dirname, '..');
  const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('i18n/'))
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .join('\n');
  // Keys made from a code, like `relation.${member.relation}`, are checked by the compiler against the catalogue.
  const made = [...code.matchAll(/`([a-zA-Z.]+\.)\$\{/g)].map((found) => found[1] ?? '');
  const unsaid = Object.keys(zh).filter(
    (key) => !code.includes(`'${key}'`) && !made.some((start) => key.startsWith(start)),
  );
  assert.deepEqual(unsaid, []);
});
