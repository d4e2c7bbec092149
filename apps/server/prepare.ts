import { loadCategories } from '#catalog';
import { connect } from '#platform/database/connect.ts';
import { migrate } from '#platform/database/migrate.ts';
import { migrateJobs } from '#platform/jobs.ts';
import { loadRegions } from '#registry';

/** Bring a database to where this program can work with it. Safe when several servers start at once. */
export async function prepareDatabase(url: string, say: (text: string) => void): Promise<void> {
  const db = await connect(url, { max: 4, applicationName: 'shanhuo prepare' });
  try {
    const applied = await migrate(db);
    if (applied.length > 0) say(`database: ${applied.length} migrations applied, now at ${applied.at(-1)}`);
    await migrateJobs(url);
    await loadRegions(db);
    await loadCategories(db);
  } finally {
    await db.destroy();
  }
}
