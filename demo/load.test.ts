import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCategories } from '#catalog';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { migrateJobs } from '#platform/jobs.ts';
import { applyOnce, type Event, relay } from '#platform/outbox.ts';
import { modules } from '../apps/server/modules.ts';
import { testContext } from '../test/fixtures.ts';
import { counties } from './counties.ts';
import { openDemoHouse } from './house.ts';
import { hasDemo, loadDemo } from './load.ts';

test('the demo loads on any day, once, and everything that must always hold does', async () => {
  // A day on which most of what is sold is out of season and some of it no longer keeps.
  const { at, db, url } = await testContext(undefined, { time: '2026-11-22T02:00:00Z' });
  // Jobs that add the next one find a queue.
  await migrateJobs(url);
  await loadCategories(db);
  assert.equal(await hasDemo(db), false);
  assert.equal(await loadDemo(at), true);
  assert.equal(await loadDemo(at), false, 'a second start leaves it alone');
  assert.equal(await hasDemo(db), true);

  const subscribers = modules.flatMap((module) => module.subscribers?.(at) ?? []);
  const deliver = async (_tx: unknown, list: readonly { subscriber: string; event: Event & { id: string } }[]) => {
    for (const { subscriber, event } of list) {
      const to = subscribers.find((s) => s.name === subscriber);
      if (to) await applyOnce(db, to, event);
    }
  };
  while ((await relay(db, subscribers, deliver)) > 0);
  // What a server looks at every minute, such as payrolls that were approved.
  for (const { cron, run } of modules.flatMap((module) => module.jobs?.(at) ?? [])) {
    if (cron === '* * * * *') await run({}, { signal: new AbortController().signal });
  }
  while ((await relay(db, subscribers, deliver)) > 0);
  for (const { name, check } of modules.flatMap((module) => module.invariants ?? [])) {
    assert.deepEqual(await check(db), [], name);
  }

  const states = await db.selectFrom('trade.order').select('state').distinct().execute();
  assert.deepEqual(states.map((s) => s.state).sort(), ['closed', 'packed', 'paid', 'refunded', 'sent']);
  const projects = await db.selectFrom('presale.project').select(['state', 'told_at']).orderBy('state').execute();
  assert.deepEqual(
    projects.map((row) => [row.state, row.told_at !== null]),
    [
      ['funded', true],
      ['open', false],
    ],
  );
  const subsidies = await db.selectFrom('benefit.subsidy').select(['state', 'by_person', 'approved_by']).execute();
  assert.deepEqual(subsidies.map((row) => row.state).sort(), ['booked', 'prepared']);
  assert.ok(subsidies.every((row) => row.by_person !== row.approved_by));
  const accounts = await scoped(db, 'all', (tx) => tx.selectFrom('trade.payee').select('county').distinct().execute());
  assert.equal(accounts.length, counties.length, 'those who are owed money have accounts in every county');
  const batches = await db.selectFrom('trade.payout_batch').selectAll().execute();
  assert.ok(batches.length >= counties.length && batches.every((batch) => batch.state === 'prepared'));
  await approveAll(at, batches);
  const onSale = await db
    .selectFrom('trade.stock')
    .select('county')
    .where('expires_on', '>', '2026-11-28')
    .where('on_hand', '>', 0)
    .distinct()
    .execute();
  assert.equal(onSale.length, counties.length, 'every county has something to sell');
});

/** As somebody who opens the demo would: what was prepared is still owed after all that a server does in its first minute. */
async function approveAll(at: Context, batches: readonly { county: number; id: string }[]): Promise<void> {
  const house = await openDemoHouse(at);
  try {
    const platform = {
      org: newId(),
      orgKind: 'platform',
      orgName: '山货',
      role: 'platform',
      county: 0,
      region: '',
    } as const;
    const { trade } = house.as({ person: newId(), name: '闻四方', memberships: [platform] });
    for (const { county, id } of batches) {
      const params = { county, id };
      const { version, totalFen } = await trade.payoutBatch({ params });
      const approved = await trade.approvePayouts({ params, body: { version, totalFen } });
      assert.equal(approved.state, 'approved');
    }
  } finally {
    await house.close();
  }
}
