import assert from 'node:assert/strict';
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

test('random strings are never accepted', () => {
  const random = fc.string({ unit: fc.constantFrom(...SIGNS), minLength: SERIAL_LENGTH, maxLength: SERIAL_LENGTH });
  fc.assert(
    fc.property(random, (serial) => packOf(sealer, lot, serial) === null),
    { numRuns: 20_000 },
  );
  fc.assert(fc.property(fc.string(), (serial) => packOf(sealer, lot, serial) === null));
});
