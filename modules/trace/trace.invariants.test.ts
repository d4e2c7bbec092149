import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Tx } from '#platform/db.ts';
import { scoped } from '#platform/db.ts';
import { openTestCounty, testContext } from '../../test/fixtures.ts';
import { addTestGoods, breachesOf, packTestLot } from '../../test/fixtures-goods.ts';
import { traceModule } from './index.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const goods = await addTestGoods(at, of);
const { lot, note } = await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs: 10 });

const wrongs: [what: string, wrong: ReturnType<typeof sql>, found: RegExp][] = [
  [
    'grams on hand',
    sql`update trace.lot set grams_on_hand = grams_on_hand - 1 where id = ${lot.id}`,
    /movements sum to/,
  ],
  ['grams in', sql`update trace.lot set grams_in = grams_in + 1 where id = ${note.lot}`, /brought were/],
  ['household fen', sql`update trace.lot set household_fen = household_fen + 1 where id = ${lot.id}`, /sources sum to/],
  ['a source', sql`update trace.lot_source set fen = fen + 1 where lot = ${lot.id}`, /sources sum to/],
  [
    'what was taken',
    sql`update trace.lot_source set taken_grams = taken_grams - 1 where lot = ${note.lot}`,
    /g taken of its notes/,
  ],
  ['the codes', sql`update trace.code_range set packs = packs + 1 where lot = ${lot.id}`, /codes that do not fit/],
  [
    'a capture',
    sql`insert into trace.epcis_capture (county, id, org, by_person, behaviour, events, captured, created_at, finished_at)
      values (${of.county}, ${lot.id}, ${of.cooperative}, 'x', 'rollback', 2, 1, now(), now())`,
    /says 1, there are 0/,
  ],
  [
    'an event of ours',
    sql`insert into trace.epcis_event (county, id, seq, event_id, declared, hash, type, event_time, record_time,
        document, prefixes, fact, by_person)
      values (${of.county}, ${lot.id}, 1, 'a', '', 'b', 'ObjectEvent', now(), now(), '{}', '{}', 'bought:x', 'x')`,
    /its content is b/,
  ],
  [
    'the order of events',
    sql`insert into trace.epcis_event (county, id, seq, event_id, declared, hash, type, event_time, record_time,
        document, prefixes, by_person)
      values (${of.county}, ${lot.id}, 1000000, 'a', '', 'a', 'ObjectEvent', now(), now(), '{}', '{}', 'x')`,
    /has place 1000000, the last given out is/,
  ],
  ['the ledger', sql`update ledger.account set owner = 'nobody' where kind = 'household'`, /in the ledger/],
];

test('untouched, nothing is wrong', async () => assert.deepEqual(await breachesOf(at, traceModule), []));

for (const [what, wrong, found] of wrongs) {
  test(`a fault in ${what} is found`, async () => {
    await assert.rejects(
      scoped(at.db, 'all', async (tx: Tx) => {
        await wrong.execute(tx);
        const lines = await breachesOf({ ...at, db: tx }, traceModule);
        assert.ok(
          lines.some((line) => found.test(line)),
          lines.join('\n'),
        );
        throw new Error('undo');
      }),
      /undo/,
    );
  });
}
