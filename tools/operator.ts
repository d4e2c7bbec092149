/**
 * `npm run operator -- <user name> <organisation code> <organisation name>`: the first person who may open counties and
 * register organisations on a system without the demo. Nobody can be made platform operator over HTTP.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '#platform/clock.ts';
import { loadConfig } from '#platform/config.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { folderStore } from '#platform/files.ts';
import { makeSealer } from '#platform/secrets.ts';
import { addPerson, addPlatform, grantRole } from '#registry';
import { withDatabase } from './with-database.ts';

const [username = '', code = '', ...name] = process.argv.slice(2);

if (/^[a-z][a-z0-9_.-]{2,39}$/.test(username) && code !== '' && name.length > 0) await add();
else {
  console.error('npm run operator -- <user name> <organisation code> <organisation name>');
  console.error('  user name: 3 to 40 of a-z 0-9 _ . - beginning with a letter; code: 18 characters (GB 32100)');
  process.exitCode = 2;
}
process.exit();

async function add(): Promise<void> {
  const config = loadConfig();
  const password = randomBytes(12).toString('base64url');
  try {
    await withDatabase('operator', async (db) => {
      const at: Context = {
        db,
        clock: systemClock,
        sealer: makeSealer(config.secret),
        files: folderStore(join(config.dataFolder, 'files')),
        publicUrl: config.publicUrl,
        sandbox: true,
      };
      const org = await addPlatform(at, { name: name.join(' '), code, contact: username, phone: '' });
      await transact(db, async (tx) => {
        const person = await addPerson(at, { name: username, username, password }, tx);
        await grantRole(at, { person, county: 0, org, role: 'platform' }, tx);
      });
    });
    console.log(`user name: ${username}\npassword:  ${password}\nShown once; turn one-time codes on after signing in.`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(`${error.say('zh')} / ${error.say('en')}`);
    process.exitCode = 1;
  }
}
