import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { Problem } from '#platform/http/client.ts';
import type { NoteAnswer, StationPack } from '../api/answers.ts';
import { countWaiting, readNotes, type SaidNote, writePurchase, writeReversal } from './device-notes.ts';
import { openKeep } from './idb.ts';
import { agreedFloorOf, type CarriedPack, capacityOf, mergePack, yieldState } from './pack.ts';
import { fetchPack, type Line, readPack, sendWaiting } from './sync.ts';
import { uuid7 } from './uuid7.ts';
import { makeVault, unlock } from './vault.ts';

const T = Date.parse('2026-09-17T06:00:00Z');
const pack: StationPack = {
  ...{ version: 'v1', at: '2026-09-17T05:00:00Z', day: '2026-09-17', partial: false, cursor: 'c1', gone: [] },
  station: {
    id: 's',
    name: '新村服务站',
    region: '621221107206',
    regionName: '新村',
    buyer: 'coop',
    buyerName: '合作社',
  },
  households: [
    {
      ...{
        id: 'h1',
        code: '00001',
        village: '621221107206',
        villageName: '新村',
        headMasked: '张*明',
        initials: 'zjm',
      },
      crops: [{ crop: 'walnut', limitGrams: 40_000, mostGrams: 48_000, boughtGrams: 10_000, plots: [] }],
      card: null,
    },
    {
      ...{ id: 'h2', code: '00002', village: '621221107206', villageName: '新村', headMasked: '李*', initials: 'lf' },
      crops: [],
      card: null,
    },
  ],
  crops: [{ crop: 'walnut', nameZh: '核桃', nameEn: 'Walnuts' }],
  prices: [],
  varieties: [],
  rules: { yieldWarnBp: 8_000, mostNotes: 200 },
};
const input = {
  ...{ household: 'h1', crop: 'walnut', grade: '一级', grams: 10_600, fenPerKg: 2000, amountFen: 21_200 },
  ...{ referenceFenPerKg: null, paid: 'cash' as const },
};

const floor = {
  ...{ household: 'h1', agreement: 'a', number: 'XY202600001', org: 'b', crop: 'walnut', grade: '一级' },
  ...{ floorFenPerKg: 2_400, leftGrams: 12_000 },
};

async function device() {
  const keep = await openKeep(new IDBFactory(), 'test');
  const of = { person: 'p', county: 621221, station: 's', device: 'd', letters: 'B' };
  const vault = await makeVault(keep, of, '280417', randomBytes(32).toString('base64'));
  return {
    keep,
    vault,
    buy: (now = T, change = {}) => writePurchase(keep, vault, pack, '李站长', { ...input, ...change }, now),
  };
}

/** A server that writes each id once; it may lose its answers, or take none at all. */
function server() {
  const written = new Map<string, SaidNote>();
  const state = { lose: false, down: false, calls: 0, at: T, bad: new Set<string>() };
  const line: Line = {
    async send({ notes }) {
      state.calls++;
      if (state.down) throw new TypeError('no signal');
      const malformed = notes.filter((one) => state.bad.has(one.number));
      if (malformed.length > 0) {
        throw new Problem(400, {
          code: 'bad-input',
          errors: [{ field: 'notes.0.grade', code: 'maxLength', message: '太长' }],
        });
      }
      for (const note of notes) if (!written.has(note.id)) written.set(note.id, note);
      if (state.lose) throw new TypeError('the answer was lost');
      const answered = (id: string): NoteAnswer => ({
        ...{
          id,
          state: 'accepted',
          number: `S260917-${[...written.keys()].indexOf(id) + 1}`,
          lotNumber: 'L260917-0001',
        },
        ...{ conflicts: [], notices: [], code: null, message: null, receivedAt: new Date(state.at).toISOString() },
      });
      return { at: new Date(state.at).toISOString(), notes: notes.map((one) => answered(one.id)) };
    },
    pack: async (since) => ({
      ...pack,
      at: new Date(state.at).toISOString(),
      partial: since !== undefined,
      ...(since && { households: [] }),
    }),
    floors: async () => [floor],
  };
  return { line, written, state };
}

test('a note is kept before it is sent, is numbered by the device, and goes out with its answer kept beside it', async () => {
  const { keep, vault, buy } = await device();
  const { line, written, state } = server();
  const first = await buy();
  const second = await buy();
  assert.deepEqual([first.said.number, second.said.number], ['B-260917-001', 'B-260917-002']);
  assert.equal((await buy(T + 10 * 3_600_000)).said.number, 'B-260918-001', 'after midnight in China');
  assert.equal(await countWaiting(keep), 3);
  state.down = true;
  await assert.rejects(
    sendWaiting(keep, vault, line, () => T),
    TypeError,
  );
  state.down = false;
  state.lose = true;
  await assert.rejects(
    sendWaiting(keep, vault, line, () => T),
    TypeError,
  );
  assert.equal(await countWaiting(keep), 3, 'an answer that was lost leaves them waiting');
  state.lose = false;
  assert.equal(await sendWaiting(keep, vault, line, () => T), 3);
  assert.equal(await sendWaiting(keep, vault, line, () => T), 0);
  assert.equal(written.size, 3);
  const [note] = await readNotes(keep, vault);
  assert.equal(note?.answer?.number, 'S260917-1');
});

test('a clock that is set back comes to no number a second time', async () => {
  const { buy } = await device();
  const day = 24 * 3_600_000;
  const numbers = [];
  for (const now of [T, T, T + day, T, T + day, T - day]) numbers.push((await buy(now)).said.number);
  assert.deepEqual(numbers, [
    ...['B-260917-001', 'B-260917-002', 'B-260918-001', 'B-260917-003', 'B-260918-002', 'B-260916-001'],
  ]);
});

test('a malformed note is answered by itself and holds up nobody', async () => {
  const { keep, vault, buy } = await device();
  const { line, written, state } = server();
  for (let i = 0; i < 5; i++) await buy(T + i);
  state.bad.add('B-260917-003');
  await sendWaiting(keep, vault, line, () => T);
  assert.equal(written.size, 4);
  const bad = (await readNotes(keep, vault)).find((one) => one.said.number === 'B-260917-003');
  assert.deepEqual([bad?.answer?.state, bad?.answer?.message], ['refused', 'notes.0.grade 太长']);
});

test('what the device bought counts until the pack knows it; a reversal gives it back', async () => {
  const { keep, vault, buy } = await device();
  const { line, state } = server();
  const left = async () => capacityOf(pack, 'h1', await readNotes(keep, vault))[0]?.boughtGrams;
  const note = await buy();
  assert.equal(await left(), 20_600);
  await writeReversal(keep, vault, note, '李站长', '记错了', T + 1);
  assert.equal(await left(), 10_000);
  await buy(T + 2);
  await sendWaiting(keep, vault, line, () => T);
  assert.equal(await left(), 20_600, 'received after the pack was made');
  state.at = T + 60_000;
  const fresh = { ...pack, at: new Date(state.at).toISOString() };
  assert.equal(capacityOf(fresh, 'h1', await readNotes(keep, vault))[0]?.boughtGrams, 10_000);
});

test('the agreed floor is carried, sealed, and holds while something of its quantity is left', async () => {
  const { keep, vault, buy } = await device();
  const { line } = server();
  assert.equal(agreedFloorOf(pack, input, []), undefined, 'a pack from before floors has none');
  await fetchPack(keep, vault, line, () => T);
  const carried = (await readPack(keep, vault)) as CarriedPack;
  const seen = async (over = {}) => agreedFloorOf(carried, { ...input, ...over }, await readNotes(keep, vault));
  assert.equal((await seen())?.floorFenPerKg, 2_400);
  assert.deepEqual(
    [await seen({ household: 'h2' }), await seen({ grade: '二级' }), await seen({ crop: 'pepper' })],
    [undefined, undefined, undefined],
  );
  const note = await buy(T + 1, { grams: 10_000, amountFen: 20_000 });
  assert.ok(await seen(), '2 kg are left');
  await buy(T + 2, { grams: 2_000, amountFen: 4_000 });
  assert.equal(await seen(), undefined, 'used up by what the pack cannot know of');
  await writeReversal(keep, vault, note, '李站长', '记错了', T + 3);
  assert.ok(await seen());
});

test('the clock is measured at each contact and stands on the note', async () => {
  const { keep, vault, buy } = await device();
  const { line, state } = server();
  assert.equal((await buy()).said.offsetMs, null);
  state.at = T + 3_600_000;
  await fetchPack(keep, vault, line, () => T);
  const note = await buy();
  assert.equal(note.said.offsetMs, 3_600_000);
  assert.deepEqual([note.said.writtenAt, note.shown.at], ['2026-09-17T06:00:00.000Z', '2026-09-17T07:00:00.000Z']);
});

test('the pack opens again after a reload, and what changed is laid over it', async () => {
  const { keep, vault } = await device();
  const { line } = server();
  await fetchPack(keep, vault, line, () => T);
  await fetchPack(keep, vault, line, () => T);
  const again = await unlock(keep, '280417', T);
  assert.ok('vault' in again);
  assert.equal((await readPack(keep, again.vault))?.households.length, 2);

  const [h1, h2] = pack.households as [StationPack['households'][number], StationPack['households'][number]];
  const moved = { ...h2, code: '00000' };
  const merged = mergePack(pack, { ...pack, partial: true, households: [moved], gone: [h1.id], cursor: 'c2' });
  assert.deepEqual([merged.households, merged.cursor, merged.partial], [[moved], 'c2', false]);
});

test('warned at 80 %, above the yield, not taken above 120 %', () => {
  const of = { limitGrams: 100_000, warnGrams: 80_000, mostGrams: 120_000, boughtGrams: 70_000 };
  assert.deepEqual(
    [9_999, 10_000, 30_000, 30_001, 50_000, 50_001].map((grams) => yieldState(of, grams)),
    ['fine', 'near', 'near', 'above', 'above', 'too-much'],
  );
});

test('whatever happens to the line, each note is written once and none is lost', async () => {
  const event = fc.oneof(
    fc.constant({ do: 'buy' as const }),
    fc.record({ do: fc.constant('send' as const), lose: fc.boolean(), down: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 15 }), async (events) => {
      const { keep, vault, buy } = await device();
      const { line, written, state } = server();
      const ids: string[] = [];
      for (const [i, one] of events.entries()) {
        if (one.do === 'buy') ids.push((await buy(T + i)).said.id);
        else {
          Object.assign(state, { lose: one.lose, down: one.down });
          await sendWaiting(keep, vault, line, () => T + i).catch(() => {});
        }
      }
      Object.assign(state, { lose: false, down: false });
      await sendWaiting(keep, vault, line, () => T);
      assert.deepEqual([...written.keys()].sort(), ids.sort());
      assert.equal(await countWaiting(keep), 0);
    }),
    { numRuns: 15 },
  );
});

test('ids sort by time and are of version 7', () => {
  const ids = [T, T + 1, T + 2 ** 33].map(uuid7);
  assert.deepEqual(ids, ids.toSorted());
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
