import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { transact } from '#platform/db.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { testEvent } from '../../../test/fixtures-epcis.ts';
import { storeEvents } from './store-events.ts';

const { at } = await testContext();
const { county, cooperative } = await openTestCounty(at);
const eventOf = (n: number) => ({
  event: testEvent({ epcList: [`urn:epc:id:sgtin:4012345.011111.${n}`] }),
  prefixes: {},
  org: cooperative,
});

test('places are in the order in which others see the events, and record times do not go back', async () => {
  const early = at.clock.now();
  const late = new Date(early.getTime() + 5000);
  let commit = () => {};
  const held = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let written = () => {};
  const first = new Promise<void>((resolve) => {
    written = resolve;
  });
  const slow = transact(at.db, async (tx) => {
    await storeEvents(tx, county, [eventOf(1), eventOf(2)], { by: 'a', at: late });
    written();
    await held;
  });
  await first;
  // Its clock is five seconds behind, and it would be done at once.
  const quick = transact(at.db, (tx) => storeEvents(tx, county, [eventOf(3)], { by: 'b', at: early }));
  assert.equal(await Promise.race([quick.then(() => 'done'), sleep(200, 'waits')]), 'waits');
  commit();
  await Promise.all([slow, quick]);
  // What is here already keeps its place.
  await transact(at.db, (tx) => storeEvents(tx, county, [eventOf(3), eventOf(4)], { by: 'b', at: early }));
  const rows = await at.db
    .selectFrom('trace.epcis_event')
    .select(['seq', 'record_time', 'by_person'])
    .orderBy('seq')
    .execute();
  assert.deepEqual(
    rows.map((row) => [row.seq, row.by_person, row.record_time.toISOString()]),
    [
      [1, 'a', late.toISOString()],
      [2, 'a', late.toISOString()],
      [3, 'b', late.toISOString()],
      [5, 'b', late.toISOString()],
    ],
  );
});
