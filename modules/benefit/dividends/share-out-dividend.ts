import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { type Fen, splitByWeight, yuan } from '#platform/money.ts';
import { refuse } from '../refuse.ts';
import { dividendView } from './dividend-views.ts';
import { type DistributionRow, lockDistribution, lockDividend, requireDividendMove } from './dividends.queries.ts';

/**
 * A village's collective shares out what it got by a dividend, by parts and to the fen; as its assembly decided, whose paper
 * the words name. Only with this, approved by a second person, does it become income of households.
 *
 * @param input.line the collective's line of the dividend
 * @param input.shares parts of each household; every active household of the village one part when empty
 * @throws Refusal `dividend-not-found` | `not-of-collective` | `sharer-elsewhere` | `over-the-share` | `share-too-small`
 */
export async function shareOutDividend(
  at: Context,
  by: Actor,
  input: {
    county: County;
    id: string;
    line: string;
    fen: Fen;
    shares: readonly { household: string; parts: number }[];
    words: string;
  },
  key: OnceKey | null,
) {
  const { county, id, fen, words } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    // The dividend's row is the lock: two distributions at once would both see the same rest.
    const dividend = await lockDividend(tx, county, id);
    const line = await tx
      .selectFrom('benefit.dividend_line')
      .select(['id', 'fen', 'village', 'household'])
      .where('county', '=', county)
      .where('dividend', '=', id)
      .where('id', '=', input.line)
      .executeTakeFirst();
    if (!line || line.household || dividend.state !== 'paid') throw refuse('not-of-collective');
    const shares = await sharersOf(tx, county, line.village, input.shares);
    const left = line.fen - (await sharedOut(tx, county, line.id));
    if (fen > left) throw refuse('over-the-share', { left: yuan(left) });
    const parts = splitByWeight(
      fen,
      shares.map((one) => one.parts),
    );
    if (parts.some((part) => part === 0)) throw refuse('share-too-small');

    const distribution = newId();
    const number = `FP${String(await nextNumber(tx, county, 'distribution')).padStart(5, '0')}`;
    await tx
      .insertInto('benefit.distribution')
      .values({
        ...{ county, id: distribution, number, line: line.id, village: line.village, fen, words: words.trim() },
        ...{ state: 'declared', declared_by: by.person, declared_at: at.clock.now() },
      })
      .execute();
    await sql`
      insert into benefit.distribution_line (county, id, distribution, household, village, fen)
      select ${county}::int, n.id, ${distribution}::uuid, n.household, ${line.village}::text, n.fen
        from unnest(${shares.map(() => newId())}::uuid[], ${shares.map((one) => one.household)}::uuid[],
          ${parts}::bigint[]) n (id, household, fen)`.execute(tx);
    return null;
  });
  return dividendView(at, by, county, id);
}

/**
 * A second person approves what a collective shares out, as it was seen; the job books it.
 *
 * @throws Refusal `distribution-not-found` | `dividend-move-not-allowed` | `dividend-same-person` | `dividend-changed`
 */
export async function approveDistribution(
  at: Context,
  by: Actor,
  { county, id, fen }: { county: County; id: string; fen: Fen },
  key: OnceKey | null,
) {
  const dividend = await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const row = await lockDistribution(tx, county, id);
    requireDividendMove(row, 'approved');
    if (row.declared_by === by.person) throw refuse('dividend-same-person');
    if (row.fen !== fen) throw refuse('dividend-changed');
    await tx
      .updateTable('benefit.distribution')
      .set({ state: 'approved', approved_by: by.person, approved_at: at.clock.now() })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    return dividendOfLine(tx, row);
  });
  return dividendView(at, by, county, dividend);
}

/** Takes it back before it is approved. @throws Refusal `distribution-not-found` | `dividend-move-not-allowed` */
export async function withdrawDistribution(
  at: Context,
  by: Actor,
  { county, id }: { county: County; id: string },
  key: OnceKey | null,
) {
  const dividend = await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const row = await lockDistribution(tx, county, id);
    requireDividendMove(row, 'withdrawn');
    await tx
      .updateTable('benefit.distribution')
      .set({ state: 'withdrawn' })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    return dividendOfLine(tx, row);
  });
  return dividendView(at, by, county, dividend);
}

const dividendOfLine = async (tx: Tx, { county, line }: DistributionRow): Promise<string> =>
  (
    await tx
      .selectFrom('benefit.dividend_line')
      .select('dividend')
      .where('county', '=', county)
      .where('id', '=', line)
      .executeTakeFirstOrThrow()
  ).dividend;

/** What of a collective's line is shared out, or proposed to be. */
async function sharedOut(tx: Tx, county: County, line: string): Promise<Fen> {
  const { fen } = await tx
    .selectFrom('benefit.distribution')
    .select((e) => e.fn.coalesce(e.fn.sum<number>('fen'), e.val(0)).as('fen'))
    .where('county', '=', county)
    .where('line', '=', line)
    .where('state', '<>', 'withdrawn')
    .executeTakeFirstOrThrow();
  return Number(fen);
}

async function sharersOf(
  tx: Tx,
  county: County,
  village: string,
  asked: readonly { household: string; parts: number }[],
): Promise<{ household: string; parts: number }[]> {
  const active = await tx
    .selectFrom('registry.household_facts')
    .select('household')
    .where('county', '=', county)
    .where('village', '=', village)
    .where('state', '=', 'active')
    .orderBy('code')
    .execute();
  const known = new Set(active.map((row) => row.household as string));
  if (asked.some((one) => !known.has(one.household)) || known.size === 0) throw refuse('sharer-elsewhere');
  if (new Set(asked.map((one) => one.household)).size !== asked.length) throw refuse('sharer-elsewhere');
  return asked.length > 0 ? [...asked] : [...known].map((household) => ({ household, parts: 1 }));
}
