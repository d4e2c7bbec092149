import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { testDatabase } from '../../test/database.ts';
import type { Refusal } from './errors.ts';
import { folderStore, keepPicture, largestFile, pictureName, pictureWidths } from './files.ts';

const { db } = await testDatabase();
const folder = await mkdtemp(join(tmpdir(), 'shanhuo-files-'));
after(() => rm(folder, { recursive: true }));
const store = folderStore(folder);
const county = 621221;
const by = { person: 'p' };

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#a0522d' } });
const head = (bytes: Buffer, length: number) => Buffer.concat([bytes, randomBytes(length)]);

const refused: [string, Buffer, string][] = [
  ['50 MB', head(Buffer.from('ffd8ffe0', 'hex'), 50_000_000), 'file-too-large'],
  ['one byte over', head(Buffer.from('ffd8ff', 'hex'), largestFile - 2), 'file-too-large'],
  ['nothing', Buffer.alloc(0), 'file-type-not-allowed'],
  ['a page that says it is a picture', Buffer.from('<html><script>alert(1)</script>'), 'file-type-not-allowed'],
  ['SVG, which can hold script', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'file-type-not-allowed'],
  ['GIF', await plain(4, 4).gif().toBuffer(), 'file-type-not-allowed'],
  ['a JPEG head with noise behind it', head(Buffer.from('ffd8ffe0', 'hex'), 2000), 'file-type-not-allowed'],
  ['half a PNG', (await plain(900, 900).png().toBuffer()).subarray(0, 400), 'file-type-not-allowed'],
  ['a small file of 100 million pixels', await plain(10_000, 10_000).png().toBuffer(), 'file-type-not-allowed'],
];
for (const [name, bytes, code] of refused) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(keepPicture(db, store, by, { county, bytes }), (error: Refusal) => error.code === code);
    assert.equal((await readdir(folder)).length, 0, 'nothing was written');
  });
}

test('a photo is kept upright at three widths, without the place it was taken', async () => {
  // Orientation 6: the camera was held upright, so what is stored lies on its side.
  const bytes = await plain(2000, 1000)
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '33/1 44/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const kept = await keepPicture(db, store, by, { county, bytes });
  assert.deepEqual([kept.width, kept.height], [1000, 2000]);
  for (const width of pictureWidths) {
    const made = await sharp(join(folder, pictureName(kept.sha256, width))).metadata();
    assert.equal(made.format, 'webp');
    assert.equal(made.width, Math.min(width, 1000));
    assert.equal(made.exif, undefined);
    assert.equal(made.orientation, undefined);
  }
  const row = await db.selectFrom('platform.file').selectAll().where('id', '=', kept.id).executeTakeFirstOrThrow();
  assert.deepEqual(
    { county: row.county, mime: row.mime, bytes: row.bytes, by: row.by_person },
    { county, mime: 'image/jpeg', bytes: bytes.byteLength, by: 'p' },
  );
});

test('the same picture again is another entry with the same bytes', async () => {
  const bytes = await plain(40, 30).webp().toBuffer();
  const first = await keepPicture(db, store, by, { county, bytes });
  const again = await keepPicture(db, store, { person: null }, { county: 500242, bytes });
  assert.equal(first.sha256, again.sha256);
  assert.notEqual(first.id, again.id);
});
