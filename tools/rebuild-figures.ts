/** `npm run figures`: throws the county figures away and adds up every entry of the public log again. */
import { rebuildFigures } from '#benefit';
import { withDatabase } from './with-database.ts';

await withDatabase('rebuild-figures', async (db) => {
  console.log(`${await rebuildFigures(db)} entries added up`);
});
process.exit();
