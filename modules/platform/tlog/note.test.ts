import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { fromBase64Url, toBase64Url } from './bytes.ts';
import { verifyEd25519 } from './ed25519.ts';
import {
  COSIGNATURE,
  checkpointText,
  cosignedText,
  ED25519,
  formatKey,
  formatNote,
  noteKey,
  openCheckpoint,
  parseCheckpoint,
  parseKey,
  parseNote,
  signersOf,
} from './note.ts';
import { packBundle, parseTilePath, readBundle, tilePath } from './tiles.ts';

// The example in the documentation of golang.org/x/mod/sumdb/note.
const peter = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const said = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

test('the note and the key of Go’s sumdb documentation', async () => {
  const key = parseKey(peter);
  assert.ok(key);
  assert.equal(formatKey(key), peter);
  const note = parseNote(said);
  assert.deepEqual(await signersOf(note, [key]), [key]);
  assert.equal(formatNote(note), said);
  const other = { ...note, text: note.text.replace('answer', 'Answer') };
  await assert.rejects(() => signersOf(other, [key]), /false/);
});

test('the small implementation of Ed25519 says what the platform says', async (t) => {
  const key = parseKey(peter);
  const { text, signatures } = parseNote(said);
  const [message, signature] = [Buffer.from(text), signatures[0]?.signature as Uint8Array];
  const wrong = Uint8Array.from(signature);
  wrong[3] = (wrong[3] as number) ^ 1;
  const ask = async () => [
    await verifyEd25519(key?.publicKey as Uint8Array, message, signature),
    await verifyEd25519(key?.publicKey as Uint8Array, message, wrong),
  ];
  assert.deepEqual(await ask(), [true, false]);
  // As on a page over plain HTTP, or in a browser from before 2025.
  t.mock.method(crypto.subtle, 'importKey', () => Promise.reject(new Error('not known')));
  assert.deepEqual(await ask(), [true, false]);
});

test('the example of C2SP tlog-checkpoint and tlog-cosignature has the form we read', () => {
  const example = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;
  const note = parseNote(example);
  const checkpoint = parseCheckpoint(note.text);
  assert.deepEqual([checkpoint.origin, checkpoint.size], ['example.com/behind-the-sofa', 20852163]);
  assert.equal(formatNote(note), example);
  const time = new DataView(Uint8Array.from(note.signatures[1]?.signature as Uint8Array).buffer).getBigUint64(0);
  assert.equal(time, 1679315147n);
  // The message as the document prints it.
  assert.equal(
    cosignedText(note.text, 1679315147).split('\n').slice(0, 3).join('|'),
    'cosignature/v1|time 1679315147|example.com/behind-the-sofa',
  );
});

test('a checkpoint is believed only from its own key, and a witness only under its own text', async () => {
  const pair = () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const x = publicKey.export({ format: 'jwk' }).x as string;
    return { bytes: Buffer.from(x, 'base64url'), sign: (text: string) => sign(null, Buffer.from(text), privateKey) };
  };
  const [log, witness] = [pair(), pair()];
  const [origin, name] = ['shop.example.cn/log', 'witness.example.cn/1'];
  const [key, witnessKey] = [noteKey(origin, ED25519, log.bytes), noteKey(name, COSIGNATURE, witness.bytes)];
  const text = checkpointText({ origin, size: 12, root: new Uint8Array(32) });
  const own = { name: origin, id: key.id, signature: log.sign(text) };
  const seconds = 1790000000;
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const cosigned = (of: string) => ({
    ...{ name, id: witnessKey.id },
    signature: Buffer.concat([time, witness.sign(cosignedText(of, seconds))]),
  });
  const signed = formatNote({ text, signatures: [own, cosigned(text)] });
  const open = (note: string) => openCheckpoint(note, key, [witnessKey]);
  assert.deepEqual((await open(signed)).witnesses, [name]);

  const cases: [string, string, RegExp][] = [
    ['no signature at all', text, /no signed note/],
    ['only the witness', formatNote({ text, signatures: [cosigned(text)] }), /not signed by/],
    ['another size', signed.replace('\n12\n', '\n13\n'), /false/],
    ['a witness of another text', formatNote({ text, signatures: [own, cosigned('x')] }), /false/],
    ['a control character', signed.replace('12', '12\r'), /no signed note/],
    ['a size with a leading zero', await resigned('012'), /no checkpoint/],
    ['base 64 with unused bits', signed.replace('AAA=\n', 'AAB=\n'), /false|no checkpoint/],
    ['an extension line', await resigned('12', 'more\n'), /no checkpoint/],
  ];
  for (const [what, note, why] of cases) await assert.rejects(() => open(note), why, what);

  async function resigned(size: string, extra = '') {
    const body = text.replace('\n12\n', `\n${size}\n`) + extra;
    return formatNote({ text: body, signatures: [{ ...own, signature: log.sign(body) }] });
  }
});

test('tiles are named as C2SP tlog-tiles names them', () => {
  const cases: [Parameters<typeof tilePath>[0], string][] = [
    [{ level: 0, index: 1234067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 0, index: 273, width: 112 }, 'tile/0/273.p/112'],
    [{ level: 2, index: 0, width: 1 }, 'tile/2/000.p/1'],
    [{ level: 'entries', index: 1000, width: 256 }, 'tile/entries/x001/000'],
  ];
  for (const [tile, path] of cases) {
    assert.equal(tilePath(tile), path);
    assert.deepEqual(parseTilePath(path), tile);
  }
  for (const wrong of [
    'tile/0/1',
    'tile/0/x000/001',
    'tile/00/001',
    'tile/64/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/../001',
    'tile/entries/x1/000',
  ]) {
    assert.equal(parseTilePath(wrong), undefined, wrong);
  }
});

test('a bundle is read back whole or not at all', () => {
  const entries = [Buffer.from(''), Buffer.from('a'), Buffer.alloc(700, 7)];
  const bytes = packBundle(entries);
  assert.deepEqual(
    readBundle(bytes)?.map((one) => Buffer.from(one)),
    entries,
  );
  assert.deepEqual([...bytes.slice(0, 5)], [0, 0, 0, 1, 97]);
  assert.equal(readBundle(bytes.slice(0, -1)), undefined);
  assert.equal(readBundle(Buffer.concat([bytes, Buffer.of(0)])), undefined);
  assert.equal(toBase64Url(fromBase64Url('-_8') as Uint8Array), '-_8');
  assert.equal(fromBase64Url('-_9'), undefined);
});
