/**
 * `npm run log-key`: the public keys that sign the public log. `-- add` makes another one, which signs beside those
 * there are; `-- retire <id>` lets one sign no more.
 */
import { join } from 'node:path';
import { activeKeys, addLogKey, ensureLogKey, retireLogKey } from '#benefit';
import { systemClock } from '#platform/clock.ts';
import { loadConfig } from '#platform/config.ts';
import type { Context } from '#platform/context.ts';
import { folderStore } from '#platform/files.ts';
import { makeSealer } from '#platform/secrets.ts';
import { formatKey } from '#platform/tlog/note.ts';
import { withDatabase } from './with-database.ts';

const [act, id = ''] = process.argv.slice(2);

if (act === undefined || act === 'add' || (act === 'retire' && /^[\da-f]{8}$/.test(id))) await run();
else {
  console.error('npm run log-key [-- add | retire <the eight letters between the plus signs>]');
  process.exitCode = 2;
}
process.exit();

async function run(): Promise<void> {
  const config = loadConfig();
  await withDatabase('log-key', async (db) => {
    const at: Context = {
      db,
      clock: systemClock,
      sealer: makeSealer(config.secret),
      files: folderStore(join(config.dataFolder, 'files')),
      publicUrl: config.publicUrl,
      sandbox: config.sandbox,
    };
    await ensureLogKey(at);
    if (act === 'add') await addLogKey(at);
    if (act === 'retire' && !(await retireLogKey(at, id))) {
      console.error(`${id} is no key that signs, or the only one; add another first`);
      process.exitCode = 1;
    }
    for (const { key } of await activeKeys(db)) console.log(formatKey(key));
  });
}
