import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '#platform/config.ts';
import { connect } from '#platform/database/connect.ts';
import { roleWords } from '#registry/contract';
import { demoAccounts, hasDemo, loadDemo } from '../../demo/load.ts';
import { demoPassword } from '../../demo/people.ts';
import { contextOf } from './serve.ts';

/** Fills an empty database with the demo counties, where that is wanted, and names the demo's accounts where it is in. */
export async function offerDemo(config: Config, url: string, say: (text: string) => void): Promise<void> {
  const db = await connect(url, { max: 2, applicationName: 'shanhuo demo' });
  try {
    await mkdir(join(config.dataFolder, 'files'), { recursive: true, mode: 0o700 });
    if (config.demo) await loadDemo(contextOf(config, db), () => say('loading the demo counties …'));
    if (await hasDemo(db)) say(accounts());
  } finally {
    await db.destroy();
  }
}

function accounts(): string {
  const lines = demoAccounts.map(
    ({ username, name, role }) => `  ${username.padEnd(20)} ${roleWords[role].zh} ${name}`,
  );
  return [
    `demo accounts for /console/, password ${demoPassword}:`,
    ...lines,
    '  a household: phone 10012211001; its statement stands under 我的 · 我家的账',
    '  buyers sign in to the shop by any phone number; the code is shown on the page',
  ].join('\n');
}
