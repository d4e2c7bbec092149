import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countyOfPath, paths, safeBack, sameScreen, sectionOfPath, withSearch } from './paths.ts';

const made: [link: string, expected: string][] = [
  [paths.home(), '/'],
  [paths.signIn(), '/sign-in'],
  [paths.signIn('/621221/orders?state=paid'), '/sign-in?back=%2F621221%2Forders%3Fstate%3Dpaid'],
  [paths.orders(621221), '/621221/orders'],
  [paths.orders(621221, { state: 'paid', page: 2, q: '' }), '/621221/orders?state=paid&page=2'],
  [paths.note(621221, '01a2'), '/621221/notes/01a2'],
  [paths.weighIn(621221, { station: 's', household: 'h' }), '/621221/station/weigh?station=s&household=h'],
  [paths.account(621221, 'a/b'), '/621221/ledger/accounts/a%2Fb'],
  [paths.benefit(621221, { by: 'village', township: '621221107' }), '/621221/benefit?by=village&township=621221107'],
  [withSearch('/x', { a: undefined, b: false, c: 0, d: '核桃' }), '/x?c=0&d=%E6%A0%B8%E6%A1%83'],
];
for (const [link, expected] of made) test(`link ${expected}`, () => assert.equal(link, expected));

const backs: [given: string | null, to: string, why: string][] = [
  ['/621221/orders?page=2', '/621221/orders?page=2', 'a screen of ours'],
  [null, '/', 'nothing'],
  ['', '/', 'nothing written'],
  ['https://elsewhere.example/', '/', 'another site'],
  ['//elsewhere.example/', '/', 'another site without its scheme'],
  ['/\\elsewhere.example', '/', 'another site by a backslash'],
  ['/sign-in?back=/x', '/', 'the door itself'],
];
for (const [given, to, why] of backs) test(`after sign-in: ${why}`, () => assert.equal(safeBack(given), to));

test('a path knows its county and section', () => {
  assert.equal(countyOfPath('/621221/orders/1'), 621221);
  assert.equal(countyOfPath('/621221'), 621221);
  assert.equal(countyOfPath('/me'), undefined);
  assert.equal(countyOfPath('/6212210/orders'), undefined);
  assert.equal(sectionOfPath('/621221/access-log?page=2'), 'access-log');
  assert.equal(sectionOfPath('/me'), undefined);
});

test('another county opens the same screen without the row and filters of the first', () => {
  assert.equal(sameScreen('/621221/orders/01a2', 500242), '/500242/orders');
  assert.equal(sameScreen('/me', 500242), '/500242/overview');
});
