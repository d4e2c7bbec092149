import { daysFrom } from './clock.ts';
import type { Context } from './context.ts';
import type { Job } from './jobs.ts';

/** A station may send again what it wrote down while it was offline; after a month nobody repeats anything. */
const KEPT_DAYS = 30;

/** Once a night: the answers that are kept under Idempotency-Keys are forgotten when nobody can ask for them any more. */
export const tidyKeys = (at: Context): Job => ({
  name: 'platform.tidy-keys',
  cron: '40 19 * * *',
  async run() {
    await at.db
      .deleteFrom('platform.idempotency')
      .where('created_at', '<', daysFrom(at.clock.now(), -KEPT_DAYS))
      .execute();
  },
});
