import { defineJobs } from '#platform/jobs.ts';
import type { Module } from '#platform/module.ts';
import type { Subscriber } from '#platform/outbox.ts';
import { agreementInvariants } from './agreements/agreements.invariants.ts';
import { expireAgreements } from './agreements/end-agreement.ts';
import { aidInvariants } from './aid-tests/aid-tests.invariants.ts';
import { runNightlyTests, testsSubscriber } from './aid-tests/run-tests.ts';
import { benefitInvariants } from './benefit.invariants.ts';
import { benefitRoutes } from './benefit.routes.ts';
import { crowdfundingInvariants } from './crowdfunding/crowdfunding.invariants.ts';
import { postWaitingShares, projectFunded } from './crowdfunding/project-shares.ts';
import { dividendInvariants } from './dividends/dividends.invariants.ts';
import { payDividends } from './dividends/pay-dividends.ts';
import { doubleInvariants } from './doubles/doubles.invariants.ts';
import { findDoublesNightly } from './doubles/find-doubles.ts';
import { purchaseSubscribers } from './entries/record-purchase.ts';
import { countPeople } from './figures/count-people.ts';
import { figureInvariants } from './figures/figures.invariants.ts';
import { insuranceInvariants } from './insurance/insurance.invariants.ts';
import { postFundShort } from './left-out/post-left-out.ts';
import { postingInvariants } from './left-out/posting.invariants.ts';
import { logInvariants } from './log/log.invariants.ts';
import { logJobs } from './log/log.jobs.ts';
import { payPayrolls } from './payroll/pay-payrolls.ts';
import { payrollInvariants } from './payroll/payroll.invariants.ts';
import { sampleInvariants } from './samples/samples.invariants.ts';
import { settlementSubscribers } from './settled/record-settlement.ts';
import { subsidyInvariants } from './subsidies/subsidies.invariants.ts';

export { insertEntries } from './entries/entries.queries.ts';
export { countPeople } from './figures/count-people.ts';
export { countIn, followLog, rebuildFigures } from './figures/follow-log.ts';
export { activeKeys, addLogKey, ensureLogKey, retireLogKey } from './log/log-keys.ts';
export { sequenceLog } from './log/sequence.ts';

export const benefitModule: Module = {
  name: 'benefit',
  routes: benefitRoutes,
  subscribers: (at) => [
    ...purchaseSubscribers(at),
    ...settlementSubscribers(at),
    testsSubscriber(at) as Subscriber,
    projectFunded(at) as Subscriber,
  ],
  jobs: (at) => [
    ...logJobs(at),
    ...defineJobs(
      {
        name: 'benefit.expire-agreements',
        cron: '25 16 * * *',
        run: async (_payload, { signal }) => void (await expireAgreements(at, signal)),
      },
      {
        name: 'benefit.post-fund-short',
        cron: '17 * * * *',
        run: async (_payload, { signal }) => void (await postFundShort(at, signal)),
      },
      {
        name: 'benefit.pay-payrolls',
        cron: '* * * * *',
        attempts: 1,
        run: async (_payload, { signal }) => void (await payPayrolls(at, signal)),
      },
      {
        name: 'benefit.count-people',
        cron: '* * * * *',
        run: (_payload, { signal }) => countPeople(at, signal),
      },
      {
        name: 'benefit.pay-dividends',
        cron: '* * * * *',
        attempts: 1,
        run: async (_payload, { signal }) => void (await payDividends(at, signal)),
      },
      {
        name: 'benefit.post-project-shares',
        cron: '* * * * *',
        attempts: 1,
        run: (_payload, { signal }) => postWaitingShares(at, signal),
      },
      { name: 'benefit.aid-tests', cron: '5 17 * * *', run: (_payload, { signal }) => runNightlyTests(at, signal) },
      {
        name: 'benefit.double-claims',
        cron: '35 17 * * *',
        run: (_payload, { signal }) => findDoublesNightly(at, signal),
      },
    ),
  ],
  invariants: [
    ...benefitInvariants,
    ...postingInvariants,
    ...logInvariants,
    ...figureInvariants,
    ...agreementInvariants,
    ...aidInvariants,
    ...payrollInvariants,
    ...sampleInvariants,
    ...doubleInvariants,
    ...dividendInvariants,
    ...insuranceInvariants,
    ...crowdfundingInvariants,
    ...subsidyInvariants,
  ],
};
