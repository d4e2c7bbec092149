import type { Actor } from '#platform/actor.ts';
import { Problem } from '#platform/http/client.ts';
import type { DemoHouse, Grower, OpenCounty, Org } from './house.ts';

const banks = ['县农村信用合作联社', '中国农业银行县支行', '中国邮政储蓄银行县支行'] as const;
const paidTo = ['cooperative', 'merchant', 'station'];

/** An invented card: 6200 is given to no bank, the last digit is the check digit that cards end in. */
function inventedCard(county: number, n: number): string {
  const body = `6200${county}${String(n).padStart(8, '0')}`;
  const sum = [...body].reverse().reduce((total, digit, i) => {
    const twice = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

/** Bank accounts of those who are owed money: of every seller and station, and of two households in three; the others are paid at their station. */
export async function addPayees(
  house: DemoHouse,
  operator: Actor,
  county: number,
  { orgs, households }: { orgs: ReadonlyMap<string, Org>; households: ReadonlyMap<string, Grower> },
): Promise<void> {
  const client = house.as(operator).trade;
  const add = (body: Omit<Parameters<typeof client.addPayee>[0]['body'], 'kind' | 'bankName'>, n: number) =>
    client.addPayee({ params: { county }, body: { ...body, kind: 'bank', bankName: banks[n % banks.length] } });
  const sellers = [...orgs.values()].filter((org) => paidTo.includes(org.kind));
  for (const [n, { id, name }] of sellers.entries()) {
    await add(
      { ownerKind: 'organisation', owner: id, holder: name, account: `9${county}${String(n + 1).padStart(9, '0')}` },
      n,
    );
  }
  for (const [n, [holder, { id }]] of [...households].entries()) {
    if (n % 3 < 2) await add({ ownerKind: 'household', owner: id, holder, account: inventedCard(county, n + 1) }, n);
  }
}

/** A batch for organisations and one for households, where anything is owed: a second person has still to approve them. */
export async function prepareBatches(house: DemoHouse, { county, staff }: OpenCounty, now: Date): Promise<void> {
  house.setTime(now);
  const client = house.as(staff('operator')).trade;
  for (const ownerKind of ['organisation', 'household'] as const) {
    await client.preparePayouts({ params: { county }, body: { ownerKind } }).catch((error: unknown) => {
      if (!(error instanceof Problem) || error.code !== 'nothing-to-pay') throw error;
    });
  }
}
