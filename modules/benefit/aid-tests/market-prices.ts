import { sql } from 'kysely';
import { knowVariety, listCategories } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { cropsByCode, personNames, requireCounty } from '#registry';
import { refuse } from '../refuse.ts';

/** What a kilogram cost a buyer in a market on a day, as somebody saw it there. */
export interface SeenPrice {
  crop: string;
  category: string;
  /** of one variety only; of none in particular when left out */
  variety?: string;
  grade: string;
  /** YYYY-MM-DD */
  day: string;
  market: string;
  /** how it is known: seen there, a bulletin and its address */
  source: string;
  fenPerKg: Fen;
}

/**
 * Enters a market price. Of the same market and day the last one counts; none is edited.
 *
 * @throws Refusal `county-not-open` | `crop-unknown` | `category-unknown` | `day-ahead`
 */
export async function enterMarketPrice(
  at: Context,
  by: Actor,
  input: SeenPrice & { county: County },
  key: OnceKey | null,
): Promise<{ id: string }> {
  const { county, crop, category, variety = '', grade, day, market, source, fenPerKg } = input;
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await requireCounty(tx, county);
    if (!(await cropsByCode(tx)).has(crop)) throw refuse('crop-unknown');
    if (!(await listCategories(tx)).some((one) => one.code === category)) throw refuse('category-unknown');
    if (day > dayOf(now)) throw refuse('day-ahead');
    const id = newId();
    await tx
      .insertInto('benefit.market_price')
      .values({
        ...{
          county,
          id,
          crop,
          category,
          day,
          variety: variety.trim(),
          grade: grade.trim(),
          market: market.trim(),
          source: source.trim(),
        },
        ...{ fen_per_kg: fenPerKg, by_person: by.person, at: now },
      })
      .execute();
    // What a market calls it, a station may call it as well.
    if (variety.trim() !== '') await knowVariety(tx, { county, crop, name: variety.trim(), at: now });
    return { id };
  });
}

/** A page of entered prices, the newest day first. */
export async function marketPrices(
  at: Context,
  county: County,
  { crop, page = 1, size = 20 }: { crop?: string; page?: number; size?: number },
) {
  const where = sql`county = ${county} and (${crop ?? null}::text is null or crop = ${crop ?? null})`;
  const counted = await sql<{ total: number }>`
    select count(*)::int as total from benefit.market_price where ${where}`.execute(at.db);
  const { rows } = await sql<SeenPrice & { variety: string; id: string; by: string; at: Date }>`
    select id, crop, category, variety, grade, day, market, source, fen_per_kg as "fenPerKg", by_person as by, at
      from benefit.market_price where ${where}
     order by day desc, at desc, id limit ${size} offset ${(page - 1) * size}`.execute(at.db);
  const [crops, people] = await Promise.all([
    cropsByCode(at.db),
    personNames(
      at.db,
      rows.map((row) => row.by),
    ),
  ]);
  return {
    rows: rows.map(({ by, ...row }) => ({
      ...row,
      cropName: crops.get(row.crop)?.nameZh ?? row.crop,
      byName: people.get(by) ?? '',
    })),
    ...{ total: counted.rows[0]?.total ?? 0, page, size },
  };
}
