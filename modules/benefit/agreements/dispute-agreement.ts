import { type Actor, scopeIn } from '#platform/actor.ts';
import { daysFrom } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { householdFiles, householdsOfPerson } from '#registry';
import { postDisputed } from '../left-out/post-left-out.ts';
import { refuse } from '../refuse.ts';
import { AGREEMENT_DISPUTE_DAYS } from './agreement-states.ts';
import { agreementView, ownAgreement } from './agreement-views.ts';
import { isBinding, lockAgreement, moveAgreement } from './agreements.queries.ts';

/**
 * A household says that it did not agree to this, or that it is not kept. Nothing posts for it under the agreement until the
 * county has decided; other households go on.
 *
 * @throws Refusal `agreement-not-found` | `not-in-force` | `agreement-dispute-open`
 */
export async function disputeAgreement(
  at: Context,
  by: Actor,
  input: { county: County; id: string; words: string },
  key: OnceKey | null,
) {
  const { county, id, words } = input;
  const own = await householdsOfPerson(at.db, by.person, county);
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await withScope(tx, String(county));
    const parties = await tx
      .selectFrom('benefit.agreement_party')
      .select(['id', 'village', 'household'])
      .where('county', '=', county)
      .where('agreement', '=', id)
      .execute();
    const bound = own.map((of) => ({
      of,
      parties: parties.filter((p) => (p.household ? of.files.includes(p.household) : p.village === of.village)),
    }));
    const mine = bound.find((one) => one.parties.length > 0);
    if (!mine) throw refuse('agreement-not-found');
    const row = await lockAgreement(tx, county, id);
    const ids = mine.parties.map((p) => p.id);
    if (row.over_at || !(await isBinding(tx, row, ids))) throw refuse('not-in-force');
    const earlier = await tx
      .selectFrom('benefit.agreement_dispute')
      .select('state')
      .where('county', '=', county)
      .where('agreement', '=', id)
      .where('household', 'in', mine.of.files)
      .where('state', 'in', ['open', 'released'])
      .execute();
    if (earlier.some((one) => one.state === 'open')) throw refuse('agreement-dispute-open');
    if (earlier.length > 0) throw refuse('not-in-force');
    await tx
      .insertInto('benefit.agreement_dispute')
      .values({
        ...{ county, id: newId(), agreement: id, household: mine.of.household, village: mine.of.village },
        ...{ words: words.trim(), state: 'open', by_person: by.person, at: now },
        due_at: daysFrom(now, AGREEMENT_DISPUTE_DAYS),
      })
      .execute();
    if (row.state === 'in_force') await moveAgreement(tx, row, 'disputed', { words, by: by.person, at: now });
    return id;
  });
  return ownAgreement(at, by, county, id);
}

/** The household takes its dispute back. @throws Refusal `agreement-dispute-not-found` | `agreement-dispute-over` */
export async function withdrawAgreementDispute(
  at: Context,
  by: Actor,
  input: { county: County; id: string },
  key: OnceKey | null,
) {
  const { county, id } = input;
  const files = (await householdsOfPerson(at.db, by.person, county)).flatMap((one) => one.files);
  const agreement = await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const dispute = await findDispute(tx, county, id);
    if (!dispute || !files.includes(dispute.household)) throw refuse('agreement-dispute-not-found');
    await settle(tx, dispute, 'withdrawn', { words: '', by: by.person, at: at.clock.now() });
    return dispute.agreement;
  });
  return ownAgreement(at, by, county, agreement);
}

/**
 * The county decides: the agreement stands, or the household is released from it. An agreement that binds nobody else then
 * ends.
 *
 * @throws Refusal `agreement-dispute-not-found` | `agreement-dispute-over`
 */
export async function decideAgreementDispute(
  at: Context,
  by: Actor,
  input: { county: County; id: string; decision: 'stands' | 'released'; answer: string },
  key: OnceKey | null,
) {
  const { county, id, decision, answer } = input;
  const agreement = await once(at.db, key, async (tx) => {
    await withScope(tx, scopeIn(by, county, ['operator']) ?? String(county));
    const dispute = await findDispute(tx, county, id);
    if (!dispute) throw refuse('agreement-dispute-not-found');
    await withScope(tx, String(county));
    await settle(tx, dispute, decision, { words: answer, by: by.person, at: at.clock.now() });
    return dispute.agreement;
  });
  return agreementView(at, by, county, agreement);
}

const findDispute = (tx: Tx, county: County, id: string) =>
  tx
    .selectFrom('benefit.agreement_dispute')
    .select(['county', 'id', 'agreement', 'household'])
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();

async function settle(
  tx: Tx,
  dispute: { county: County; id: string; agreement: string; household: string },
  to: 'stands' | 'released' | 'withdrawn',
  said: { words: string; by: string; at: Date },
): Promise<void> {
  const { county, id } = dispute;
  const row = await lockAgreement(tx, county, dispute.agreement);
  const settled = await tx
    .updateTable('benefit.agreement_dispute')
    .set({ state: to, closed_at: said.at, closed_by: said.by, answer: said.words.trim() })
    .where('county', '=', county)
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst();
  if (settled.numUpdatedRows === 0n) throw refuse('agreement-dispute-over');
  const others = await tx
    .selectFrom('benefit.agreement_dispute')
    .select(['household', 'state'])
    .where('county', '=', county)
    .where('agreement', '=', dispute.agreement)
    .where('state', 'in', ['open', 'released'])
    .execute();
  // The agreement is locked: whatever was left out of it while the household disputed it is here to be seen.
  if (to !== 'released') {
    const households = await householdFiles(tx, county, dispute.household);
    await postDisputed(tx, county, { agreement: dispute.agreement, households }, said.at);
  }
  if (others.some((one) => one.state === 'open')) return;
  const parties = await tx
    .selectFrom('benefit.agreement_party')
    .select('household')
    .where('county', '=', county)
    .where('agreement', '=', dispute.agreement)
    .execute();
  const released = new Set(others.map((one) => one.household));
  const bindsNobody = parties.every((party) => party.household !== null && released.has(party.household));
  await moveAgreement(tx, row, bindsNobody ? 'ended' : 'in_force', said);
}
