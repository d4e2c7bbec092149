import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { postProjectShares } from '../crowdfunding/project-shares.ts';
import { asOf, postEntries } from '../entries/post-entries.ts';
import { coverNote, readNote } from '../industry/cover-note.ts';
import { lineSharesById } from '../settled/settled.queries.ts';
import { settledLines } from '../settled/settled-lines.ts';
import { agreedPosting, agreedShares, insertAgreedLines } from '../shop/agreed-lines.ts';
import { insertOwnSales, ownSales, salePosting } from '../startup/net-sales.ts';
import { type LeftOut, strikeLeftOut, waitingFor } from './left-out.queries.ts';

/**
 * A dispute ended and the agreement stands: what was left out of it for the household posts now, once, as it would have
 * then.
 *
 * @param tx with the county's scope; the agreement is locked, so nothing is left out of it meanwhile
 * @param households all files of the household
 */
export async function postDisputed(
  tx: Tx,
  county: County,
  { agreement, households }: { agreement: string; households: readonly string[] },
  now: Date,
): Promise<void> {
  for (const fact of await waitingFor(tx, county, { why: 'household-disputed', agreement, households })) {
    await postLeftOut(tx, county, fact, now);
  }
}

/** Floor prices that the county's fund could not pay, as far as it can now; the oldest first. @returns how many it paid */
export async function postFundShort(at: Context, signal?: AbortSignal): Promise<number> {
  const waiting = await scoped(at.db, 'all', (tx) =>
    tx
      .selectFrom('benefit.left_out')
      .select('county')
      .distinct()
      .where('why', '=', 'fund-short')
      .orderBy('county')
      .execute(),
  );
  let paid = 0;
  for (const { county } of waiting) {
    const facts = await scoped(at.db, String(county), (tx) => waitingFor(tx, county, { why: 'fund-short' }));
    for (const fact of facts) {
      if (signal?.aborted) return paid;
      await scoped(at.db, String(county), (tx) => postLeftOut(tx, county, fact, at.clock.now()));
      const left = await scoped(at.db, String(county), (tx) => stillWaits(tx, county, fact));
      // Whoever waits longest is paid first, however little would be enough for the next.
      if (left) break;
      paid++;
    }
  }
  return paid;
}

async function stillWaits(tx: Tx, county: County, fact: LeftOut): Promise<boolean> {
  const { rows } = await sql<{ one: number }>`
    select 1 as one from benefit.left_out
     where county = ${county} and evidence_kind = ${fact.evidenceKind} and evidence = ${fact.evidence}
       and household = ${fact.household} and why = ${fact.why}`.execute(tx);
  return rows.length > 0;
}

async function postLeftOut(tx: Tx, county: County, fact: LeftOut, now: Date): Promise<void> {
  const when = asOf(now);
  if (fact.evidenceKind === 'floor') {
    await coverNote(tx, county, await readNote(tx, county, fact.evidence), when);
    return;
  }
  if (fact.evidenceKind === 'project') {
    await postProjectShares(tx, county, fact.evidence, now, [fact.household]);
    return;
  }
  const shares = await lineSharesById(tx, county, fact.evidence);
  const [line] = await settledLines(tx, county, shares, fact.at);
  if (!line) throw new Error(`line ${fact.evidence} was left out and is not settled`);
  const agreed = await agreedShares(tx, county, [line]);
  await strikeLeftOut(tx, county, fact);
  if (fact.evidenceKind === 'agreed_line') {
    const own = agreed.filter(({ grower, under, fen }) => grower.household === fact.household && !under.why && fen > 0);
    await postEntries(tx, county, when, own.map(agreedPosting));
    await insertAgreedLines(tx, county, own, now);
  } else {
    const own = (await ownSales(tx, county, [line], agreed)).filter(({ under }) => under.why === null);
    await postEntries(tx, county, when, own.map(salePosting));
    await insertOwnSales(tx, county, own, now);
  }
}
