import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { type Actor, overCounty, system } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { DB } from '#platform/database/tables.ts';
import { type Db, type OnceKey, once, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { personNames } from '#registry';
import { refuse } from '../refuse.ts';
import { type CaseKind, type CaseState, differenceMoves } from './difference-states.ts';

type CaseFields = Selectable<DB['trade.reconcile_case']>;

/** A difference that was found. Amounts in fen. */
export interface Difference {
  kind: CaseKind;
  /** what it is about; the same difference found again is the same case */
  subject: string;
  counties: readonly County[];
  provider: string;
  day: string;
  payment?: string | null;
  refund?: string | null;
  remittance?: string | null;
  ourFen: Fen;
  theirFen: Fen;
}

/**
 * Opens a case for each difference, once: one that is known keeps its state, and its amounts are brought up to date
 * while it is not closed. A closed one whose amounts are others by now is opened again.
 *
 * @returns how many were opened or opened again
 */
export async function openCases(tx: Tx, now: Date, differences: readonly Difference[]): Promise<number> {
  let opened = 0;
  for (const found of differences) {
    const amounts = { our_fen: found.ourFen, their_fen: found.theirFen };
    const id = newId();
    const made = await tx
      .insertInto('trade.reconcile_case')
      .values({
        id,
        kind: found.kind,
        subject: found.subject,
        counties: [...found.counties],
        provider: found.provider,
        day: found.day,
        payment: found.payment ?? null,
        refund: found.refund ?? null,
        remittance: found.remittance ?? null,
        ...amounts,
        state: 'open',
        opened_at: now,
      })
      .onConflict((c) => c.columns(['kind', 'subject']).doNothing())
      .executeTakeFirst();
    if (made.numInsertedOrUpdatedRows === 1n) {
      await writeMove(tx, { case: id, from: null, to: 'open', reason: '对账发现', by: system.person, at: now });
      opened++;
      continue;
    }
    const known = await tx
      .selectFrom('trade.reconcile_case')
      .selectAll()
      .where('kind', '=', found.kind)
      .where('subject', '=', found.subject)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const changed = known.our_fen !== found.ourFen || known.their_fen !== found.theirFen;
    if (!changed) continue;
    await tx.updateTable('trade.reconcile_case').set(amounts).where('id', '=', known.id).execute();
    if (differenceMoves.allows(known.state, 'open')) {
      await move(tx, now, system, known, 'open', '金额又有变化');
      opened++;
    }
  }
  return opened;
}

/** What was found before and is not there any more: nobody has to look for it, and somebody still closes it. */
export async function correctCases(
  tx: Tx,
  now: Date,
  which: { kinds: readonly CaseKind[]; subjects: readonly string[] },
  reason: string,
): Promise<void> {
  if (which.subjects.length === 0) return;
  const rows = await tx
    .selectFrom('trade.reconcile_case')
    .selectAll()
    .where('kind', 'in', which.kinds)
    .where('subject', 'in', which.subjects)
    .where('state', 'in', ['open', 'explained'])
    .orderBy('id')
    .forUpdate()
    .execute();
  for (const row of rows) await move(tx, now, system, row, 'corrected', reason);
}

/**
 * Moves a case along its graph.
 *
 * @throws Refusal `difference-not-found` | `difference-move-not-allowed`
 */
export async function moveDifference(
  at: Context,
  by: Actor,
  input: { county: County; id: string; to: CaseState; reason: string },
  key: OnceKey | null,
): Promise<void> {
  await once(at.db, key, async (tx) => {
    const row = await visible(tx, by, input.county)
      .selectAll()
      .where('id', '=', input.id)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw refuse('difference-not-found');
    if (!differenceMoves.allows(row.state, input.to)) {
      throw refuse('difference-move-not-allowed', {
        from: differenceMoves.states[row.state].zh,
        to: differenceMoves.states[input.to].zh,
        state: row.state,
      });
    }
    await move(tx, at.clock.now(), by, row, input.to, input.reason.trim());
  });
}

async function move(tx: Tx, now: Date, by: Actor, row: CaseFields, to: CaseState, reason: string): Promise<void> {
  await tx.updateTable('trade.reconcile_case').set({ state: to }).where('id', '=', row.id).execute();
  await writeMove(tx, { case: row.id, from: row.state, to, reason, by: by.person, at: now });
}

const writeMove = (
  tx: Tx,
  m: { case: string; from: string | null; to: string; reason: string; by: string; at: Date },
) =>
  tx
    .insertInto('trade.reconcile_move')
    .values({
      id: newId(),
      case_id: m.case,
      from_state: m.from,
      to_state: m.to,
      reason: m.reason,
      by_person: m.by,
      at: m.at,
    })
    .execute();

/**
 * The cases of a county. Those of no county are the platform's to look into, and of the one county where there is no
 * other.
 */
function visible(db: Db, by: Actor, county: County) {
  const whole = overCounty(by, county, ['platform']);
  return db
    .selectFrom('trade.reconcile_case')
    .where((e) =>
      e.or([
        sql<boolean>`counties @> array[${county}]::int[]`,
        ...(whole ? [sql<boolean>`counties = '{}'`] : []),
        sql<boolean>`(counties = '{}' and (select count(*) from registry.county where county <> 0) = 1)`,
      ]),
    );
}

export interface CaseView extends Omit<Difference, 'counties' | 'payment' | 'refund' | 'remittance'> {
  id: string;
  counties: number[];
  payment: string | null;
  refund: string | null;
  remittance: string | null;
  state: CaseState;
  openedAt: Date;
}

const asView = (row: CaseFields): CaseView => ({
  id: row.id,
  kind: row.kind,
  subject: row.subject,
  counties: row.counties,
  provider: row.provider,
  day: row.day,
  payment: row.payment,
  refund: row.refund,
  remittance: row.remittance,
  ourFen: row.our_fen,
  theirFen: row.their_fen,
  state: row.state,
  openedAt: row.opened_at,
});

/** A page of a county's cases: those that are not closed first, the oldest first among them. */
export async function casesPage(
  db: Db,
  by: Actor,
  county: County,
  query: { state?: CaseState; kind?: CaseKind; page?: number; size?: number },
) {
  const { page = 1, size = 20 } = query;
  const found = visible(db, by, county)
    .$if(query.state !== undefined, (q) => q.where('state', '=', query.state as CaseState))
    .$if(query.kind !== undefined, (q) => q.where('kind', '=', query.kind as CaseKind));
  const rows = await found
    .selectAll()
    .orderBy(sql`state = 'closed'`)
    .orderBy('opened_at')
    .orderBy('id')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  const all = await found.select((e) => e.fn.countAll().as('n')).executeTakeFirstOrThrow();
  return { rows: rows.map(asView), total: Number(all.n), page, size };
}

/**
 * One case with all that was done about it, by whom and why.
 *
 * @throws Refusal `difference-not-found`
 */
export async function caseView(db: Db, by: Actor, county: County, id: string) {
  const row = await visible(db, by, county).selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw refuse('difference-not-found');
  const moves = await db
    .selectFrom('trade.reconcile_move')
    .selectAll()
    .where('case_id', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute();
  const names = await personNames(
    db,
    moves.map((m) => m.by_person),
  );
  return {
    ...asView(row),
    moves: moves.map((m) => ({
      from: m.from_state,
      to: m.to_state as CaseState,
      reason: m.reason,
      by: names.get(m.by_person) ?? m.by_person,
      at: m.at,
    })),
  };
}
