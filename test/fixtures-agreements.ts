import type { Context } from '#platform/context.ts';
import { nextNumbers, scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import type { Terms } from '../modules/benefit/agreements/agreement-kinds.ts';
import { inSets } from './fixtures.ts';

interface NewTestAgreement {
  org: string;
  terms: Terms;
  /** parties of their own */
  households?: readonly { household: string; village: string }[];
  /** whole villages */
  villages?: readonly string[];
  /** YYYY-MM-DD; default this and the next year */
  startsOn?: string;
  endsOn?: string;
  /** when both signed; default now */
  signedAt?: Date;
}

/** An agreement in force that both sides signed at once, written past the acts. @returns its id */
export async function addTestAgreement(at: Context, input: NewTestAgreement & { county: number }): Promise<string> {
  return (await addTestAgreements(at, input.county, [input]))[0] as string;
}

/** Many such agreements of one county. @returns their ids, in the same order */
export async function addTestAgreements(
  at: Context,
  county: number,
  agreements: readonly NewTestAgreement[],
): Promise<string[]> {
  const written = agreements.map((input) => {
    const { households = [], villages = [], signedAt = at.clock.now() } = input;
    const id = newId();
    const parties = [...households, ...villages.map((village) => ({ household: null, village }))].map((party) => ({
      ...{ county, agreement: id, id: newId() },
      ...party,
    }));
    return { ...input, id, parties, said: { by_person: 'test', at: signedAt }, year: signedAt.getUTCFullYear() };
  });
  await scoped(at.db, String(county), async (tx) => {
    let number = await nextNumbers(tx, county, 'test agreement', written.length);
    for (const some of inSets(written)) {
      await tx
        .insertInto('benefit.agreement')
        .values(
          some.map(({ id, org, terms, said }) => ({
            ...{ county, id, number: `T${String(number++).padStart(8, '0')}`, kind: terms.kind, org },
            ...{ state: 'in_force' as const, latest: 1, ...said },
          })),
        )
        .execute();
      await tx
        .insertInto('benefit.agreement_version')
        .values(
          some.map(({ id, terms, said, year, startsOn, endsOn }) => ({
            ...{ county, agreement: id, version: 1, terms: JSON.stringify(terms), words: '', ...said },
            ...{ starts_on: startsOn ?? `${year}-01-01`, ends_on: endsOn ?? `${year + 1}-12-31` },
          })),
        )
        .execute();
      await tx
        .insertInto('benefit.agreement_move')
        .values(
          some.map(({ id, said }) => ({
            ...{ county, id: newId(), agreement: id, from_state: null, to_state: 'in_force' as const, words: '' },
            ...said,
          })),
        )
        .execute();
    }
    for (const parties of inSets(written.flatMap((one) => one.parties))) {
      await tx.insertInto('benefit.agreement_party').values(parties).execute();
    }
    const signatures = written.flatMap(({ id, org, parties, said }) => {
      const signature = { county, agreement: id, version: 1, ...said };
      return [
        { ...signature, signer: org, party: null, village: null, method: 'account' as const },
        ...parties.map((party) => ({
          ...{ ...signature, signer: party.id, party: party.id, village: party.village, method: 'code' as const },
        })),
      ];
    });
    for (const some of inSets(signatures)) await tx.insertInto('benefit.agreement_signature').values(some).execute();
  });
  return written.map(({ id }) => id);
}

/** A household's open dispute of an agreement in force, written past the act. @returns its id */
export async function disputeTestAgreement(
  at: Context,
  county: number,
  { agreement, household }: { agreement: string; household: string },
  village: string,
): Promise<string> {
  const id = newId();
  const now = at.clock.now();
  const said = { words: '没按说好的来', by_person: 'test', at: now };
  await scoped(at.db, String(county), async (tx) => {
    await tx
      .insertInto('benefit.agreement_dispute')
      .values({ county, id, agreement, household, village, state: 'open', due_at: now, ...said })
      .execute();
    await tx
      .updateTable('benefit.agreement')
      .set({ state: 'disputed' })
      .where('county', '=', county)
      .where('id', '=', agreement)
      .execute();
    await tx
      .insertInto('benefit.agreement_move')
      .values({ county, id: newId(), agreement, from_state: 'in_force', to_state: 'disputed', ...said })
      .execute();
  });
  return id;
}
