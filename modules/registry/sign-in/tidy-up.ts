import type { Context } from '#platform/context.ts';
import type { Job } from '#platform/jobs.ts';

const DAY = 24 * 60 * 60_000;

/** Once a night: sessions and codes that have expired, and tries that no limit looks at any more, are deleted. */
export const tidySignIn = (at: Context): Job => ({
  name: 'registry.tidy-sign-in',
  cron: '30 19 * * *',
  async run() {
    const now = at.clock.now();
    await at.db.deleteFrom('auth.session').where('expiresAt', '<', now).execute();
    await at.db.deleteFrom('auth.verification').where('expiresAt', '<', now).execute();
    await at.db
      .deleteFrom('auth.attempts')
      .where('since', '<', new Date(now.getTime() - DAY))
      .execute();
  },
});
