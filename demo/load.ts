import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { type Db, transact } from '#platform/db.ts';
import { platformPeople } from './common.ts';
import type { DemoCounty, DemoPerson } from './content.ts';
import { counties } from './counties.ts';
import { addMarketPrices, addSamples, catchUp } from './fairness.ts';
import { type OpenCounty, openDemoHouse } from './house.ts';
import { loadCounty } from './open-county.ts';
import { playOrders } from './orders.ts';
import { addOrigin } from './origin.ts';
import { prepareBatches } from './payees.ts';
import { addBuyers, loadPlatform } from './people.ts';
import { addProjects } from './projects.ts';
import { addPromotions } from './promotions.ts';
import { addSubsidies } from './subsidies.ts';

/** Who can sign in to the console of the demo. */
export const demoAccounts: readonly Pick<DemoPerson, 'username' | 'name' | 'role'>[] = [
  ...platformPeople,
  ...counties.flatMap((county) => county.people),
];

const MARK = 'demo loaded';

/**
 * Fills an empty database with the demo counties and a few weeks of their past, all in one transaction: a load that is
 * interrupted leaves nothing behind. Does nothing where a county has been opened before.
 *
 * @param begin told when there is something to do, because it takes a while
 * @returns whether it was loaded now
 */
export async function loadDemo(context: Context, begin: () => void = () => {}): Promise<boolean> {
  return transact(context.db, async (tx) => {
    // Two servers that start together: the second waits here and then finds the counties.
    await sql`lock table registry.county in share row exclusive mode`.execute(tx);
    if (await hasCounties(tx)) return false;
    begin();
    await load({ ...context, db: tx });
    await tx.insertInto('platform.counter').values({ county: 0, name: MARK, value: 1 }).execute();
    return true;
  });
}

/** Whether this database holds the demo, so that its accounts are worth naming. */
export async function hasDemo(db: Db): Promise<boolean> {
  const mark = await db
    .selectFrom('platform.counter')
    .select('value')
    .where('county', '=', 0)
    .where('name', '=', MARK)
    .executeTakeFirst();
  return mark !== undefined;
}

const contentOf = (of: OpenCounty) => counties.find((one) => one.county === of.county) as DemoCounty;

const hasCounties = async (db: Db) =>
  (await db.selectFrom('registry.county').select('county').limit(1).executeTakeFirst()) !== undefined;

async function load(at: Context): Promise<void> {
  const now = at.clock.now();
  const house = await openDemoHouse(at);
  try {
    const platform = await loadPlatform(at);
    const opened: OpenCounty[] = [];
    for (const content of counties) {
      const county = await loadCounty(at, house, platform, content, now);
      await addOrigin(house, content, county, now);
      opened.push(county);
    }
    const people = await addBuyers(at);
    for (const county of opened) await addPromotions(house, county, people, now);
    await playOrders(house, opened, people, now);
    for (const county of opened) await addProjects(at, house, contentOf(county), county, people, now);
    // What agreements add to a sale, wages and dividends leave the seller's account before anybody is paid out from it.
    await catchUp(at);
    for (const county of opened) await prepareBatches(house, county, now);
    for (const county of opened) await addMarketPrices(house, contentOf(county), county, now);
    for (const county of opened) await addSubsidies(house, county, now);
    await catchUp(at);
    for (const county of opened) await addSamples(house, contentOf(county), county, now);
  } finally {
    await house.close();
  }
}
