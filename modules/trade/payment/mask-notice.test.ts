import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskNotice } from './mask-notice.ts';

const rows: [string, string, string][] = [
  ['nothing personal stays whole', '{"id":"1","amountFen":3980}', '{"id":"1","amountFen":3980}'],
  [
    'who paid in JSON',
    '{"payer":{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}}',
    '{"payer":{"openid":"oU************6o"}}',
  ],
  ['who paid in a form', 'a=1&buyer_logon_id=159****1111&b=2', 'a=1&buyer_logon_id=15*******11&b=2'],
  ['first field of a form', 'buyer_id=2088102&x=1', 'buyer_id=20***02&x=1'],
  ['a short name', '{"user_name":"张三"}', '{"user_name":"****"}'],
  ['a phone anywhere', '{"note":"打 13912345678 找我"}', '{"note":"打 139****5678 找我"}'],
  ['a number that holds a phone is no phone', '{"n":"4200001391234567812"}', '{"n":"4200001391234567812"}'],
];
for (const [name, body, masked] of rows)
  test(`a notice for people: ${name}`, () => assert.equal(maskNotice(body), masked));
