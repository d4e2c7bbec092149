import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { type Fen, yuan } from '#platform/money.ts';
import { householdFiles } from '#registry';
import type { helpGiven } from '../agreements/agreement-kinds.ts';
import { agreementView } from '../agreements/agreement-views.ts';
import { lockAgreement } from '../agreements/agreements.queries.ts';
import { requireMaker } from '../agreements/draft-agreement.ts';
import { agreementsSpeaking, heldRefusals } from '../agreements/holding.ts';
import { paperOf } from '../agreements/papers.ts';
import { householdFile } from '../entries/household-file.ts';
import { type Posting, postEntries } from '../entries/post-entries.ts';
import { refuse } from '../refuse.ts';

interface HelpInput {
  county: County;
  /** the startup agreement */
  id: string;
  household: string;
  help: (typeof helpGiven)[number];
  worthFen: Fen;
  /** YYYY-MM-DD */
  day: string;
  words: string;
  /** a photo of what was given, or of the paper about it, uploaded beside the agreement */
  paper?: string;
}

/**
 * Help to start up was given: in kind, with what it was worth, beside what the household earns. Written down by whoever
 * gives it or by the county, up to the worth that was agreed.
 *
 * @throws Refusal `agreement-not-found` | `not-allowed` | `help-in-future` | `household-not-found` | `no-agreement` |
 *   `wrong-period` | `agreement-ended` | `household-disputed` | `help-not-agreed` | `help-recorded` | `help-above-agreed` |
 *   `paper-not-found`
 */
export async function recordHelp(at: Context, by: Actor, input: HelpInput, key: OnceKey | null) {
  const { county, id: agreement, help, worthFen, day } = input;
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    // Locked: help of one agreement comes one after the other, so that two cannot both take what is left of its worth.
    const row = await lockAgreement(tx, county, agreement);
    requireMaker(by, county, row.org);
    if (day > dayOf(now)) throw refuse('help-in-future');
    await withScope(tx, String(county));
    const file = await householdFile(tx, county, input.household);
    if (!file) throw refuse('household-not-found');
    const { code, ...household } = file;
    const asked = { kind: 'startup' as const, agreement, at: now, day, households: [household] };
    const under = (await agreementsSpeaking(tx, county, asked)).get(household.household);
    if (!under) throw refuse('no-agreement', { household: code });
    if (under.why) throw refuse(heldRefusals[under.why], { household: code });
    if (!under.terms.help.includes(help)) throw refuse('help-not-agreed');
    const given = await helpSoFar(tx, county, agreement, await householdFiles(tx, county, household.household));
    if (given.some((one) => one.help === help && one.day === day)) throw refuse('help-recorded');
    const left = under.terms.worthFen - given.reduce((sum, one) => sum + one.worthFen, 0);
    if (worthFen > left) throw refuse('help-above-agreed', { left: yuan(left) });
    const paper = input.paper ?? null;
    if (paper && !(await paperOf(tx, county, agreement, paper))) throw refuse('paper-not-found');

    const id = newId();
    const number = `CY${day.slice(0, 4)}${String(await nextNumber(tx, county, 'startup help')).padStart(5, '0')}`;
    await tx
      .insertInto('benefit.help')
      .values({
        ...{ county, id, number, agreement, version: under.version, ...household, help, worth_fen: worthFen, day },
        ...{ words: input.words.trim(), paper, reverses: null, by_person: by.person, at: now },
      })
      .execute();
    const posting = helpPosting({ id, org: row.org, agreement, ...household, fen: worthFen, by });
    await postEntries(tx, county, { at: now, month: day.slice(0, 7), bookedAt: now }, [posting]);
    return id;
  });
  return agreementView(at, by, county, agreement);
}

/**
 * What was written down by mistake is taken back by a second row, in the month of the first.
 *
 * @throws Refusal `help-not-found` | `not-allowed` | `help-reversed`
 */
export async function reverseHelp(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id: wrong, reason } = input;
  const agreement = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await withScope(tx, String(county));
    const first = await tx
      .selectFrom('benefit.help')
      .selectAll()
      .where('county', '=', county)
      .where('id', '=', wrong)
      .where('reverses', 'is', null)
      .executeTakeFirst();
    if (!first) throw refuse('help-not-found');
    const row = await lockAgreement(tx, county, first.agreement);
    requireMaker(by, county, row.org);
    const reversed = await tx
      .selectFrom('benefit.help')
      .select('id')
      .where('county', '=', county)
      .where('reverses', '=', wrong)
      .executeTakeFirst();
    if (reversed) throw refuse('help-reversed');
    const id = newId();
    const fen = -first.worth_fen;
    await tx
      .insertInto('benefit.help')
      .values({
        ...first,
        ...{ id, number: `${first.number}-1`, worth_fen: fen, words: reason.trim(), reverses: wrong },
        ...{ by_person: by.person, at: now },
      })
      .execute();
    const { household, village } = first;
    const posting = helpPosting({ id, org: row.org, agreement: row.id, household, village, fen, by });
    await postEntries(tx, county, { at: now, month: first.day.slice(0, 7), bookedAt: now }, [posting]);
    return row.id;
  });
  return agreementView(at, by, county, agreement);
}

const helpPosting = (of: {
  id: string;
  org: string;
  agreement: string;
  household: string;
  village: string;
  fen: Fen;
  by: Actor;
}): Posting => ({
  ...{ household: of.household, village: of.village, fen: of.fen, evidenceKind: 'help', evidence: of.id },
  ...{ org: of.org, crop: null, agreement: of.agreement, from: { kind: 'help_given', owner: of.org } },
  ...{ reason: of.fen > 0 ? 'help' : 'help-reversed', fact: { kind: 'help', id: of.id }, by: of.by.person },
});

/** Help to one household under one agreement that was not taken back. */
async function helpSoFar(tx: Tx, county: County, agreement: string, files: readonly string[]) {
  const { rows } = await sql<{ help: string; day: string; worthFen: Fen }>`
    select h.help, h.day, h.worth_fen as "worthFen" from benefit.help h
     where h.county = ${county} and h.agreement = ${agreement} and h.household = any(${files as string[]}::uuid[])
       and h.reverses is null
       and not exists (select from benefit.help r where r.county = h.county and r.reverses = h.id)`.execute(tx);
  return rows;
}
