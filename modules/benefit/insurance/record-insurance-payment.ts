import { ensureAccounts, transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { type Fen, yuan } from '#platform/money.ts';
import { hasPaper } from '#platform/papers.ts';
import { requireMaker } from '../agreements/draft-agreement.ts';
import { refuse } from '../refuse.ts';
import { claimsOf, insuranceClaims } from './insurance-views.ts';

/** Papers of settlements lie under this name. */
export const INSURANCE_PAPERS = 'insurance';

export interface NewPayment {
  county: County;
  org: string;
  insurer: string;
  /** the insurer's own number of the settlement */
  reference: string;
  /** YYYY-MM-DD */
  day: string;
  fen: Fen;
  file: string;
  words: string;
}

/**
 * An insurer paid an organisation what it bears of its floor prices. The households have theirs already, so nothing of it
 * is theirs: what the organisation laid out becomes less, and so does the claim, which is at nothing when all is paid.
 *
 * @throws Refusal `not-allowed` | `payment-day-ahead` | `insurance-paper-unknown` | `claim-not-found` |
 *   `payment-recorded` | `payment-above-claim`
 */
export async function recordInsurancePayment(at: Context, by: Actor, input: NewPayment, key: OnceKey | null) {
  const { county, org, day, fen, file } = input;
  const [insurer, reference] = [input.insurer.trim(), input.reference.trim()];
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    requireMaker(by, county, org);
    if (day > dayOf(now)) throw refuse('payment-day-ahead');
    if (!(await hasPaper(at.files, INSURANCE_PAPERS, file))) throw refuse('insurance-paper-unknown');
    await withScope(tx, String(county));
    // The counter's row is the lock: two payments of one county come one after the other and see what the other left.
    const n = await nextNumber(tx, county, 'insurance payment');
    const [claim] = await claimsOf(tx, county, [org]);
    if (!claim) throw refuse('claim-not-found');
    const known = await tx
      .selectFrom('benefit.insurance_payment as p')
      .select('p.id')
      .where('p.county', '=', county)
      .where('p.insurer', '=', insurer)
      .where('p.reference', '=', reference)
      .where('p.reverses', 'is', null)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('benefit.insurance_payment as r')
              .select('r.id')
              .whereRef('r.county', '=', 'p.county')
              .whereRef('r.reverses', '=', 'p.id'),
          ),
        ),
      )
      .executeTakeFirst();
    if (known) throw refuse('payment-recorded', { insurer });
    if (fen > claim.openFen) throw refuse('payment-above-claim', { left: yuan(Math.max(0, claim.openFen)) });

    const id = newId();
    const number = `BX${day.slice(0, 4)}${String(n).padStart(5, '0')}`;
    await tx
      .insertInto('benefit.insurance_payment')
      .values({
        ...{ county, id, number, org, insurer, reference, day, fen, file, words: input.words.trim() },
        ...{ reverses: null, by_person: by.person, at: now },
      })
      .execute();
    await settle(tx, county, { id, org, fen, by: by.person }, now);
    return id;
  });
  return insuranceClaims(at, by, county);
}

/**
 * A payment that was recorded by mistake is taken back by a second row; the claim is open again by as much.
 *
 * @throws Refusal `insurance-payment-not-found` | `not-allowed` | `insurance-payment-reversed`
 */
export async function reverseInsurancePayment(
  at: Context,
  by: Actor,
  { county, id: wrong, reason }: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await nextNumber(tx, county, 'insurance payment');
    const first = await tx
      .selectFrom('benefit.insurance_payment')
      .selectAll()
      .where('county', '=', county)
      .where('id', '=', wrong)
      .where('reverses', 'is', null)
      .executeTakeFirst();
    if (!first) throw refuse('insurance-payment-not-found');
    requireMaker(by, county, first.org);
    const reversed = await tx
      .selectFrom('benefit.insurance_payment')
      .select('id')
      .where('county', '=', county)
      .where('reverses', '=', wrong)
      .executeTakeFirst();
    if (reversed) throw refuse('insurance-payment-reversed');
    const [id, fen] = [newId(), -first.fen];
    await tx
      .insertInto('benefit.insurance_payment')
      .values({
        ...first,
        ...{ id, number: `${first.number}-1`, fen, words: reason.trim(), reverses: wrong },
        ...{ by_person: by.person, at: now },
      })
      .execute();
    await settle(tx, county, { id, org: first.org, fen, by: by.person }, now);
    return id;
  });
  return insuranceClaims(at, by, county);
}

async function settle(
  tx: Tx,
  county: County,
  { id, org, fen, by }: { id: string; org: string; fen: Fen; by: string | null },
  now: Date,
): Promise<void> {
  const [cash, claim] = (await ensureAccounts(tx, county, [
    { kind: 'buyer_cash', owner: org },
    { kind: 'insurance_claim', owner: org },
  ])) as [string, string];
  await transfer(
    tx,
    county,
    [
      {
        ...{ id: newId(), kind: 'single', amountFen: Math.abs(fen), evidenceKind: 'insurance_payment', evidence: id },
        ...(fen > 0 ? { debit: cash, credit: claim } : { debit: claim, credit: cash }),
        ...{ reason: fen > 0 ? 'insurance-paid' : 'insurance-paid-back', by: by ?? undefined },
      },
    ],
    now,
  );
}
