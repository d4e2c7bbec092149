import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { connect } from '#platform/database/connect.ts';
import { startEmbedded } from '#platform/database/embedded.ts';
import { migrate } from '#platform/database/migrate.ts';
import { folderStore } from '#platform/files.ts';
import { newId } from '#platform/ids.ts';
import { makeSealer } from '#platform/secrets.ts';
import { statementSettings } from './statements.ts';

/**
 * Works on an empty database of its own, with its durable settings and our tables; it is gone afterwards.
 *
 * @param connections at most
 */
export async function onDatabase<T>(connections: number, work: (at: Context, url: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-bench-'));
  // The database's own user must be able to pass.
  await chmod(folder, 0o711);
  const database = await startEmbedded(folder, { settings: statementSettings });
  try {
    const db = await connect(database.url, { max: connections, applicationName: 'bench' });
    try {
      await migrate(db);
      const at: Context = {
        ...{ db, clock: systemClock, sealer: makeSealer(`${newId()}${newId()}`), files: folderStore(folder) },
        ...{ publicUrl: 'https://shop.example.cn', sandbox: true },
      };
      return await work(at, database.url);
    } finally {
      await db.destroy();
    }
  } finally {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
