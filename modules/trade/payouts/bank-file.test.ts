import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { addTestHousehold, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { creditTest, inventedCard } from '../../../test/fixtures-payouts.ts';
import { addPayee } from './add-payee.ts';
import { bankFile, makeBankFile } from './bank-file.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, operator, village } = of;

// One statement carries 65,535 values at most, and a line of a file has four.
const PAYMENTS = 17_000;

test('a file has as many payments as the county pays', async () => {
  const owner = await addTestHousehold(at, { county, village, name: '王立春' });
  await creditTest(at, county, { kind: 'household', owner }, 100);
  const account = { ownerKind: 'household' as const, owner, holder: '王立春', kind: 'bank' as const };
  const payee = await addPayee(at, of.keeper, { county, ...account, account: inventedCard(7) }, null);
  const batch = newId();
  // Written as they stand once they are sent: to prepare and approve them is another test's matter.
  await scoped(at.db, String(county), async (tx) => {
    await tx
      .insertInto('trade.payout_batch')
      .values({
        ...{ county, id: batch, number: 'F260101-01', owner_kind: 'organisation', state: 'prepared', version: 1 },
        ...{ prepared_by: operator.person, prepared_at: at.clock.now() },
      })
      .execute();
    await sql`
      insert into trade.payout_line (county, id, batch, position, account_kind, owner, fen, channel, payee, state, hold, attempts)
      select ${county}, gen_random_uuid(), ${batch}, n, 'merchant', gen_random_uuid(), n, 'bank', ${payee}, 'under_way',
             (select id from ledger.transfer where county = ${county} limit 1), 1
        from generate_series(1, ${PAYMENTS}) as n`.execute(tx);
  });
  const file = await makeBankFile(at, operator, { county, id: batch, reason: '交银行代发' }, null);
  const { text } = await bankFile(at, county, file);
  const lines = text.trim().split('\r\n');
  assert.equal(lines.length, PAYMENTS + 3);
  assert.match(lines[2] ?? '', /"0\.01"/);
  assert.match(lines.at(-2) ?? '', /"170\.00"/);
});
