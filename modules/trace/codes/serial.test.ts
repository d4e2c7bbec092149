import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { newId } from '#platform/ids.ts';
import { makeSealer } from '#platform/secrets.ts';
import { packOf, SERIAL_LENGTH, serialOf } from './serial.ts';

const sealer = makeSealer('a secret of the tests, long enough');
const lot = { county: 621221, lot: newId(), keyVersion: 1, packs: 100_000 };
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

test('a hundred thousand packs have a hundred thousand serials, and each leads back to its pack', () => {
  const seen = new Set<string>();
  for (let pack = 1; pack <= lot.packs; pack++) {
    const serial = serialOf(sealer, { ...lot, pack });
    seen.add(serial);
    if (pack % 97 === 0) assert.equal(packOf(sealer, lot, serial), pack);
  }
  assert.equal(seen.size, lot.packs);
});

test('what is printed stays true: a serial never changes for its pack, key and lot', () => {
  const of = { county: 621221, lot: '01994d3e-5e50-7cb5-9c27-0f64b1b5c0de', keyVersion: 1 };
  assert.deepEqual(
    [1, 2, 100_000, 999_999_999].map((pack) => serialOf(sealer, { ...of, pack })),
    ['1BM7EC7YXMEF7N4', 'CEX7DXJY86F75ZW', '4PR8JBPVEGF8R7A', 'YSWZA88HC7GM76V'],
  );
});

test('a serial fits GS1 AI 21: at most 20 characters, letters that are not mistaken for others', () => {
  const serial = serialOf(sealer, { ...lot, pack: 1 });
  assert.equal(serial.length, SERIAL_LENGTH);
  assert.ok(SERIAL_LENGTH <= 20);
  assert.match(serial, /^[0-9A-HJKMNP-TV-Z]+$/);
});

test('neighbours have nothing in common that counts up', () => {
  const serials = Array.from({ length: 50 }, (_, i) => serialOf(sealer, { ...lot, pack: i + 1 }));
  assert.notDeepEqual(serials, serials.toSorted());
  assert.ok(new Set(serials.map((serial) => serial.slice(0, 4))).size > 45);
});

test('one changed sign is refused, wherever it is', () => {
  const serial = serialOf(sealer, { ...lot, pack: 4711 });
  for (let i = 0; i < serial.length; i++) {
    for (const sign of SIGNS) {
      const other = serial.slice(0, i) + sign + serial.slice(i + 1);
      if (other !== serial) assert.equal(packOf(sealer, lot, other), null);
    }
  }
});

test('serials of another lot, county, key version or secret, or past the last pack, are refused', () => {
  const serial = serialOf(sealer, { ...lot, pack: 1 });
  assert.equal(packOf(sealer, lot, serial), 1);
  assert.equal(packOf(sealer, { ...lot, lot: newId() }, serial), null);
  assert.equal(packOf(sealer, { ...lot, county: 500242 }, serial), null);
  assert.equal(packOf(sealer, { ...lot, keyVersion: 2 }, serial), null);
  assert.equal(packOf(makeSealer('another secret of the tests'), lot, serial), null);
  assert.equal(packOf(sealer, lot, serialOf(sealer, { ...lot, pack: lot.packs + 1 })), null);
});

test('a million random serials against a lot of a million packs hit none', () => {
  const many = { ...lot, packs: 1_000_000 };
  // Fresh ones at each run: it is the chance of 2^-55 a try that is tested, not these serials.
  const bytes = randomBytes(1_000_000 * SERIAL_LENGTH);
  for (let i = 0; i < bytes.length; i += SERIAL_LENGTH) {
    let serial = '';
    for (let j = 0; j < SERIAL_LENGTH; j++) serial += SIGNS[(bytes[i + j] as number) % SIGNS.length];
    if (packOf(sealer, many, serial) !== null) assert.fail(`${serial} was accepted`);
  }
});

test('random strings are never accepted', () => {
  const random = fc.string({ unit: fc.constantFrom(...SIGNS), minLength: SERIAL_LENGTH, maxLength: SERIAL_LENGTH });
  fc.assert(
    fc.property(random, (serial) => packOf(sealer, lot, serial) === null),
    { numRuns: 20_000 },
  );
  fc.assert(fc.property(fc.string(), (serial) => packOf(sealer, lot, serial) === null));
});
