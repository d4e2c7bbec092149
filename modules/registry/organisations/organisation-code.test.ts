import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeOrganisationCode, isOrganisationCode } from './organisation-code.ts';

test('codes that fail', () => {
  const table: [string, string][] = [
    ['91350100M000100Y44', 'one off in the check character'],
    ['91350100M000100Y4', 'too short'],
    ['91350100M000100Y430', 'too long'],
    ['91350100m000100Y43', 'small letter'],
    ['91350100M0001O0Y43', 'letter O is not in the alphabet'],
    ['19350100M000100Y43', 'two characters swapped'],
    ['', 'nothing'],
    ['９1350100M000100Y43', 'a full-width digit'],
  ];
  for (const [code, why] of table) assert.equal(isOrganisationCode(code), false, why);
  assert.equal(completeOrganisationCode('91350100M0001I0Y4'), null);
});

test('published examples pass', () => {
  // The example of the standard's text, and a firm's published code.
  for (const code of ['91350100M000100Y43', '91512081MA62K0260E']) {
    assert.equal(isOrganisationCode(code), true, code);
    assert.equal(completeOrganisationCode(code.slice(0, 17)), code);
  }
});
