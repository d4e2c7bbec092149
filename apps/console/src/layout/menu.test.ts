import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Role } from '../session/roles.ts';
import { homeSection, maySee, menuFor } from './menu.ts';

const sees = (role: Role) => menuFor([role]).flatMap((group) => group.items.map((item) => item.section));

const homes: [role: Role, section: string][] = [
  ['operator', 'overview'],
  ['platform', 'overview'],
  ['auditor', 'overview'],
  ['keeper', 'station'],
  ['merchant', 'orders'],
  ['cadre', 'households'],
  ['courier', 'orders'],
];
for (const [role, section] of homes) {
  test(`a ${role} begins with ${section}, which their menu has`, () => {
    assert.equal(homeSection([role]), section);
    assert.ok(sees(role).includes(homeSection([role])));
  });
}

test('only those who may see them are offered the ledger, the look at the books and the access log', () => {
  assert.equal(maySee('ledger', ['cadre']), false);
  assert.equal(maySee('ledger', ['merchant']), true, 'its own accounts');
  assert.equal(maySee('books', ['merchant']), false);
  assert.equal(maySee('books', ['auditor']), true);
  assert.equal(maySee('ledger', ['auditor']), true);
  assert.equal(maySee('access-log', ['merchant']), false);
  assert.equal(maySee('access-log', ['auditor']), true);
  assert.ok(!sees('cadre').includes('ledger'));
});

test('a page that no menu entry stands for is decided by its routes', () =>
  assert.equal(maySee('pack', ['keeper']), true));
