import { dataFolder, loadConfig } from '#platform/config.ts';
import { connect } from '#platform/database/connect.ts';
import { runningEmbedded, startEmbedded } from '#platform/database/embedded.ts';
import { migrate } from '#platform/database/migrate.ts';
import type { Db } from '#platform/db.ts';

/**
 * Run a command on the product's database: the one of DATABASE_URL, the embedded one that a running server has
 * started, or, when none runs, the embedded one started for as long as the command takes.
 */
export async function withDatabase<T>(name: string, work: (db: Db) => Promise<T>): Promise<T> {
  const { databaseUrl } = loadConfig();
  const running = databaseUrl ?? runningEmbedded(dataFolder());
  const started = running ? undefined : await startEmbedded(dataFolder());
  const db = await connect((running ?? started?.url) as string, { max: 4, applicationName: `shanhuo ${name}` });
  try {
    // A server that runs has done so; one that does not may be older than the program.
    if (!running || databaseUrl) await migrate(db);
    return await work(db);
  } finally {
    await db.destroy();
    await started?.stop();
  }
}
