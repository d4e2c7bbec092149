import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { County } from '#platform/ids.ts';
import { lotReading } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import type { CaptureJob } from './epcis.contract.ts';

type View = Static<typeof CaptureJob>;

/** Capture jobs that somebody may see, newest first; `before` is the last of the page before. */
export async function captureJobs(
  at: Context,
  by: Actor,
  county: County,
  before: string | undefined,
  limit: number,
): Promise<View[]> {
  const rows = await visible(at, by, county)
    .$if(before !== undefined && /^[0-9a-f-]{36}$/.test(before), (q) => q.where('id', '<', before as string))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(viewOf);
}

/** @throws Refusal `epcis-capture-not-found`, also for somebody else's */
export async function captureJobView(at: Context, by: Actor, county: County, id: string): Promise<View> {
  const row = await visible(at, by, county).where('id', '=', id).executeTakeFirst();
  if (!row) throw refuse('epcis-capture-not-found');
  return viewOf(row);
}

function visible(at: Context, by: Actor, county: County) {
  const reading = lotReading(by, county);
  return at.db
    .selectFrom('trace.epcis_capture')
    .select(['id', 'created_at', 'finished_at', 'behaviour', 'errors', 'events', 'captured'])
    .where('county', '=', county)
    .$if(reading !== 'all', (q) =>
      q.where((e) => {
        const orgs = reading === 'all' ? [] : [...reading.orgs, ...reading.stations];
        return orgs.length > 0 ? e('org', 'in', orgs) : e.lit(false);
      }),
    );
}

function viewOf(row: Awaited<ReturnType<ReturnType<typeof visible>['executeTakeFirstOrThrow']>>): View {
  const errors = row.errors as View['errors'];
  return {
    captureID: row.id,
    createdAt: row.created_at,
    ...(row.finished_at && { finishedAt: row.finished_at }),
    running: row.finished_at === null,
    success: errors.length === 0,
    captureErrorBehaviour: row.behaviour,
    errors,
    events: row.events,
    captured: row.captured,
  };
}
