import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, scoped, type Tx, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { personNames } from '../people/people.queries.ts';
import { refuse } from '../refuse.ts';
import { regionNames, requireCounty, villageInCounty } from '../regions/regions.queries.ts';
import { cardHash, cardText, readCardText, spelledCard } from './card-layout.ts';
import type { CardHolder, HouseholdCard } from './household-card.contract.ts';
import { cardByHash, cardsOf, insertCards, lettersOf } from './household-cards.queries.ts';
import { householdBrief, householdNow } from './household-doors.queries.ts';
import { householdScope } from './household-scope.ts';

type View = Static<typeof HouseholdCard>;

const staff = ['keeper', 'cadre', 'operator'] as const;

/**
 * Makes a household's card. The one it had until then ends: a household has one, and a card that lies in a ditch must
 * not lead to it any more.
 *
 * @throws Refusal `not-allowed` | `not-found` outside the caller's region too | `household-not-here`
 */
export async function issueCard(
  at: Context,
  by: Actor,
  input: { county: County; id: string },
  key: OnceKey | null,
): Promise<View> {
  const { county, id } = input;
  const scope = householdScope(by, county, staff);
  // The answer is read afterwards, so that no card's letters are kept with the key.
  await once(at.db, key, async (tx) => {
    await withScope(tx, scope);
    await lockHousehold(tx, county, id);
    await endRunning(tx, { county, id, reason: null, by: by.person, at: at.clock.now() });
    await insertCards(tx, at.sealer, { county, households: [id], by: by.person, at: at.clock.now() });
    await changed(tx, county, [id], at.clock.now());
  });
  return scoped(at.db, scope, (tx) => cardView(tx, at, county, id));
}

/**
 * Ends a household's card, because it was lost or is not wanted. Found by name it is as before.
 *
 * @throws Refusal `not-allowed` | `not-found` | `household-not-here` | `card-none`
 */
export async function endCard(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
): Promise<View> {
  const { county, id, reason } = input;
  const scope = householdScope(by, county, staff);
  await once(at.db, key, async (tx) => {
    await withScope(tx, scope);
    await lockHousehold(tx, county, id);
    const of = { county, id, reason: reason.trim(), by: by.person, at: at.clock.now() };
    if (!(await endRunning(tx, of))) throw refuse('card-none');
    await changed(tx, county, [id], at.clock.now());
  });
  return scoped(at.db, scope, (tx) => cardView(tx, at, county, id));
}

/**
 * Makes a card for each active household of a village that has none: a box of cards for a village meeting.
 *
 * @returns the new cards, in the order of the households' numbers
 * @throws Refusal `not-allowed` | `county-not-open` | `region-code-broken` | `village-outside-county` |
 *   `village-outside-your-region`
 */
export async function issueCards(
  at: Context,
  by: Actor,
  input: { county: County; village: string },
  key: OnceKey | null,
) {
  const { county, village } = input;
  const scope = householdScope(by, county, staff);
  const made = await once(at.db, key, async (tx) => {
    await requireCounty(tx, county);
    await villageInCounty(tx, county, village);
    if (!village.startsWith(scope)) throw refuse('village-outside-your-region');
    await withScope(tx, scope);
    const households = await tx
      .selectFrom('registry.household')
      .select('id')
      .where('county', '=', county)
      .where('village', '=', village)
      .where('state', '=', 'active')
      .orderBy('id')
      .forUpdate()
      .execute();
    const ids = households.map((row) => row.id);
    const has = new Set((await cardsOf(tx, county, ids)).filter((one) => !one.end_at).map((one) => one.household));
    const without = ids.filter((id) => !has.has(id));
    await insertCards(tx, at.sealer, { county, households: without, by: by.person, at: at.clock.now() });
    await changed(tx, county, without, at.clock.now());
    return without;
  });
  return scoped(at.db, scope, (tx) => printed(tx, at, county, made));
}

/**
 * Whose a card is, for the scale. A card of a file that was merged leads to the one that stays.
 *
 * @param input.text as it was scanned, or its letters as they were typed
 * @throws Refusal `not-allowed` | `card-unknown` also outside the caller's region | `card-other-county` | `card-ended` |
 *   `household-not-here`
 */
export async function readCard(
  at: Context,
  by: Actor,
  input: { county: County; text: string },
): Promise<Static<typeof CardHolder>> {
  const { county } = input;
  const scope = householdScope(by, county, staff);
  const said = readCardText(input.text, county);
  if (!said) throw refuse('card-unknown');
  if ('county' in said) throw refuse('card-other-county');
  const hash = await cardHash(county, said.letters);
  return scoped(at.db, scope, async (tx) => {
    const card = await cardByHash(tx, county, hash);
    const now = card && (await householdNow(tx, county, card.household));
    const brief = now && (await householdBrief(tx, at.sealer, county, [now.id])).get(now.id);
    if (!card || !now || !brief) throw refuse('card-unknown');
    if (card.end_at) throw refuse('card-ended', { day: dayOf(card.end_at) });
    if (now.state !== 'active') throw refuse('household-not-here');
    const villageName = (await regionNames(tx, [brief.village])).get(brief.village)?.name ?? brief.village;
    return { id: brief.id, code: brief.code, headMasked: brief.headMasked, villageName };
  });
}

/** The card of a household and those it had. @throws Refusal `not-found` */
export async function cardView(tx: Tx, at: Context, county: County, id: string): Promise<View> {
  if (!(await householdNow(tx, county, id))) throw refusePlatform('not-found');
  const rows = await cardsOf(tx, county, [id]);
  const people = await personNames(
    tx,
    rows.flatMap((row) => [row.by_person, row.end_by ?? row.by_person]),
  );
  const running = rows.find((row) => !row.end_at);
  const [card] = running ? await printed(tx, at, county, [id]) : [];
  return {
    card:
      running && card ? { ...card, id: running.id, at: running.at, byName: people.get(running.by_person) ?? '' } : null,
    ended: rows.flatMap((row) =>
      row.end_at && row.end_by
        ? {
            ...{ id: row.id, from: row.at, until: row.end_at, reason: row.end_reason },
            byName: people.get(row.end_by) ?? '',
          }
        : [],
    ),
  };
}

/** The cards in use of some households as they are printed, by the households' numbers. */
async function printed(tx: Tx, at: Context, county: County, ids: readonly string[]) {
  if (ids.length === 0) return [];
  const running = (await cardsOf(tx, county, ids)).filter((one) => !one.end_at);
  const households = await tx
    .selectFrom('registry.household')
    .select(['id', 'code', 'village'])
    .where('county', '=', county)
    .where('id', 'in', ids)
    .orderBy('code')
    .execute();
  const names = await regionNames(
    tx,
    households.map((row) => row.village),
  );
  return households.flatMap(({ id, code, village }) => {
    const card = running.find((one) => one.household === id);
    if (!card) return [];
    const letters = lettersOf(at.sealer, county, card.id);
    const villageName = names.get(village)?.name ?? village;
    return { household: id, code, villageName, text: cardText(county, letters), letters: spelledCard(letters) };
  });
}

async function lockHousehold(tx: Tx, county: County, id: string): Promise<void> {
  const found = await tx
    .selectFrom('registry.household')
    .select('state')
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!found) throw refusePlatform('not-found');
  if (found.state !== 'active') throw refuse('household-not-here');
}

async function endRunning(
  tx: Tx,
  of: { county: County; id: string; reason: string | null; by: string; at: Date },
): Promise<boolean> {
  const running = (await cardsOf(tx, of.county, [of.id])).filter((one) => !one.end_at);
  if (running.length === 0) return false;
  await tx
    .insertInto('registry.household_card_end')
    .values(running.map((one) => ({ county: of.county, card: one.id, reason: of.reason, by_person: of.by, at: of.at })))
    .execute();
  return true;
}

/** Devices learn of it with what they carry next. */
async function changed(tx: Tx, county: County, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('registry.household')
    .set({ changed_at: now })
    .where('county', '=', county)
    .where('id', 'in', ids)
    .execute();
}
