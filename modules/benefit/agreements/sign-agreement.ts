import { type Actor, scopeIn } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { answersTo, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { householdsOfPerson, provePhone, requireHonest } from '#registry';
import { refuse } from '../refuse.ts';
import { agreementView, ownAgreement } from './agreement-views.ts';
import { type AgreementRow, isBinding, lockAgreement, moveAgreement, requireAlive } from './agreements.queries.ts';
import { isOf } from './draft-agreement.ts';
import { paperOf } from './papers.ts';

interface Signing {
  county: County;
  id: string;
  /** as the signer read it: only the newest can be signed */
  version: number;
}

/**
 * A member signs for the organisation, from the console.
 *
 * @throws Refusal `agreement-not-found` | `not-allowed` | `operator-dishonest` | `agreement-over` | `version-old` | `term-over` | `signed-already`
 */
export async function signForOrganisation(at: Context, by: Actor, input: Signing, key: OnceKey | null) {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const row = await lockAgreement(tx, county, id);
    if (!isOf(by, county, row.org)) throw refusePlatform('not-allowed');
    await requireHonest(tx, county, row.org, at.clock.now());
    await sign(tx, row, input, { signer: row.org, party: null, village: null, method: 'account' }, by, at.clock.now());
    return id;
  });
  return agreementView(at, by, county, id);
}

/**
 * A member of the household signs by the code sent to the phone they signed in by.
 *
 * @throws Refusal `agreement-not-found` | `agreement-over` | `version-old` | `term-over` | `signed-already` |
 *   `phone-unknown` | `phone-code-wrong`
 */
export async function signAsHousehold(at: Context, by: Actor, input: Signing & { code: string }, key: OnceKey | null) {
  const { county, id } = input;
  const files = (await householdsOfPerson(at.db, by.person, county)).flatMap((one) => one.files);
  // Outside of the transaction, which must not wait for a second connection; a right code is used up, so that whoever sends
  // the same again is not asked for it again.
  if (!key || (await answersTo(at.db, [key])).size === 0) await provePhone(at, by, input.code);
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const party = (await partiesOf(tx, county, id)).find((one) => one.household && files.includes(one.household));
    if (!party) throw refuse('agreement-not-found');
    const row = await lockAgreement(tx, county, id);
    const as = { signer: party.id, party: party.id, village: party.village, method: 'code' as const };
    await sign(tx, row, input, as, by, at.clock.now());
    return id;
  });
  return ownAgreement(at, by, county, id);
}

/**
 * A household, or a village's committee for its households, has signed on paper; the station or the cadre of the village has
 * seen it and keeps the photo.
 *
 * @throws Refusal `agreement-not-found` | `own-agreement` | `paper-not-found` | `agreement-over` | `version-old` |
 *   `term-over` | `signed-already`
 */
export async function signOnPaper(
  at: Context,
  by: Actor,
  input: Signing & { party: string; paper: string },
  key: OnceKey | null,
) {
  const { county, id, paper } = input;
  const own = (await householdsOfPerson(at.db, by.person, county)).flatMap((one) => one.files);
  await once(at.db, key, async (tx) => {
    // With the witness's eyes: a village outside his region is not there.
    await withScope(tx, scopeIn(by, county, ['keeper', 'cadre', 'operator']) ?? String(county));
    const party = (await partiesOf(tx, county, id)).find((one) => one.id === input.party);
    if (!party) throw refuse('agreement-not-found');
    await withScope(tx, String(county));
    const row = await lockAgreement(tx, county, id);
    // Nobody witnesses against nobody: not for their own family, and not for the side that profits.
    if ((party.household && own.includes(party.household)) || isOf(by, county, row.org)) throw refuse('own-agreement');
    if (!(await paperOf(tx, county, id, paper))) throw refuse('paper-not-found');
    const as = { signer: party.id, party: party.id, village: party.village, method: 'paper' as const, paper };
    await sign(tx, row, input, as, by, at.clock.now());
    return id;
  });
  return agreementView(at, by, county, id);
}

const partiesOf = (tx: Tx, county: County, agreement: string) =>
  tx
    .selectFrom('benefit.agreement_party')
    .select(['id', 'village', 'household'])
    .where('county', '=', county)
    .where('agreement', '=', agreement)
    .execute();

async function sign(
  tx: Tx,
  row: AgreementRow,
  { version }: Signing,
  as: {
    signer: string;
    party: string | null;
    village: string | null;
    method: 'account' | 'code' | 'paper';
    paper?: string;
  },
  by: Actor,
  now: Date,
): Promise<void> {
  requireAlive(row);
  if (version !== row.latest) throw refuse('version-old', { latest: row.latest });
  const { ends_on } = await tx
    .selectFrom('benefit.agreement_version')
    .select('ends_on')
    .where('county', '=', row.county)
    .where('agreement', '=', row.id)
    .where('version', '=', version)
    .executeTakeFirstOrThrow();
  if (ends_on < dayOf(now)) throw refuse('term-over');
  // The row is locked, so that a second hand finds the first one's signature.
  const signed = await tx
    .insertInto('benefit.agreement_signature')
    .values({
      ...{ county: row.county, agreement: row.id, version, ...as, paper: as.paper ?? null },
      ...{ by_person: by.person, at: now },
    })
    .onConflict((c) => c.columns(['county', 'agreement', 'version', 'signer']).doNothing())
    .executeTakeFirst();
  if (signed.numInsertedOrUpdatedRows === 0n) throw refuse('signed-already');
  const said = { words: '', by: by.person, at: now };
  if (row.state === 'draft') await moveAgreement(tx, row, 'half_signed', said);
  else if (row.state === 'half_signed' && (await isBinding(tx, row))) await moveAgreement(tx, row, 'in_force', said);
}
