import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { scopeIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once, scoped, type Tx, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { householdFiles, householdsOfPerson, noteReading } from '#registry';
import { orderForReader } from '#trade';
import { householdInScope } from '../entries/entries.queries.ts';
import { refuse } from '../refuse.ts';
import { encodeOpening } from './entry-layout.ts';
import { logOrigin } from './log-keys.ts';
import { openSecret, saltOf } from './sequence.ts';

/** A line of the log that can be shown, and what shows it. */
export interface Shown {
  entry: string;
  index: number;
  mechanism: string;
  month: string;
  fen: number;
  opening: string;
  url: string;
}

/**
 * One's own line, by the phone signed in with.
 *
 * @throws Refusal `entry-not-found` | `not-in-log-yet` | `opening-erased`
 */
export async function ownOpening(at: Context, by: Actor, input: { county: County; entry: string }): Promise<Shown> {
  const own = await householdsOfPerson(at.db, by.person, input.county);
  const files = own.flatMap((one) => one.files);
  return scoped(at.db, String(input.county), async (tx) =>
    onlyOne(await shown(at, tx, input.county, [input.entry], files)),
  );
}

const helpers = ['keeper', 'cadre', 'operator'] as const;

/**
 * A household's line, opened by its station or cadre on its behalf; who did so and why is written down.
 *
 * @throws Refusal `household-not-found` | `entry-not-found` | `not-in-log-yet` | `opening-erased`
 */
export async function householdOpening(
  at: Context,
  by: Actor,
  input: { county: County; household: string; entry: string; reason: string },
): Promise<Shown> {
  const { county, household, entry, reason } = input;
  const scope = scopeIn(by, county, helpers);
  const role = by.memberships.find((m) => helpers.some((one) => one === m.role))?.role;
  if (!scope || !role) throw refusePlatform('not-allowed');
  return scoped(at.db, scope, async (tx) => {
    if (!(await householdInScope(tx, county, household))) throw refuse('household-not-found');
    // As in its statement: lines from the village it lived in before are its own.
    await withScope(tx, String(county));
    const found = onlyOne(await shown(at, tx, county, [entry], await householdFiles(tx, county, household)));
    await noteReading(tx, {
      ...{ county, household, person: by.person, role, fields: ['log_opening'], reason },
      at: at.clock.now(),
    });
    return found;
  });
}

/**
 * What the shares agreed on an order's lines became: each household's, without saying whose. For its buyer and those
 * who may read the order.
 *
 * @throws Refusal `order-not-found`
 */
export async function orderOpenings(at: Context, by: Actor, input: { county: County; order: string }) {
  const { county } = input;
  const { order } = await orderForReader(at.db, by, county, input.order);
  return scoped(at.db, String(county), async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select e.id from benefit.entry e
       where e.county = ${county} and e.evidence_kind = 'order_line' and e.evidence in
         (select line from benefit.line_share where county = ${county} and "order" = ${order.id})
       order by e.id`.execute(tx);
    const entries = rows.map((row) => row.id);
    const lines = await shown(at, tx, county, entries);
    return { lines: lines.flatMap((one) => ('opening' in one ? [one] : [])), entries: entries.length };
  });
}

/**
 * Throws away what opens a household's lines. The log keeps them, and its totals; nobody can say any more what they
 * rest on. Done once; what comes later has a salt that is never kept.
 *
 * @throws Refusal `household-not-found` | `opening-erased`
 */
export async function eraseOpenings(
  at: Context,
  by: Actor,
  input: { county: County; household: string; reason: string },
  key: OnceKey | null,
): Promise<void> {
  const { county, household, reason } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const found = await householdInScope(tx, county, household);
    if (!found) throw refuse('household-not-found');
    const now = at.clock.now();
    for (const file of await householdFiles(tx, county, household)) {
      const { rows } = await sql`
        insert into benefit.log_secret as s (county, household, village, secret_sealed, made_at, erased_at, erased_by, erased_because)
        values (${county}::int, ${file}::uuid, ${found.village}::text, null, ${now}::timestamptz, ${now}::timestamptz,
          ${by.person}::text, ${reason}::text)
        on conflict (county, household) do update
          set secret_sealed = null, erased_at = excluded.erased_at, erased_by = excluded.erased_by,
              erased_because = excluded.erased_because
          where s.erased_at is null
        returning household`.execute(tx);
      if (rows.length === 0 && file === household) throw refuse('opening-erased');
    }
  });
}

type NotShown = { entry: string; because: 'not-in-log-yet' | 'opening-erased' };

function onlyOne(found: readonly (Shown | NotShown)[]): Shown {
  const [one] = found;
  if (!one) throw refuse('entry-not-found');
  if ('because' in one) throw refuse(one.because);
  return one;
}

/** Lines with their openings, as far as the transaction's scope shows them; only of some households where these are named. */
async function shown(
  at: Context,
  tx: Tx,
  county: County,
  entries: readonly string[],
  households?: readonly string[],
): Promise<(Shown | NotShown)[]> {
  const origin = await logOrigin({ ...at, db: tx });
  const rows = (await openable(tx, county, entries)).filter((row) => households?.includes(row.household) ?? true);
  const places = await positions(tx, county, entries);
  return rows.map((row) => {
    const { entry, mechanism, month, fen, evidence, evidenceKind } = row;
    const index = places.get(entry);
    if (index === undefined) return { entry, because: 'not-in-log-yet' };
    if (!row.secret_sealed) return { entry, because: 'opening-erased' };
    const salt = saltOf(openSecret(at.sealer, row.secret_sealed), entry);
    const opening = encodeOpening({ origin, index, salt, county, month, mechanism, fen, evidenceKind, evidence });
    return { entry, index, mechanism, month, fen, opening, url: `${at.publicUrl}/verify#open=${opening}` };
  });
}

async function openable(tx: Tx, county: County, entries: readonly string[]) {
  if (entries.length === 0) return [];
  return tx
    .selectFrom('benefit.entry as e')
    .leftJoin('benefit.log_secret as s', (join) =>
      join.onRef('s.county', '=', 'e.county').onRef('s.household', '=', 'e.household'),
    )
    .select(['e.id as entry', 'e.household', 'e.mechanism', 'e.month', 'e.fen', 'e.evidence'])
    .select(['e.evidence_kind as evidenceKind', 's.secret_sealed'])
    .where('e.county', '=', county)
    .where('e.id', 'in', entries)
    .orderBy('e.id')
    .execute();
}

async function positions(db: Db, county: County, entries: readonly string[]): Promise<Map<string, number>> {
  if (entries.length === 0) return new Map();
  const rows = await db
    .selectFrom('benefit.log_leaf')
    .select(['entry', 'position'])
    .where('county', '=', county)
    .where('entry', 'in', entries)
    .execute();
  return new Map(rows.map((row) => [row.entry, row.position]));
}
