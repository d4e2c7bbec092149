import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fulfilmentModule } from '#fulfilment';
import { ledgerModule } from '#ledger';
import { scoped } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { presaleModule } from '#presale';
import { tradeModule } from '#trade';
import {
  addTestHousehold,
  addTestPerson,
  openTestCounty,
  testContext,
  testTime,
  testVillage,
} from '../../../test/fixtures.ts';
import { addTestAgreement } from '../../../test/fixtures-agreements.ts';
import { testNotice } from '../../../test/fixtures-house.ts';
import { carryEvents, openTestProject, type TestProject } from '../../../test/fixtures-presale.ts';
import { addTestAddress, addTestGoods, addTestStock, assertSound, openTestShop } from '../../../test/fixtures-trade.ts';
import { backProject, returnPledge } from '../../presale/pledges/back-project.ts';
import { packPledge, thankPledge } from '../../presale/pledges/deliver-pledge.ts';
import { refundPledge } from '../../presale/pledges/refund-pledge.ts';
import { cancelProject, closeProjects } from '../../presale/projects/close-projects.ts';
import { expireCheckouts } from '../../trade/orders/expire-checkouts.ts';
import { askRefunds } from '../../trade/payment/ask-refunds.ts';
import { receiveNotice } from '../../trade/payment/receive-notice.ts';
import { startPayment } from '../../trade/payment/start-payment.ts';
import { benefitModule } from '../index.ts';
import { postWaitingShares } from './project-shares.ts';

const modules = [ledgerModule, tradeModule, fulfilmentModule, presaleModule, benefitModule];
const DAY = 86_400_000;
const dayIn = (from: number, days: number) => new Date(from + days * DAY + 8 * 3_600_000).toISOString().slice(0, 10);

type Step =
  | { do: 'pledge'; who: number; tier: number; n: number }
  | { do: 'begin' | 'pay' | 'take-back' | 'refund' | 'deliver'; which: number }
  | { do: 'wait'; minutes: number }
  | { do: 'jobs' | 'cancel' | 'agree' };
const which = fc.nat(30);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('pledge' as const),
      who: fc.nat(3),
      tier: fc.nat(2),
      n: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('begin' as const), which }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('pay' as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('take-back' as const, 'refund' as const, 'deliver' as const), which }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 10, 20, 1_440, 4_320) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('jobs' as const, 'jobs' as const, 'agree' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
);

test('however people pledge, pay, change their minds and are late, every fen is where the project’s end says', async () => {
  const { at, setTime, passTime } = await testContext();
  const people = await openTestCounty(at);
  const { county, operator, merchant, cooperative } = people;
  const shop = await openTestShop(at, people);
  const walnut = await addTestGoods(at, shop);
  await addTestStock(at, walnut, { packs: 2_000 });
  const backers = await Promise.all(['甲', '乙', '丙', '丁'].map((name) => addTestPerson(at, { name })));
  const addresses = await Promise.all(backers.map((by) => addTestAddress(at, by)));
  let began = testTime.getTime();

  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 40 }),
      fc.integer({ min: 1, max: 60_000 }),
      fc.array(fc.integer({ min: 1, max: 9_999 }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 3_000 }),
      async (steps, goalFen, weights, fundBp) => {
        setTime(began);
        const sum = weights.reduce((all, n) => all + n, 0);
        const bps = weights.map((n) => Math.max(1, Math.floor((n * 9_990) / sum)));
        bps[0] = (bps[0] ?? 0) + 10_000 - bps.reduce((all, n) => all + n, 0);
        const households: { household: string; bp: number }[] = [];
        for (const bp of bps) {
          households.push({
            household: await addTestHousehold(at, { county, village: testVillage, name: '农户' }),
            bp,
          });
        }
        const project: TestProject = await openTestProject(at, people, walnut, {
          ...{
            goalFen,
            fundBp,
            households,
            opensOn: dayIn(began, 0),
            endsOn: dayIn(began, 6),
            deliverBy: dayIn(began, 20),
          },
          tiers: [
            {
              nameZh: '甲档',
              nameEn: '',
              priceFen: 1_001,
              costFen: 333,
              owed: { sku: walnut.sku, packs: 1 },
              places: 9,
              limit: 6,
            },
            { nameZh: '乙档', nameEn: '', priceFen: 9_999, costFen: 0, owed: null, places: 3, limit: 3 },
            { nameZh: '丙档', nameEn: '', priceFen: 7, costFen: 1, owed: null, places: 50, limit: 50 },
          ],
        });
        const agreeAll = async () => {
          for (const { household, bp } of households) {
            await addTestAgreement(at, {
              ...{ county, org: cooperative, households: [{ household, village: testVillage }] },
              ...{ startsOn: dayIn(began, 0), endsOn: dayIn(began, 60) },
              terms: { kind: 'crowdfunding', project: project.id, bp, deliverBy: dayIn(began, 20) },
            });
          }
        };
        const pledges: { id: string; who: number; checkout: string; fen: number; payment?: string }[] = [];
        const jobs = async () => {
          await expireCheckouts(at);
          await closeProjects(at);
          await carryEvents(at, modules);
          await postWaitingShares(at);
          await askRefunds(at);
        };
        for (const one of steps) {
          const run = async () => {
            if (one.do === 'wait') return passTime(one.minutes * 60_000);
            if (one.do === 'jobs') return jobs();
            if (one.do === 'agree') return agreeAll();
            if (one.do === 'cancel') {
              return void (await cancelProject(at, operator, { county, id: project.id, reason: '不做了' }, null));
            }
            if (one.do === 'pledge') {
              const by = backers[one.who] as (typeof backers)[number];
              const tier = project.tiers[one.tier]?.id as string;
              const address = addresses[one.who] as string;
              const made = await backProject(at, by, { county, id: project.id, tier, n: one.n, address }, null);
              pledges.push({ id: made.id, who: one.who, checkout: made.checkout, fen: made.fen });
              return;
            }
            const pledge = 'which' in one ? pledges[one.which % Math.max(1, pledges.length)] : undefined;
            if (!pledge) return;
            const by = backers[pledge.who] as (typeof backers)[number];
            const about = { county, id: pledge.id };
            if (one.do === 'begin') {
              const { payment } = await startPayment(at, by, { checkout: pledge.checkout, provider: 'sandbox' }, null);
              pledge.payment = payment;
            } else if (one.do === 'pay' && pledge.payment) {
              const notice = testNotice(at, { payment: pledge.payment, amountFen: pledge.fen });
              await receiveNotice(at, { provider: 'sandbox', ...notice });
            } else if (one.do === 'take-back') {
              await returnPledge(at, by, { ...about, reason: '改主意了' }, null);
            } else if (one.do === 'refund') {
              await refundPledge(at, operator, { ...about, reason: '没有送达' }, null);
            } else if (one.do === 'deliver') {
              const goods = await packPledge(at, merchant, about, null).catch((error: Refusal) => error.code);
              if (goods === 'nothing-to-send') await thankPledge(at, merchant, { ...about, words: '谢谢' }, null);
            }
          };
          await run().catch((error: unknown) => {
            if (!(error instanceof Refusal)) throw error;
          });
        }
        passTime(10 * DAY);
        await jobs();
        await jobs();
        await assertSound(at.db, modules);

        const row = await at.db
          .selectFrom('presale.project')
          .selectAll()
          .where('id', '=', project.id)
          .executeTakeFirstOrThrow();
        assert.ok(['funded', 'delivered', 'failed', 'cancelled'].includes(row.state), row.state);
        const orders = await at.db.selectFrom('trade.order').selectAll().where('promise', '=', project.id).execute();
        const kept = orders.filter((order) => order.state === 'closed');
        if (row.state === 'failed' || row.state === 'cancelled') assert.deepEqual(kept, []);
        const { due } = await scoped(at.db, String(county), (tx) =>
          tx
            .selectFrom('benefit.project_share')
            .select((e) => e.fn.coalesce(e.fn.sum<number>('fen'), e.lit(0)).as('due'))
            .where('project', '=', project.id)
            .executeTakeFirstOrThrow(),
        );
        const { posted } = await at.db
          .selectFrom('trade.settlement_part as p')
          .innerJoin('trade.order as o', (join) =>
            join.onRef('o.county', '=', 'p.county').onRef('o.id', '=', 'p.order'),
          )
          .select((e) => e.fn.coalesce(e.fn.sum<number>('p.fen'), e.lit(0)).as('posted'))
          .where('o.promise', '=', project.id)
          .where('p.part', '=', 'household')
          .where('p.state', '=', 'posted')
          .executeTakeFirstOrThrow();
        assert.equal(Number(due), Number(posted));
        began = at.clock.now().getTime() + DAY;
      },
    ),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 12) },
  );
});
