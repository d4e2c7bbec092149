import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaches, checkFloors } from './floors.ts';

const refused: [string, string, RegExp][] = [
  ['modules/trade/a.ts', `import { x } from '#benefit';`, /floor 4 imports downwards only, not floor 7/],
  ['modules/ledger/a.ts', `import { x } from '#registry';`, /floor 1 imports downwards only, not floor 1/],
  ['modules/platform/a.ts', `export * from '../ledger/index.ts';`, /floor 0 imports downwards only/],
  ['modules/trade/a.ts', `import type { E } from '#fulfilment/events';`, /floor 4 imports downwards only, not floor 5/],
  ['modules/trade/a.ts', `import { q } from '../trace/lots/lots.queries.ts';`, /through its index\.ts/],
  ['modules/trade/a.ts', `const app = await import('../../apps/server/app.ts');`, /imports no app/],
  ['modules/trade/a.ts', `import '../../tools/test.ts';`, /imports no app, tool/],
  ['modules/trade/contract.ts', `import { place } from './orders/place-order.ts';`, /holds no server code/],
  ['modules/trade/contract.ts', `import { transact } from '#platform/db.ts';`, /holds no server code/],
  ['modules/trade/contract.ts', `import { x } from '#trace';`, /holds no server code/],
  ['modules/trade/orders/order-states.ts', `import { q } from './orders.queries.ts';`, /holds no server code/],
  ['apps/storefront/src/pages/index.astro', `---\nimport { x } from '#trade';\n---`, /a front end imports only/],
  ['modules/trade/events.ts', `import { tell, type Event } from '#platform/outbox.ts';`, /holds no server code/],
  ['modules/trade/a.test.ts', `import { b } from '../benefit/b.ts';`, /floor 4 imports downwards only/],
  ['modules/trade/a.ts', `import type { B } from '#benefit';`, /floor 4 imports downwards only/],
  ['modules/trade/a.ts', `export { x } from '#benefit';`, /floor 4 imports downwards only/],
  ['modules/trade/a.ts', `import {\n  x,\n  type Y,\n} from '#benefit';`, /floor 4 imports downwards only/],
  ['modules/trade/a.ts', `import '#benefit';`, /floor 4 imports downwards only/],
  ['apps/console/src/main.tsx', `import { db } from '#platform/db.ts';`, /a front end imports only/],
  ['apps/console/src/main.tsx', `import { x } from '../../storefront/src/lib/format.ts';`, /a front end imports only/],
  ['apps/server/app.ts', `import { q } from '../../modules/trade/orders/orders.queries.ts';`, /through its index\.ts/],
  ['apps/server/app.ts', `import { x } from '../../test/database.ts';`, /the server imports modules/],
  ['tools/check.ts', `import { app } from '../apps/console/src/main.tsx';`, /apps are not imported/],
];
for (const [from, text, why] of refused) {
  test(`refused: ${from}: ${text.replaceAll('\n', ' ')}`, () => {
    const found = breaches(new Map([[from, text]]));
    assert.equal(found.length, 1);
    assert.match(found[0] as string, why);
  });
}

const allowed: [string, string][] = [
  ['modules/trade/a.ts', `import { Type } from 'typebox'; import { transact } from '#platform/db.ts';`],
  ['modules/trade/a.ts', `import { lots } from '#trace'; import type { C } from '#registry/contract';`],
  ['modules/trade/events.ts', `import type { Event } from '#platform/outbox.ts';`],
  ['modules/benefit/a.ts', `import type { Settled } from '#trade/events';`],
  ['modules/trade/a.test.ts', `import { testDatabase } from '../../test/database.ts';`],
  ['modules/trade/a.test.ts', `import { setPrice } from '../catalog/prices/set-price.ts';`],
  ['modules/trade/contract.ts', `import { orderMoves } from './orders/order-states.ts';`],
  ['modules/trade/contract.ts', `import { Fen } from '#platform/http/schemas.ts';`],
  ['modules/trade/a.ts', `/** import { x } from '#benefit'; */\n// import { y } from '#insight';`],
  [
    'apps/console/src/main.tsx',
    `import { tradeContract } from '#trade/contract'; import { mark } from '../../shared/contour.ts';`,
  ],
  ['apps/server/app.ts', `import { trade } from '#trade'; import { openPool } from '#platform/database/connect.ts';`],
];
for (const [from, text] of allowed) {
  test(`allowed: ${from}: ${text.replaceAll('\n', ' ')}`, () =>
    assert.deepEqual(breaches(new Map([[from, text]])), []));
}

test('the house as it stands keeps its floors', async () => assert.deepEqual(await checkFloors(), []));
