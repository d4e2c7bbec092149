import { type AccountName, ensureAccounts, type TransferInput, transferChains } from '#ledger';
import { monthOf } from '#platform/clock.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { insertEntries, type NewEntry } from './entries.queries.ts';
import { type EvidenceKind, type Income, type Mechanism, mechanismOf } from './entry-kinds.ts';

/** When something posts: as an entry says it, and as the ledger dates its transfer. */
export interface When {
  at: Date;
  /** YYYY-MM */
  month: string;
  bookedAt: Date;
}

/** In the month it is posted, as for what posts long after its fact: a month that was counted stays as it was. */
export const asOf = (now: Date): When => ({ at: now, month: monthOf(now), bookedAt: now });

/** An entry whose money moves with it. */
export type Posting = Moving & Kind;

/** By which way of helping it posts is said by its evidence; of public money it is said by its programme. */
type Kind =
  | { evidenceKind: Exclude<EvidenceKind, 'subsidy'> }
  | { evidenceKind: Extract<EvidenceKind, 'subsidy'>; mechanism: Mechanism };

interface Moving extends Omit<NewEntry, 'transfer'> {
  /** what gives it to the household, or gets it back where the fen are below zero */
  from: AccountName;
  /** the ledger's reason code, and the fact as the ledger names it */
  reason: string;
  fact: { kind: string; id: string };
  /** handed to the household in the same moment: whose cash it leaves by, and the ledger's reason code for that */
  paid?: { by: AccountName; reason: string };
  by?: string;
}

/**
 * Moves money to households, or back, and writes the entry of each transfer; all of them or none.
 *
 * @param options.ifCovered only if the accounts it comes from have it, though they may go below nothing
 * @returns false when they do not have it: nothing was written then
 */
export async function postEntries(
  tx: Tx,
  county: County,
  when: When,
  postings: readonly Posting[],
  { ifCovered = false }: { ifCovered?: boolean } = {},
): Promise<boolean> {
  if (postings.length === 0) return true;
  const inKind = ({ evidenceKind }: Posting) => evidenceKind === 'help';
  const accounts = await ensureAccounts(tx, county, [
    ...postings.map((one) => one.from),
    ...postings.map((one) => ({
      kind: inKind(one) ? ('household_kind' as const) : ('household' as const),
      owner: one.household,
    })),
    // Where nothing is paid at once the place is taken by an account that is there anyhow.
    ...postings.map((one) => one.paid?.by ?? one.from),
  ]);
  const account = (which: number, i: number) => accounts[which * postings.length + i] as string;
  const move = ({ fen, fact, by }: Posting, reason: string, from: string, to: string): TransferInput => ({
    ...{ id: newId(), kind: 'single', reason, evidenceKind: fact.kind, evidence: fact.id, by },
    ...{ debit: fen > 0 ? from : to, credit: fen > 0 ? to : from, amountFen: Math.abs(fen) },
    ...(ifCovered && { ifCovered }),
  });
  const moved = postings.map((one, i) => move(one, one.reason, account(0, i), account(1, i)));
  const paid = postings.flatMap((one, i) =>
    one.paid ? [move(one, one.paid.reason, account(1, i), account(2, i))] : [],
  );
  const [outcome] = await transferChains(tx, county, [[...moved, ...paid]], when.bookedAt);
  if (outcome && 'refusal' in outcome) {
    if (ifCovered && outcome.refusal.code === 'exceeds-balance') return false;
    throw outcome.refusal;
  }
  const entries = postings.map((one, i) => ({ ...one, transfer: (moved[i] as TransferInput).id }));
  for (const rows of Map.groupBy(entries, (one) => `${one.evidenceKind} ${wayOf(one)}`).values()) {
    const { evidenceKind } = rows[0] as (typeof rows)[number];
    const mechanism = wayOf(rows[0] as (typeof rows)[number]);
    await insertEntries(tx, county, { mechanism, evidenceKind, income: incomeOf(evidenceKind), ...when }, rows);
  }
  return true;
}

const wayOf = (one: Kind): Mechanism =>
  one.evidenceKind === 'subsidy' ? one.mechanism : mechanismOf[one.evidenceKind];

const incomeOf = (kind: EvidenceKind): Income =>
  kind === 'help' ? 'in_kind' : kind === 'subsidy' ? 'subsidy' : 'market';
