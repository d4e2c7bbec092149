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

test('what another program sealed by RFC 8452 opens, as short as it may be', () => {
  // Made with @noble/ciphers 2.4.0, by which texts were sealed until November 2026.
  const foreign = 'a5b6287a8f675c8aa51a3aec83197bf182da270adca8bfa18ce8405c0960732798d3a1ee1e347b95209cacd383a0dd455e';
  const sealer = makeSealer(secret);
  assert.equal(sealer.open(Buffer.from(foreign, 'hex')), '张小明 13800000000');
  assert.equal(sealer.open(sealer.seal('')), '');
  assert.throws(() => sealer.open(new Uint8Array(0)));
  assert.throws(() => sealer.open(sealer.seal('').subarray(1)));
});

test('hashes find equals, and depend on the secret', () => {
  const sealer = makeSealer(secret);
  assert.equal(sealer.hash('1'), sealer.hash('1'));
  assert.notEqual(sealer.hash('1'), sealer.hash('2'));
  assert.notEqual(sealer.hash('1'), makeSealer(`${secret}!`).hash('1'));
  assert.notDeepEqual(sealer.sign('a', '1'), sealer.sign('b', '1'));
});
