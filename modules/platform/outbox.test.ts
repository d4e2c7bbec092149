import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { testDatabase } from '../../test/database.ts';
import { transact } from './db.ts';
import { newId } from './ids.ts';
import { applyEach, applyOnce, type Event, relay, type Subscriber, tell } from './outbox.ts';

const { db } = await testDatabase();
await sql`create table platform.test_effect (event uuid)`.execute(db);
const subscriber = (name: string): Subscriber => ({
  name,
  type: 'test.happened',
  async apply(tx, event) {
    await sql`insert into platform.test_effect values (${event.id})`.execute(tx);
  },
});
const effects = async () =>
  (await sql<{ n: number }>`select count(*)::int as n from platform.test_effect`.execute(db)).rows[0]?.n;
const happened: Event = { type: 'test.happened', county: 621221, payload: { x: 1 } };

test('an event of a transaction that is undone was never told', async () => {
  await assert.rejects(
    transact(db, async (tx) => {
      await tell(tx, happened);
      throw new Error('undo');
    }),
  );
  assert.equal(await relay(db, [], async () => {}), 0);
});

test('an event reaches each of its subscribers, and its effect is in exactly once however often it is delivered', async () => {
  await transact(db, (tx) => tell(tx, happened, { ...happened, type: 'test.other' }));
  const deliveries: { subscriber: string; event: Event & { id: string } }[] = [];
  const two = [subscriber('a'), subscriber('b')];
  assert.equal(await relay(db, two, async (_tx, d) => void deliveries.push(...d)), 2);
  assert.deepEqual(deliveries.map((d) => d.subscriber).sort(), ['a', 'b']);
  assert.deepEqual(deliveries[0]?.event.payload, { x: 1 });

  const [first] = deliveries;
  assert.ok(first);
  const to = two.find((s) => s.name === first.subscriber);
  assert.ok(to);
  await Promise.all([applyOnce(db, to, first.event), applyOnce(db, to, first.event)]);
  await applyOnce(db, to, first.event);
  assert.equal(await effects(), 1);
});

test('a relay that dies before it hands over leaves the event for the next one', async () => {
  await transact(db, (tx) => tell(tx, happened));
  await assert.rejects(
    relay(db, [subscriber('a')], async () => {
      throw new Error('killed');
    }),
  );
  assert.equal(await relay(db, [subscriber('a')], async () => {}), 1);
});

test('two relays at once share the events without taking one twice', async () => {
  await transact(db, (tx) => tell(tx, ...Array.from({ length: 50 }, () => happened)));
  const seen: string[] = [];
  const run = () => relay(db, [subscriber('a')], async (_tx, d) => void seen.push(...d.map((x) => x.event.id)), 25);
  await Promise.all([run(), run()]);
  while ((await run()) > 0);
  assert.equal(new Set(seen).size, 50);
  assert.equal(seen.length, 50);
});

test('events that are brought together are applied once each; one that cannot be applied holds up none of the others', async () => {
  const before = (await effects()) as number;
  const events = Array.from({ length: 6 }, (_, i) => ({ ...happened, id: newId(), payload: { x: i } }));
  const to: Subscriber = {
    ...subscriber('many'),
    async apply(tx, event) {
      if ((event.payload as { x: number }).x === 3) throw new Error('broken');
      await subscriber('many').apply(tx, event);
    },
  };
  await assert.rejects(applyEach(db, to, events), AggregateError);
  assert.equal(await effects(), before + 5);
  await applyEach(db, subscriber('many'), [...events, ...events]);
  assert.equal(await effects(), before + 6);
});

test('a subscriber that takes many gets those that are new, in one transaction', async () => {
  const events = Array.from({ length: 4 }, () => ({ ...happened, id: newId() }));
  const calls: number[] = [];
  const to: Subscriber = {
    ...subscriber('all'),
    together: {
      of: ({ payload }) => String((payload as { x: number }).x),
      apply: async (_, some) => void calls.push(some.length),
    },
  };
  await applyOnce(db, to, events[0] as (typeof events)[number]);
  await Promise.all([applyEach(db, to, events), applyEach(db, to, events.toReversed())]);
  assert.deepEqual(calls, [3]);
  const others = [1, 2, 1, 2, 2].map((x) => ({ ...happened, id: newId(), payload: { x } }));
  await applyEach(db, to, others);
  assert.deepEqual(calls.slice(1).sort(), [2, 3], 'only those of one name');
  const broken: Subscriber = {
    ...subscriber('broken'),
    together: {
      of: () => '',
      apply: async () => {
        throw new Error('broken');
      },
    },
  };
  const before = (await effects()) as number;
  await applyEach(db, broken, others);
  assert.equal(await effects(), before + others.length, 'each alone');
});
