import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { alertsOf } from './dividend-views.ts';

/** Alerts of a county's low dividends. */
export const dividendAlerts = ({ db }: Context, county: County) => transact(db, (tx) => alertsOf(tx, county));

/** The county says what it found and did about a low dividend. @throws Refusal `alert-not-found` | `alert-answered` */
export async function answerDividendAlert(
  at: Context,
  by: Actor,
  { county, id, answer }: { county: County; id: string; answer: string },
  key: OnceKey | null,
) {
  await once(at.db, key, async (tx) => {
    const found = await tx
      .selectFrom('benefit.dividend_alert')
      .select('answer')
      .where('county', '=', county)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!found) throw refuse('alert-not-found');
    if (found.answer !== null) throw refuse('alert-answered');
    await tx
      .updateTable('benefit.dividend_alert')
      .set({ answer: answer.trim(), answered_by: by.person, answered_at: at.clock.now() })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    return null;
  });
  return dividendAlerts(at, county);
}
