/** `npm run county -- open 420922` opens a county by its code; `npm run county -- list` names the open ones. */
import { Refusal } from '#platform/errors.ts';
import { loadRegions, openCounty } from '#registry';
import { withDatabase } from './with-database.ts';

const [command, code = ''] = process.argv.slice(2);

if (command === 'open' && /^\d{6}$/.test(code)) await open(Number(code));
else if (command === 'list') await list();
else {
  console.error('npm run county -- open <six-digit code>   open a county, like 420922\nnpm run county -- list');
  process.exitCode = 2;
}
// The pool and the database are closed by now; what is left is nobody's.
process.exit();

async function open(county: number): Promise<void> {
  try {
    const opened = await withDatabase('county', async (db) => {
      await loadRegions(db);
      return openCounty(db, county);
    });
    const state = opened.openedNow ? 'opened' : 'was open already';
    console.log(`${county} ${opened.name}: ${state}, ${opened.townships} townships, ${opened.villages} villages`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(`${error.say('zh')} / ${error.say('en')}`);
    process.exitCode = 1;
  }
}

async function list(): Promise<void> {
  const counties = await withDatabase('county', (db) =>
    db.selectFrom('registry.county').select(['county', 'name', 'state']).orderBy('county').execute(),
  );
  for (const { county, name, state } of counties)
    console.log(`${county} ${name}${state === 'open' ? '' : ' (closed)'}`);
  if (counties.length === 0) console.log('no county is open yet');
}
