import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { transfer } from '#ledger';
import { plainArray } from '#platform/database/arrays.ts';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { addTestHousehold, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { creditTest, inventedCard } from '../../../test/fixtures-payouts.ts';
import { addPayee } from './add-payee.ts';
import { makeBankFile, takeBankFile } from './bank-file.ts';
import { holdsFor, linesOfBatch } from './payout-rows.ts';
import { takeBankResults } from './take-bank-results.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, operator, village } = of;

// One statement carries 65,535 values at most, and a line of a file has four.
const PAYMENTS = 17_000;
/** Those that the bank has answered; each has to have its money held. */
const ANSWERED = 2_000;

test('a file has as many payments as the county pays, and what the bank answers is taken once', async () => {
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
      insert into trade.payout_line (county, id, batch, position, account_kind, owner, fen, channel, payee, state, attempts)
      select ${county}, gen_random_uuid(), ${batch}, n, 'merchant', gen_random_uuid(), n, 'bank', ${payee}, 'waiting', 1
        from generate_series(1, ${PAYMENTS}) as n`.execute(tx);
    const lines = await linesOfBatch(tx, county, batch);
    const holds = await holdsFor(tx, county, lines.slice(0, ANSWERED), 'system');
    await transfer(tx, county, holds, at.clock.now());
    const holdOf = (i: number) => (holds[i] ?? holds[0])?.id as string;
    await sql`
      update trade.payout_line l set state = 'under_way', hold = h.id
        from unnest(${plainArray(lines.map((line) => line.id))}::uuid[], ${plainArray(lines.map((_, i) => holdOf(i)))}::uuid[])
               as h (line, id)
       where l.county = ${county} and l.id = h.line`.execute(tx);
  });
  const file = await makeBankFile(at, operator, { county, id: batch, reason: '交银行代发' }, null);
  const text = (await takeBankFile(at, operator, { county, id: file, format: 'csv' })).bytes.toString();
  const lines = text.trim().split('\r\n');
  assert.equal(lines.length, PAYMENTS + 3);
  assert.match(lines[2] ?? '', /"0\.01"/);
  assert.match(lines.at(-2) ?? '', /"170\.00"/);
  const sheet = await takeBankFile(at, operator, { county, id: file, format: 'xlsx' });
  assert.equal(sheet.bytes.subarray(0, 2).toString(), 'PK');

  // Every tenth could not be paid.
  const answered = lines
    .slice(2, 2 + ANSWERED)
    .map((line, i) => (i % 10 === 9 ? `${line},失败,账号不存在,` : `${line},成功,,B${10_000 + i}`));
  const csv = [`${lines[1]},结果,原因,银行流水号`, ...answered, lines.at(-1)].join('\r\n');
  const take = () => takeBankResults(at, operator, { county, id: file, csv });
  const failed = ANSWERED / 10;
  const both = await Promise.all([take(), take()]);
  const sum = (key: 'paid' | 'failed' | 'known' | 'refused') => both.reduce((all, one) => all + one[key], 0);
  assert.deepEqual(
    [sum('paid'), sum('failed'), sum('known'), sum('refused'), both[0]?.missing],
    [ANSWERED - failed, failed, ANSWERED, 0, PAYMENTS - ANSWERED],
    'brought by two at once, each line is taken once',
  );
  const otherBank = csv
    .replace(',结果,原因,银行流水号', ',交易状态,失败原因,交易流水号')
    .replaceAll(',成功,', ',交易成功,')
    .replaceAll(',失败,', ',处理失败,');
  const again = await takeBankResults(at, operator, { county, id: file, csv: otherBank });
  assert.deepEqual([again.known, again.refused], [ANSWERED, 0], 'heads and words of other banks are read as well');
  const clearing = await at.db
    .selectFrom('ledger.account')
    .select(['credits_posted', 'credits_pending'])
    .where('kind', '=', 'payout_clearing')
    .executeTakeFirstOrThrow();
  const view = await scoped(at.db, String(county), (tx) => linesOfBatch(tx, county, batch));
  const fen = (state: string) => view.filter((line) => line.state === state).reduce((all, line) => all + line.fen, 0);
  assert.deepEqual(clearing, { credits_posted: fen('paid'), credits_pending: 0 });
  const { open } = await scoped(at.db, String(county), (tx) =>
    tx
      .selectFrom('trade.payout_matter')
      .select((e) => e.fn.countAll<number>().as('open'))
      .where('kind', '=', 'payout-failed')
      .executeTakeFirstOrThrow(),
  );
  assert.equal(Number(open), failed, 'what failed is owed again, and laid before people with its reason');
});
