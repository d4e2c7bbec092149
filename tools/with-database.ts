import { dataFolder, loadConfig } from '#platform/config.ts';
import { connect } from '#platform/database/connect.ts';
import { runningEmbedded, startEmbedded } from '#platform/database/embedded.ts';
import { migrate } from '#platform/database/migrate.ts';
import type { Db } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { explain } from '#platform/explain.ts';

/**
 * Run a command on the product's database: the one of DATABASE_URL, the embedded one that a running server has
 * started, or, when none runs, the embedded one started for as long as the command takes. A refusal is the command's
 * to say; for anything else that fails this ends the process with 1 and says why.
 */
export async function withDatabase<T>(name: string, work: (db: Db) => Promise<T>): Promise<T> {
  try {
    return await onDatabase(name, work);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    console.error(explain(error));
    process.exit(1);
  }
}

async function onDatabase<T>(name: string, work: (db: Db) => Promise<T>): Promise<T> {
  const { databaseUrl } = loadConfig();
  const running = databaseUrl ?? runningEmbedded(dataFolder());
  const started = running ? undefined : await startEmbedded(dataFolder());
  try {
    const db = await connect((running ?? started?.url) as string, { max: 4, applicationName: `shanhuo ${name}` });
    try {
      // A server that runs has done so; one that does not may be older than the program.
      if (!running || databaseUrl) await migrate(db);
      return await work(db);
    } finally {
      await db.destroy();
    }
  } finally {
    await started?.stop();
  }
}
