import { addDays, startOfDay } from '#platform/clock.ts';
import { agreeOnPaper } from './agreements.ts';
import type { DemoCounty } from './content.ts';
import type { DemoHouse, Grower, OpenCounty, Org } from './house.ts';

/** So many households work at the cooperative, and as many hold shares of it. */
const HOUSEHOLDS = 3;
/** Days that were worked: some are in a payroll, the newest wait for the next one. */
const WORKED_DAYS = 45;
/** One year, as a county's bank may show it; invented. */
const DEPOSIT_BP = 95;

/**
 * Work and stakes: a cooperative employs some households and has shares of theirs and of a village, all signed on paper with
 * the station as witness; a payroll of last month and a dividend of last year, both approved by the county.
 */
export async function addWork(
  house: DemoHouse,
  staff: OpenCounty['staff'],
  content: DemoCounty,
  {
    orgs,
    households,
    today,
  }: { orgs: ReadonlyMap<string, Org>; households: ReadonlyMap<string, Grower>; today: string },
): Promise<void> {
  const params = { county: content.county };
  const firm = content.people.find((one) => one.role === 'merchant' && orgs.get(one.org)?.kind === 'cooperative');
  const near = (region: string) => [...households.values()].filter((one) => one.village.startsWith(region));
  const witness = content.people.find((one) => one.role === 'keeper' && near(one.region).length >= HOUSEHOLDS);
  if (!firm || !witness) return;
  const org = orgs.get(firm.org)?.id as string;
  const [merchant, keeper, operator] = [
    house.as(staff('merchant', firm.org)).benefit,
    house.as(staff('keeper', witness.org)).benefit,
    house.as(staff('operator')).benefit,
  ];
  const at = (day: string, hour: number) => house.setTime(new Date(startOfDay(day).getTime() + hour * 3_600_000));
  const begun = addDays(today, -370);
  at(begun, 10);

  const by = {
    ...{ county: content.county, org, signer: merchant, witness: keeper },
    ...{ startsOn: begun, endsOn: addDays(today, 720) },
  };
  const some = near(witness.region).slice(0, HOUSEHOLDS);
  const named = { households: some.map((one) => one.id) };
  const employment = { kind: 'employment', job: '分拣包装', per: 'hour', fenPerUnit: 1_850 } as const;
  await agreeOnPaper(by, named, employment, '农忙时来，按小时算，月底结');
  const stake = { kind: 'shareholding', stake: 'money', stakeFen: 1_000_000, shares: 10_000 } as const;
  await agreeOnPaper(by, named, { ...stake, class: 'common', floorBp: 300 }, '每户一万元入股');
  const grant = { ...stake, stake: 'grant', stakeFen: 20_000_000, shares: 2_000, class: 'preferred' } as const;
  await agreeOnPaper(
    by,
    { villages: [some[0]?.village as string] },
    { ...grant, floorBp: 500 },
    '产业资金二十万元折股到村',
  );

  const workers = (await merchant.workSheet({ params, query: { org, day: begun } })).workers.filter(
    (one) => one.relation === 'head',
  );
  const lastMonth = addDays(`${today.slice(0, 8)}01`, -1);
  for (let n = WORKED_DAYS; n > 0; n--) {
    const day = addDays(today, -n);
    if (new Date(`${day}T00:00:00Z`).getUTCDay() === 0) continue;
    at(day, 18);
    const counts = workers.map(({ household, member }, i) => ({ household, member, units: 5 + ((n + 2 * i) % 4) }));
    await merchant.recordCounts({ params, body: { org, day, counts } });
  }
  at(addDays(today, -1), 19);
  const payroll = await merchant.drawPayroll({
    params,
    body: { org, from: `${lastMonth.slice(0, 8)}01`, to: lastMonth, paid: 'later' },
  });
  const of = { ...params, id: payroll.id };
  await merchant.submitPayroll({ params: of });
  await operator.approvePayroll({ params: of, body: { fen: payroll.fen } });

  const source = '演示：一年期定期存款挂牌利率，非真实报价';
  await operator.setDepositRate({ params, body: { day: begun, bp: DEPOSIT_BP, source } });
  const recordDay = addDays(today, -5);
  const dividend = await merchant.declareDividend({
    params,
    body: {
      ...{ org, from: addDays(recordDay, -364), to: recordDay, recordDay, paid: 'later' },
      ...{ commonFen: 360, preferredFen: 40_000, profitFen: 2_000_000 },
    },
  });
  await operator.approveDividend({ params: { ...params, id: dividend.id }, body: { fen: dividend.fen } });
}
