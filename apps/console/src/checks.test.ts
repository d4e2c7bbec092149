import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idNumberRight, organisationCodeRight } from './checks.ts';

const ids: [text: string, right: boolean, why: string][] = [
  ['11010519491231002X', true, 'the example printed in GB 11643'],
  ['440524188001010014', true, 'the other example printed there'],
  ['110105194912310021', false, 'another check character'],
  ['11010519490231002X', false, 'the 31st of February'],
  ['1101051949123100', false, 'too short'],
  ['11010519491231002x', false, 'a small x; the form writes it large first'],
];
for (const [text, right, why] of ids) test(`ID number: ${why}`, () => assert.equal(idNumberRight(text), right));

const codes: [text: string, right: boolean, why: string][] = [
  ['91350100M000100Y43', true, 'the example of GB 32100'],
  ['91350100M000100Y44', false, 'another check character'],
  ['91350100I000100Y43', false, 'I is no letter of these codes'],
  ['91350100M000100Y4', false, 'too short'],
];
for (const [text, right, why] of codes)
  test(`organisation code: ${why}`, () => assert.equal(organisationCodeRight(text), right));
