import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';
import { cardHash, cardLetters } from './card-layout.ts';

export interface CardRow {
  id: string;
  household: string;
  by_person: string;
  at: Date;
  end_at: Date | null;
  end_by: string | null;
  end_reason: string | null;
}

/** All cards ever made of some households, the newest first. */
export async function cardsOf(db: Db, county: County, households: readonly string[]): Promise<CardRow[]> {
  const { rows } = await sql<CardRow>`
    select c.id, c.household, c.by_person, c.at, e.at as end_at, e.by_person as end_by, e.reason as end_reason
      from registry.household_card c
      left join registry.household_card_end e on e.county = c.county and e.card = c.id
     where c.county = ${county} and c.household = any(${households as string[]}::uuid[])
     order by c.at desc, c.id desc`.execute(db);
  return rows;
}

/** The card with a hash, in use or not. */
export async function cardByHash(db: Db, county: County, hash: string): Promise<CardRow | undefined> {
  const { rows } = await sql<CardRow>`
    select c.id, c.household, c.by_person, c.at, e.at as end_at, e.by_person as end_by, e.reason as end_reason
      from registry.household_card c
      left join registry.household_card_end e on e.county = c.county and e.card = c.id
     where c.county = ${county} and c.code_hash = ${hash}`.execute(db);
  return rows[0];
}

/** Hashes of the cards in use, by household: what a device carries. */
export async function cardHashes(db: Db, county: County, households: readonly string[]): Promise<Map<string, string>> {
  if (households.length === 0) return new Map();
  const { rows } = await sql<{ household: string; code_hash: string }>`
    select c.household, c.code_hash from registry.household_card c
     where c.county = ${county} and c.household = any(${households as string[]}::uuid[])
       and not exists (select from registry.household_card_end e where e.county = c.county and e.card = c.id)
     order by c.at`.execute(db);
  return new Map(rows.map((row) => [row.household, row.code_hash]));
}

/** The letters of a card: made of its id with the server's key, the same each time it is printed, and kept nowhere. */
export const lettersOf = (sealer: Sealer, county: County, card: string): string =>
  cardLetters(sealer.sign('household-card', `${county} ${card}`));

/** Writes a new card for each household. The caller has them locked. */
export async function insertCards(
  db: Db,
  sealer: Sealer,
  of: { county: County; households: readonly string[]; by: string; at: Date },
): Promise<void> {
  if (of.households.length === 0) return;
  const { county } = of;
  const rows = await Promise.all(
    of.households.map(async (household) => {
      const id = newId();
      const code_hash = await cardHash(county, lettersOf(sealer, county, id));
      return { county, id, household, code_hash, by_person: of.by, at: of.at };
    }),
  );
  await db.insertInto('registry.household_card').values(rows).execute();
}
