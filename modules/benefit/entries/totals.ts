import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { Lang } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { regionNames } from '#registry';
import { mechanismWords } from '../contract.ts';
import { entriesWhere, type Mechanism } from './entries.queries.ts';
import { readerScope } from './readers.ts';

/** Sums of entries by mechanism, village or month, in fen, within the reader's region; the largest first, months newest first. */
export async function benefitTotals(
  at: Context,
  by: Actor,
  input: { county: County; by: 'mechanism' | 'village' | 'month'; from?: string; to?: string },
  lang: Lang,
) {
  const { county, from, to } = input;
  const key = sql.ref<string>(`e.${input.by}`);
  const { rows, whole } = await scoped(at.db, readerScope(by, county), async (tx) => {
    const sums = entriesWhere(tx, county, { from, to })
      .select((e) => e.fn.countAll<number>().as('entries'))
      .select((e) => e.fn.count<number>('e.household').distinct().as('households'))
      .select((e) => e.fn.coalesce(e.fn.sum<number>('e.fen'), e.val(0)).as('fen'));
    return {
      rows: await sums
        .select(key.as('key'))
        .groupBy(key)
        .orderBy(input.by === 'month' ? key : sql`sum(e.fen)`, 'desc')
        .orderBy(key)
        .execute(),
      whole: await sums.executeTakeFirstOrThrow(),
    };
  });
  const villages =
    input.by === 'village'
      ? await regionNames(
          at.db,
          rows.map((row) => row.key),
        )
      : undefined;
  const nameOf = (one: string) =>
    input.by === 'mechanism' ? mechanismWords[one as Mechanism][lang] : (villages?.get(one)?.name ?? one);
  return {
    rows: rows.map((row) => ({ ...row, name: nameOf(row.key), fen: Number(row.fen) })),
    fen: Number(whole.fen),
    households: whole.households,
    entries: whole.entries,
  };
}
