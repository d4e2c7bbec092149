import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { benefit } from '#benefit/contract';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { fromBase64 } from '#platform/tlog/bytes.ts';
import { checkConsistency, checkInclusion, checkLog, type ReadFile } from '#platform/tlog/check-log.ts';
import { leafHash, provesConsistency, provesInclusion } from '#platform/tlog/merkle.ts';
import {
  COSIGNATURE,
  cosignedText,
  formatKey,
  formatNote,
  noteKey,
  openCheckpoint,
  type parseKey,
  parseNote,
} from '#platform/tlog/note.ts';
import { tilePath, tilesOfLevel } from '#platform/tlog/tiles.ts';
import { testCallers } from '../../../test/callers.ts';
import { addTestHousehold, farVillage, giveTestPhone, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { breachesOf } from '../../../test/fixtures-goods.ts';
import { addTestEntries, readLogOf } from '../../../test/fixtures-log.ts';
import { phoneHash } from '../../registry/people/personal-hashes.ts';
import { benefitModule } from '../index.ts';
import { addUp, decodeEntry, decodeOpening, opens, type PublicEntry, type PublicTotal } from './entry-layout.ts';
import { logInvariants } from './log.invariants.ts';
import { activeKeys, addLogKey, ensureLogKey, logOrigin, retireLogKey } from './log-keys.ts';
import { eraseOpenings } from './openings.ts';
import { checkpointAt, signedCheckpoint } from './read-log.ts';
import { sequenceLog } from './sequence.ts';

const contracts = { benefit };
const rules = { name: 'log', routes: () => {}, invariants: logInvariants };

async function open(t: Parameters<typeof testContext>[0]) {
  const context = await testContext(t);
  const of = await openTestCounty(context.at);
  await ensureLogKey(context.at);
  return { ...context, of };
}

const keyOf = async (at: Context) => (await activeKeys(at.db))[0]?.key as NonNullable<ReturnType<typeof parseKey>>;
const latest = async (at: Context) => openCheckpoint(await signedCheckpoint(at), await keyOf(at));

/** Everything a monitor does with the whole log. */
async function monitor(at: Context, read: ReadFile = readLogOf(at)) {
  const note = Buffer.from(await read('checkpoint')).toString();
  const checkpoint = await openCheckpoint(note, await keyOf(at));
  const entries: PublicEntry[] = [];
  await checkLog(read, checkpoint, (found) => entries.push(...found.map(decodeEntry)));
  return { checkpoint, entries };
}

test('entries of many batches are one log that anybody can check and add up', async (t) => {
  const { at, of } = await open(t);
  const params = { county: of.county };
  const app = await testCallers(at, [benefitModule], t);
  const anyone = app.as(app.visitor, contracts).benefit;
  assert.equal((await monitor(at)).checkpoint.size, 0, 'an empty log has a checkpoint too');

  let fen = 0;
  const seen: Awaited<ReturnType<typeof latest>>[] = [];
  const households = [of.household, of.farHousehold];
  for (const [i, count] of [1, 254, 1, 1, 300, 43].entries()) {
    fen += await addTestEntries(at, of, { households, count, month: i % 2 ? '2026-08' : '2026-09' });
    assert.equal(await sequenceLog(at), count);
    seen.push(await latest(at));
  }
  fen += await addTestEntries(at, of, { households, count: 1, fen: () => -250 });
  assert.equal(await sequenceLog(at), 1);
  assert.equal(await sequenceLog(at), 0);

  const { checkpoint, entries } = await monitor(at);
  assert.equal(checkpoint.size, 601);
  assert.equal(
    entries.reduce((sum, entry) => sum + entry.fen, 0),
    fen,
  );
  const published = await anyone.publicTotals({ params });
  const totals = new Map<string, PublicTotal>();
  addUp(totals, entries);
  assert.equal(published.size, 601);
  assert.deepEqual(
    published.totals,
    [...totals.values()].sort((a, b) => a.month.localeCompare(b.month)),
  );
  for (const before of seen) {
    await checkConsistency(readLogOf(at), before, checkpoint);
    const { hashes, root } = await anyone.logConsistency({ query: { from: before.size } });
    const proof = hashes.map((hash) => fromBase64(hash) as Uint8Array);
    assert.ok(provesConsistency(before, { size: 601, root: fromBase64(root) as Uint8Array }, proof));
  }
  for (const index of [0, 255, 256, 512, 600]) {
    const entry = await checkInclusion(readLogOf(at), checkpoint, index);
    const made = await anyone.logInclusion({ query: { index } });
    const hashes = made.hashes.map((hash) => fromBase64(hash) as Uint8Array);
    const claim = { index, size: made.size, root: checkpoint.root, leaf: leafHash(entry) };
    assert.ok(provesInclusion(claim, hashes));
  }
  const older = await anyone.logInclusion({ query: { index: 7, size: 255 } });
  assert.equal(older.root, Buffer.from(seen[1]?.root as Uint8Array).toString('base64'));
  await assert.rejects(() => anyone.logInclusion({ query: { index: 601 } }), { code: 'no-such-leaf' });
  await assert.rejects(() => anyone.logInclusion({ query: { index: 1, size: 99 } }), { code: 'checkpoint-unknown' });
  assert.deepEqual(await breachesOf(at, rules), []);
});

test('every changed byte of 1,000 random places of entries, tiles and checkpoint is found', async (t) => {
  const { at, of } = await open(t);
  await addTestEntries(at, of, { households: [of.household], count: 700 });
  await sequenceLog(at);
  const files = new Map<string, Uint8Array>([['checkpoint', await readLogOf(at)('checkpoint')]]);
  for (const level of ['entries', 0, 1] as const) {
    for (const tile of tilesOfLevel(level, 700)) files.set(tilePath(tile), await readLogOf(at)(tilePath(tile)));
  }
  const read: ReadFile = async (path) => files.get(path) ?? Promise.reject(new Error(`no ${path}`));
  await monitor(at, read);
  const places = [...files].flatMap(([path, bytes]) => Array.from(bytes, (_, i) => [path, i] as const));
  for (let n = 0; n < 1000; n++) {
    // The checkpoint is small and would hardly be hit.
    const few = n % 10 === 0 ? places.filter(([path]) => path === 'checkpoint') : places;
    const [path, i] = few[randomBytes(4).readUInt32BE() % few.length] as readonly [string, number];
    const whole = files.get(path) as Uint8Array;
    const changed = Uint8Array.from(whole);
    changed[i] = (changed[i] as number) ^ (1 + (n % 255));
    files.set(path, changed);
    await assert.rejects(() => monitor(at, read), `byte ${i} of ${path}`);
    files.set(path, whole);
  }
  await monitor(at, read);
});

test('a log that shows one thing to one and another to another is found by whoever compares', async (t) => {
  const { at, of } = await open(t);
  await addTestEntries(at, of, { households: [of.household], count: 300 });
  await sequenceLog(at);
  const honest = await latest(at);
  // The platform's own operator changes one amount and makes everything else fit, with the true key.
  await at.db.transaction().execute(async (tx) => {
    for (const table of ['log_leaf', 'log_checkpoint', 'entry']) {
      await sql.raw(`alter table benefit.${table} disable trigger append_only`).execute(tx);
    }
    await sql`set local app.scope = 'all'`.execute(tx);
    for (const table of ['log_tile', 'log_checkpoint', 'log_total'])
      await sql.raw(`delete from benefit.${table}`).execute(tx);
    await sql`delete from benefit.log_leaf`.execute(tx);
    await sql`update benefit.log_head set size = 0`.execute(tx);
    await sql`update benefit.entry set fen = fen + 1 where id = (select min(id::text)::uuid from benefit.entry)`.execute(
      tx,
    );
    await sql`insert into benefit.log_waiting select county, id from benefit.entry`.execute(tx);
  });
  await sequenceLog(at);
  await addTestEntries(at, of, { households: [of.household], count: 5 });
  await sequenceLog(at);
  const { checkpoint } = await monitor(at);
  await assert.rejects(() => checkConsistency(readLogOf(at), honest, checkpoint), /forked/);
  const smaller = { ...checkpoint, size: 305 };
  await assert.rejects(() => checkConsistency(readLogOf(at), { ...smaller, size: 306 }, checkpoint), /smaller/);
});

test('a crash in the middle of a batch leaves the log as it was, and the entries waiting', async (t) => {
  const { at, of } = await open(t);
  await addTestEntries(at, of, { households: [of.household], count: 40 });
  await sequenceLog(at);
  const before = await latest(at);
  await addTestEntries(at, of, { households: [of.household], count: 30 });
  // Each of the last steps fails once, as if the server had been killed there.
  for (const table of ['log_leaf', 'log_total', 'log_tile', 'log_checkpoint', 'log_head']) {
    await sql
      .raw(
        `create function benefit.fail_once() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$`,
      )
      .execute(at.db);
    await sql
      .raw(
        `create trigger fail before insert or update on benefit.${table} for each row execute function benefit.fail_once()`,
      )
      .execute(at.db);
    await assert.rejects(() => sequenceLog(at), /killed/);
    await sql.raw(`drop function benefit.fail_once() cascade`).execute(at.db);
    assert.deepEqual(await latest(at), before, table);
    assert.deepEqual(await breachesOf(at, rules), []);
  }
  assert.equal(await sequenceLog(at), 30);
  await checkConsistency(readLogOf(at), before, (await monitor(at)).checkpoint);
});

test('two sequencers at once make one log', async (t) => {
  const { at, of } = await open(t);
  await addTestEntries(at, of, { households: [of.household], count: 500 });
  const more = addTestEntries(at, of, { households: [of.farHousehold], count: 200 });
  let taken = 0;
  const work = async () => {
    while (taken < 700) {
      const some = await sequenceLog(at, 37);
      taken += some;
    }
  };
  await Promise.all([work(), work(), work(), more]);
  assert.equal(taken, 700);
  assert.equal((await monitor(at)).entries.length, 700);
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from benefit.log_checkpoint`.execute(at.db);
  assert.ok((rows[0]?.n ?? 0) >= 700 / 37);
  assert.deepEqual(await breachesOf(at, rules), []);
});

test('a line is opened by its household, by its station with a reason, and by nobody else', async (t) => {
  const { at, of } = await open(t);
  const { county } = of;
  const app = await testCallers(at, [benefitModule], t);
  const phone = '13900001234';
  await giveTestPhone(at, of.buyer, phone);
  const household = await addTestHousehold(at, { county, village: of.village, name: '李春生', phone });
  await addTestEntries(at, of, { households: [household, of.household], count: 4 });
  const entries = await scoped(at.db, 'all', (tx) =>
    tx.selectFrom('benefit.entry').select(['id', 'household', 'fen']).orderBy('fen').execute(),
  );
  const [mine, others] = [entries[0], entries[1]] as { id: string; fen: number }[];
  const own = app.as(of.buyer, contracts).benefit;
  const ask = (id?: string) => own.ownOpening({ params: { county, id: id as string } });
  await assert.rejects(() => ask(mine?.id), { code: 'not-in-log-yet' });
  await sequenceLog(at);
  await assert.rejects(() => ask(others?.id), { code: 'entry-not-found' });
  await assert.rejects(
    () => app.as(of.otherBuyer, contracts).benefit.ownOpening({ params: { county, id: mine?.id as string } }),
    { code: 'entry-not-found' },
  );

  const shown = await ask(mine?.id);
  const opening = decodeOpening(shown.opening);
  assert.ok(shown.url.endsWith(`/verify#open=${shown.opening}`));
  assert.equal(opening.origin, await logOrigin(at));
  const checkpoint = await latest(at);
  const entry = decodeEntry(await checkInclusion(readLogOf(at), checkpoint, opening.index));
  assert.ok(opens(opening, entry));
  assert.equal(entry.fen, mine?.fen);
  for (const wrong of [
    { fen: 1 },
    { month: '2026-01' },
    { county: 110101 },
    { evidence: of.household },
    { salt: new Uint8Array(32) },
  ]) {
    assert.ok(!opens({ ...opening, ...wrong }, entry));
  }
  const neighbour = decodeEntry(await checkInclusion(readLogOf(at), checkpoint, (opening.index + 1) % 4));
  assert.ok(!opens(opening, neighbour));

  const forThem = (by: typeof of.keeper, id = household) =>
    app.as(by, contracts).benefit.householdOpening({
      params: { county, id },
      body: { entry: mine?.id as string, reason: '到信用社办贷款' },
    });
  await assert.rejects(() => forThem(of.merchant), { code: 'not-allowed' });
  await assert.rejects(() => forThem(of.keeper, of.household), { code: 'entry-not-found' });
  await assert.rejects(() => forThem(of.keeper, of.farHousehold), { code: 'household-not-found' });
  assert.equal((await forThem(of.keeper)).opening, shown.opening);
  const readings = await scoped(at.db, 'all', (tx) =>
    tx.selectFrom('registry.household_reading').select(['person', 'fields', 'reason']).execute(),
  );
  assert.deepEqual(readings, [{ person: of.keeper.person, fields: ['log_opening'], reason: '到信用社办贷款' }]);
});

test('erasing leaves the log as it is and the entries unopenable, those to come as well', async (t) => {
  const { at, of } = await open(t);
  const { county } = of;
  const app = await testCallers(at, [benefitModule], t);
  await addTestEntries(at, of, { households: [of.household, of.farHousehold], count: 4 });
  await sequenceLog(at);
  const before = await monitor(at);
  const erase = (by: typeof of.operator) =>
    app.as(by, contracts).benefit.eraseOpenings({ params: { county, id: of.household }, body: { reason: '本人要求' } });
  for (const by of [of.keeper, of.cadre, of.merchant]) await assert.rejects(() => erase(by), { code: 'not-allowed' });
  await erase(of.operator);
  await assert.rejects(() => erase(of.operator), { code: 'opening-erased' });
  await addTestEntries(at, of, { households: [of.household], count: 1 });
  await sequenceLog(at);
  const after = await monitor(at);
  assert.deepEqual(after.entries.slice(0, 4), before.entries);
  await checkConsistency(readLogOf(at), before.checkpoint, after.checkpoint);
  const entries = await scoped(at.db, 'all', (tx) =>
    tx.selectFrom('benefit.entry').select(['id', 'household']).execute(),
  );
  for (const { id, household } of entries) {
    const ask = () =>
      app.as(of.operator, contracts).benefit.householdOpening({
        params: { county, id: household },
        body: { entry: id, reason: '核对' },
      });
    if (household === of.household) await assert.rejects(ask, { code: 'opening-erased' });
    else await ask();
  }
  assert.deepEqual(await breachesOf(at, rules), []);
});

/** Whether a transaction of this database waits for another. */
async function somebodyWaits({ db }: Context): Promise<boolean> {
  const { rows } = await sql<{ waits: boolean }>`
    select exists (select from pg_locks l join pg_stat_activity a on a.pid = l.pid
                    where not l.granted and a.datname = current_database()) as waits`.execute(db);
  return (rows[0] as { waits: boolean }).waits;
}

test('erased while the log makes it, a secret stays erased, and the line it was for cannot be opened', async (t) => {
  const { at, of } = await open(t);
  const { county } = of;
  await addTestEntries(at, of, { households: [of.household], count: 3 });
  let taking: Promise<number> | undefined;
  await at.db.transaction().execute(async (tx) => {
    await eraseOpenings({ ...at, db: tx }, of.operator, { county, household: of.household, reason: '本人要求' }, null);
    taking = sequenceLog(at);
    // It has read that there is no secret, and waits to write one.
    for (let waits = false; !waits; await wait(10)) waits = await somebodyWaits(at);
  });
  assert.equal(await taking, 3);
  const kept = await scoped(at.db, 'all', (tx) =>
    tx.selectFrom('benefit.log_secret').select(['household', 'secret_sealed']).execute(),
  );
  assert.deepEqual(kept, [{ household: of.household, secret_sealed: null }]);
  const entry = await scoped(at.db, 'all', (tx) =>
    tx.selectFrom('benefit.entry').select('id').limit(1).executeTakeFirstOrThrow(),
  );
  const app = await testCallers(at, [benefitModule], t);
  const shown = app.as(of.operator, contracts).benefit.householdOpening({
    params: { county, id: of.household },
    body: { entry: entry.id, reason: '核对' },
  });
  await assert.rejects(shown, { code: 'opening-erased' });
  assert.deepEqual(await breachesOf(at, rules), []);
});

test('nothing public holds a name, number, phone or id, nor anything that joins two lines of a household', async (t) => {
  const { at, of } = await open(t);
  const { county } = of;
  const phone = '13711223344';
  const household = await addTestHousehold(at, { county, village: farVillage, name: '欧阳秀兰', phone });
  for (const month of ['2026-07', '2026-08', '2026-09'])
    await addTestEntries(at, of, { households: [household], count: 100, month });
  await sequenceLog(at);
  const app = await testCallers(at, [benefitModule], t);
  const anyone = app.as(app.visitor, contracts).benefit;
  const files = [await readLogOf(at)('checkpoint')];
  for (const level of ['entries', 0, 1] as const) {
    for (const tile of tilesOfLevel(level, 300)) files.push(await readLogOf(at)(tilePath(tile)));
  }
  files.push(
    Buffer.from(JSON.stringify([await anyone.publicLog(), await anyone.publicTotals({ params: { county } })])),
  );
  const all = Buffer.concat(files);
  const secrets = await scoped(at.db, 'all', async (tx) => {
    const entries = await tx.selectFrom('benefit.entry').selectAll().execute();
    const members = await tx
      .selectFrom('registry.household_member')
      .selectAll()
      .where('household', '=', household)
      .execute();
    const file = await tx
      .selectFrom('registry.household')
      .select('code')
      .where('id', '=', household)
      .executeTakeFirstOrThrow();
    return [
      ...entries.flatMap((one) => [one.id, one.household, one.evidence, one.transfer]),
      ...members.flatMap((one) => [one.id, at.sealer.open(one.name_sealed), one.id_number_hash ?? '欧阳']),
      ...members.flatMap((one) => (one.id_number_sealed ? [at.sealer.open(one.id_number_sealed)] : [])),
      ...[household, '欧阳秀兰', phone, phoneHash(at.sealer, phone), farVillage, ` ${file.code} `],
    ];
  });
  for (const secret of new Set(secrets)) {
    assert.ok(!all.includes(secret), secret);
    const plain = secret.replaceAll('-', '');
    if (/^[\da-f]{32}$/.test(plain)) assert.ok(!all.includes(Buffer.from(plain, 'hex')), secret);
  }
  // Two lines of one household share county, mechanism and perhaps month: what everybody shares, and nothing else.
  const { entries } = await monitor(at);
  assert.equal(new Set(entries.map((entry) => Buffer.from(entry.commitment).toString('hex'))).size, 300);
});

test('a witness’s word is served under the checkpoint it is about', async (t) => {
  const { at: plain, of } = await open(t);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const x = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url');
  const witness = noteKey('witness.example.cn/1', COSIGNATURE, x);
  const at: Context = { ...plain, logWitnesses: [formatKey(witness)] };
  const app = await testCallers(at, [benefitModule], t);
  const anyone = app.as(app.visitor, contracts).benefit;
  await addTestEntries(at, of, { households: [of.household], count: 3 });
  await sequenceLog(at);
  const { text } = parseNote(await signedCheckpoint(at));
  const cosigned = (of: string, seconds: number, name = witness.name) => {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(seconds));
    const signature = Buffer.concat([time, sign(null, Buffer.from(cosignedText(of, seconds)), privateKey)]);
    return { name, id: witness.id, signature };
  };
  const send = (note: string) => anyone.addCosignatures({ body: { note } });
  const cases: [string, string][] = [
    ['note-broken', 'no note'],
    ['checkpoint-unknown', formatNote({ text: text.replace('\n3\n', '\n4\n'), signatures: [cosigned(text, 5)] })],
    ['witness-unknown', formatNote({ text, signatures: [cosigned(text, 5, 'somebody.example.cn')] })],
    ['cosignature-false', formatNote({ text, signatures: [cosigned('another', 5)] })],
  ];
  for (const [code, note] of cases) await assert.rejects(() => send(note), { code });
  assert.deepEqual(await send(formatNote({ text, signatures: [cosigned(text, 1790000000)] })), { taken: 1 });
  await send(formatNote({ text, signatures: [cosigned(text, 1780000000)] }));
  const served = await openCheckpoint(await signedCheckpoint(at), await keyOf(at), [witness]);
  assert.deepEqual(served.witnesses, ['witness.example.cn/1']);
  assert.match(await signedCheckpoint(at), /witness\.example\.cn\/1/);
});

test('another key signs beside the first until that is retired; the last one cannot be', async (t) => {
  const { at, of } = await open(t);
  await addTestEntries(at, of, { households: [of.household], count: 1 });
  await sequenceLog(at);
  await Promise.all([ensureLogKey(at), ensureLogKey(at)]);
  const first = await keyOf(at);
  const second = await addLogKey(at);
  const both = await signedCheckpoint(at);
  for (const key of [first, second]) await openCheckpoint(both, key);
  const idOf = (key: typeof first) => Buffer.from(key.id).toString('hex');
  assert.equal(await retireLogKey(at, idOf(first)), true);
  assert.equal(await retireLogKey(at, idOf(first)), false);
  assert.equal(await retireLogKey(at, idOf(second)), false);
  await assert.rejects(async () => openCheckpoint(await signedCheckpoint(at), first), /not signed by/);
  await openCheckpoint(await signedCheckpoint(at), second);
  assert.equal((await checkpointAt(at)).size, 1);
});

test('files are served with the headers of the standard, and nothing that is not there', async (t) => {
  const { at, of } = await open(t);
  await addTestEntries(at, of, { households: [of.household], count: 260 });
  await sequenceLog(at);
  const { get } = await testCallers(at, [benefitModule], t);
  const checkpoint = await get('/log/checkpoint');
  assert.equal(checkpoint.headers['content-type'], 'text/plain; charset=utf-8');
  assert.equal(checkpoint.headers['cache-control'], 'no-cache');
  const tile = await get('/log/tile/0/001.p/4');
  assert.deepEqual(
    [tile.statusCode, tile.rawPayload.length, tile.headers['content-type']],
    [200, 128, 'application/octet-stream'],
  );
  assert.match(String(tile.headers['cache-control']), /immutable/);
  assert.equal(tile.headers['access-control-allow-origin'], '*');
  assert.equal((await get('/log/tile/entries/000')).statusCode, 200);
  for (const url of [
    '/log/tile/0/001',
    '/log/tile/0/001.p/5',
    '/log/tile/9/000',
    '/log/tile/entries/001',
    '/log/tile/entries/x999/x999/x999/x999/999',
    '/log/tile/x',
    '/log/checkpoint/witnessed',
    '/log/totals/12.json',
  ]) {
    assert.equal((await get(url)).statusCode, 404, url);
  }
  assert.equal(JSON.parse((await get(`/log/totals/${of.county}.json`)).body).totals[0].entries, 260);
});
