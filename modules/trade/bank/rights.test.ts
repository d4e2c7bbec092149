import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '#platform/http/client.ts';
import { newId } from '#platform/ids.ts';
import { tradeModule } from '#trade';
import { trade } from '#trade/contract';
import { clientsFor } from '../../../test/app.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const as = await clientsFor(at, [tradeModule], { trade }, of);
const id = newId();
const params = { county };
const page = { params, query: {} };
type Client = Awaited<ReturnType<typeof as>>;

/** Who passes the door of each route; what the act then says of an id that nobody has is no matter here. */
const rows: [string, (client: Client['trade']) => Promise<unknown>, readonly string[]][] = [
  ['payments', (c) => c.payments(page), ['operator', 'platform', 'auditor']],
  ['a payment', (c) => c.payment({ params: { county, id } }), ['operator', 'platform', 'auditor']],
  ['asking a provider', (c) => c.askAgain({ params: { county, id } }), ['operator', 'platform']],
  ['notices', (c) => c.notices(page), ['operator', 'platform', 'auditor']],
  ['terms', (c) => c.payTerms({ params }), ['operator', 'platform', 'auditor']],
  ['remittances', (c) => c.remittances(page), ['operator', 'platform', 'auditor']],
  ['importing', (c) => c.importRemittances({ params, body: { fileName: 'x', rows: [] } }), ['operator']],
  ['matching', (c) => c.matchByHand({ params, body: { code: '12345678', remittances: [id] } }), ['operator']],
  ['sending', (c) => c.sendReturn({ params: { county, id }, body: { bankNumber: 'B123' } }), ['operator']],
  ['looking a code up', (c) => c.cashCode({ params: { county, code: '12345678' } }), ['keeper', 'operator']],
  ['taking cash', (c) => c.takeCash({ params, body: { station: id, code: '12345678', fen: 1 } }), []],
  ['tills', (c) => c.tills({ params }), ['keeper', 'operator', 'platform', 'auditor']],
  ['counting', (c) => c.receiveDeposit({ params: { county, id } }), ['operator']],
  ['bills', (c) => c.bills(page), ['operator', 'platform', 'auditor']],
  ['differences', (c) => c.reconcileCases(page), ['operator', 'platform', 'auditor']],
  [
    'closing one',
    (c) => c.moveDifference({ params: { county, id }, body: { to: 'closed', reason: '查过了' } }),
    ['operator', 'platform'],
  ],
];
const people = [
  'visitor',
  'buyer',
  'keeper',
  'merchant',
  'cadre',
  'operator',
  'platform',
  'purchaser',
  'courier',
  'auditor',
];

for (const [name, call, allowed] of rows) {
  test(`who may: ${name}`, async () => {
    for (const who of people) {
      const code = await call(as(who).trade).then(
        () => 'done',
        (error: unknown) => (error instanceof Problem ? error.code : String(error)),
      );
      const stopped = code === 'not-allowed' || code === 'not-signed-in';
      assert.equal(!stopped, allowed.includes(who), `${who}: ${code}`);
    }
  });
}
