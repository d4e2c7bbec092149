import { transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { lockPayTerms } from '../payment/pay-terms.ts';
import { refuse } from '../refuse.ts';
import { bankAccounts } from './import-remittances.ts';
import { cover } from './match-remittances.ts';
import { readPayCode } from './pay-code.ts';
import { openRemittances, writeMatches } from './remittances.queries.ts';
import { takeInMatched } from './take-in-matched.ts';

/**
 * A person says which remittances pay a payment: the payer forgot the code, or wrote another's. Taken whole or not at
 * all, in the order given; what is left stays on the last.
 *
 * @throws Refusal `pay-terms-missing` | `pay-code-unknown` | `pay-code-taken` | `remittance-not-found` |
 *   `remittance-short`
 */
export async function matchByHand(
  at: Context,
  by: Actor,
  input: { county: County; code: string; remittances: readonly string[] },
  key: OnceKey | null,
): Promise<{ payment: string }> {
  const { county } = input;
  const payment = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await lockPayTerms(tx, county);
    const code = readPayCode(input.code);
    const wanted = code
      ? await tx
          .selectFrom('trade.pay_code')
          .select(['code', 'payment', 'fen', 'state'])
          .where('county', '=', county)
          .where('code', '=', code)
          .where('kind', '=', 'transfer')
          .executeTakeFirst()
      : undefined;
    if (!wanted) throw refuse('pay-code-unknown');
    if (wanted.state === 'taken') throw refuse('pay-code-taken');
    const ids = [...new Set(input.remittances)];
    const known = new Map((await openRemittances(tx, county, ids)).map((row) => [row.id, row]));
    const open = ids.flatMap((id) => known.get(id) ?? []);
    if (open.length < ids.length) throw refuse('remittance-not-found');
    const left = new Map(open.map((row) => [row.id, row.leftFen]));
    const matches = cover(wanted, open, left, 'person');
    if (!matches) throw refuse('remittance-short', { due: (wanted.fen / 100).toFixed(2) });
    const accounts = await bankAccounts(tx, county);
    const transfers = await writeMatches(tx, now, by.person, { county, matches, accounts });
    await transfer(tx, county, transfers, now);
    return wanted.payment;
  });
  await takeInMatched(at, 'bank', [payment]);
  return { payment };
}
