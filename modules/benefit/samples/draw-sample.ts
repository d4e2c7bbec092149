import { randomBytes } from 'node:crypto';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { regionNames, requireCounty, type StaffMember, staffInRoles } from '#registry';
import { refuse } from '../refuse.ts';
import { sampleSize } from './estimate.ts';
import { drawFrom, frameOf, type SampleUnit, type Unit } from './sample-frame.ts';
import { type Confidence, checkerRoles, FEWEST_TO_DRAW_FROM } from './sample-kinds.ts';
import { sampleView } from './sample-views.ts';

/**
 * Draws entries or households of a period at random and hands each to a checker of its region who has no part in it. The
 * seed is the server's and is kept with the draw, and no draw is taken back: nobody draws until it suits him.
 *
 * @throws Refusal `county-not-open` | `period-backwards` | `region-outside` | `due-over` | `checker-unfit` |
 *   `frame-too-small` | `village-unchecked`
 */
export async function drawSample(
  at: Context,
  by: Actor,
  input: {
    county: County;
    unit: SampleUnit;
    fromMonth: string;
    toMonth: string;
    /** prefix of villages; the county's own for all of it */
    region: string;
    confidenceBp: Confidence;
    marginBp: number;
    dueOn: string;
    checkers: readonly string[];
  },
  key: OnceKey | null,
) {
  const { county, unit, fromMonth, toMonth, region, confidenceBp, marginBp, dueOn } = input;
  const id = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await requireCounty(tx, county);
    if (toMonth < fromMonth) throw refuse('period-backwards');
    if (!region.startsWith(String(county))) throw refuse('region-outside');
    if (dueOn <= dayOf(now)) throw refuse('due-over');
    const staff = (await staffInRoles(tx, county, checkerRoles)).filter((one) => input.checkers.includes(one.person));
    if (input.checkers.some((person) => !staff.some((one) => one.person === person))) throw refuse('checker-unfit');
    await withScope(tx, String(county));
    const id = newId();
    const frame = await frameOf(tx, { county, unit, fromMonth, toMonth, region, before: id });
    if (frame.length < FEWEST_TO_DRAW_FROM) {
      throw refuse('frame-too-small', { n: frame.length, least: FEWEST_TO_DRAW_FROM });
    }
    const seed = randomBytes(16).toString('hex');
    const drawn = drawFrom(frame, seed, sampleSize(frame.length, confidenceBp, marginBp));
    const handed = handOut(drawn, staff);
    const unchecked = drawn.find((_, n) => !handed[n]);
    if (unchecked) {
      const names = await regionNames(tx, [unchecked.village]);
      throw refuse('village-unchecked', { village: names.get(unchecked.village)?.name ?? unchecked.village });
    }

    const number = `HS${dayOf(now).slice(0, 4)}${String(await nextNumber(tx, county, 'sample')).padStart(4, '0')}`;
    await tx
      .insertInto('benefit.sample')
      .values({
        ...{ county, id, number, unit, from_month: fromMonth, to_month: toMonth, region },
        ...{ confidence_bp: confidenceBp, margin_bp: marginBp, seed, population: frame.length, size: drawn.length },
        claimed_fen: frame.reduce((sum, one) => sum + one.fen, 0),
        ...{ due_on: dueOn, by_person: by.person, at: now, closed_by: null, closed_at: null },
      })
      .execute();
    await tx
      .insertInto('benefit.sample_item')
      .values(
        drawn.map((one, n) => ({
          ...{ county, sample: id, n: n + 1, entry: one.entry, household: one.household, village: one.village },
          ...{ claimed_fen: one.fen, checker: handed[n] as string },
        })),
      )
      .execute();
    return id;
  });
  return sampleView(at, county, id);
}

/** Each unit to the fitting checker who has the fewest so far; undefined where nobody fits. */
export function handOut(drawn: readonly Unit[], staff: readonly StaffMember[]): (string | undefined)[] {
  const load = new Map(staff.map((one) => [one.person, 0]));
  return drawn.map((unit) => {
    const involved = new Set(
      staff.filter((one) => unit.orgs.some((org) => org === one.org || org === one.buysFor)).map((one) => one.person),
    );
    const fitting = staff
      .filter((one) => unit.village.startsWith(one.region) && !involved.has(one.person))
      .sort((a, b) => (load.get(a.person) ?? 0) - (load.get(b.person) ?? 0));
    const person = fitting[0]?.person;
    if (person) load.set(person, (load.get(person) ?? 0) + 1);
    return person;
  });
}
