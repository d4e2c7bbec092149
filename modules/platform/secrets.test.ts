import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSealer } from './secrets.ts';

const secret = 'a secret of the tests, 32 characters and more';

test('what is sealed opens again, and looks different each time', () => {
  const sealer = makeSealer(secret);
  const a = sealer.seal('张小明 13800000000');
  const b = sealer.seal('张小明 13800000000');
  assert.equal(sealer.open(a), '张小明 13800000000');
  assert.notDeepEqual(a, b);
  assert.equal(a.includes(Buffer.from('张小明')), false);
});

test('a changed byte or another secret opens nothing', () => {
  const sealer = makeSealer(secret);
  const sealed = sealer.seal('x');
  for (let i = 0; i < sealed.length; i++) {
    const bent = Buffer.from(sealed);
    bent[i] = (bent[i] ?? 0) ^ 1;
    assert.throws(() => sealer.open(bent), `byte ${i}`);
  }
  assert.throws(() => makeSealer(`${secret}!`).open(sealed));
});

test('hashes find equals, and depend on the secret', () => {
  const sealer = makeSealer(secret);
  assert.equal(sealer.hash('1'), sealer.hash('1'));
  assert.notEqual(sealer.hash('1'), sealer.hash('2'));
  assert.notEqual(sealer.hash('1'), makeSealer(`${secret}!`).hash('1'));
  assert.notDeepEqual(sealer.sign('a', '1'), sealer.sign('b', '1'));
});
