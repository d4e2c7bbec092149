import { sql } from 'kysely';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';

/** A change of one lot's packs of one SKU. */
export interface StockStep {
  sku: string;
  lot: string;
  onHand: number;
  reserved: number;
}

export interface StockMove {
  county: County;
  /** what the movements of the shelf are; 'reserved' when nothing moves there */
  kind: 'taken' | 'returned' | 'lost' | 'destroyed' | 'reserved';
  steps: readonly StockStep[];
  evidence: { kind: string; id: string };
  by: string | null;
  at: Date;
  /** the caller has locked these rows already */
  locked?: true;
}

/**
 * Moves packs by one conditional update and writes one movement per lot whose packs on the shelf become more or fewer;
 * that packs are only reserved or free again is said by the allocations of orders. Steps on the same lot are added up first,
 * since an update touches a row once. The rows are locked in one sorted order (county, SKU, expiry, lot) before they
 * are changed, so that two movers never wait for each other in a ring.
 *
 * @throws Error when a lot has not the packs to move: the caller has to know that it has
 */
export function moveStock(tx: Tx, move: StockMove): Promise<void> {
  return moveStockTogether(tx, move, [move]);
}

/**
 * The same of several moves of one kind, by the same few statements however many they are; each has its own movements.
 *
 * @throws Error when a lot has not the packs to move
 */
export async function moveStockTogether(
  tx: Tx,
  { county, kind, at, locked }: Omit<StockMove, 'steps' | 'evidence' | 'by'>,
  moves: readonly Pick<StockMove, 'steps' | 'evidence' | 'by'>[],
): Promise<void> {
  const steps = summed(moves.flatMap((move) => move.steps));
  if (steps.length === 0) return;
  const skus = steps.map((s) => s.sku);
  const lots = steps.map((s) => s.lot);

  if (!locked) await lockStock(tx, county, steps);
  const changed = await sql`
    update trade.stock s
       set on_hand = s.on_hand + m.on_hand, reserved = s.reserved + m.reserved
      from unnest(${skus}::uuid[], ${lots}::uuid[], ${steps.map((s) => s.onHand)}::int[],
             ${steps.map((s) => s.reserved)}::int[]) m (sku, lot, on_hand, reserved)
     where s.county = ${county} and s.sku = m.sku and s.lot = m.lot
       and s.reserved + m.reserved between 0 and s.on_hand + m.on_hand`.execute(tx);
  if (changed.numAffectedRows !== BigInt(steps.length)) {
    throw new Error(`stock: ${kind} moved ${changed.numAffectedRows} of ${steps.length} lots`);
  }
  if (kind === 'reserved') return;
  const moved = moves.flatMap((move) =>
    summed(move.steps)
      .filter((step) => step.onHand !== 0)
      .map((step) => ({ ...move, ...step })),
  );
  if (moved.length === 0) return;
  await sql`
    insert into trade.stock_movement (county, id, sku, lot, kind, on_hand, evidence_kind, evidence, by_person, at)
    select ${county}::int, m.id, m.sku, m.lot, ${kind}::text, m.on_hand, m.evidence_kind, m.evidence, m.by,
           ${at}::timestamptz
      from unnest(${plainArray(moved.map(newId))}::uuid[], ${plainArray(moved.map((m) => m.sku))}::uuid[],
             ${plainArray(moved.map((m) => m.lot))}::uuid[], ${plainArray(moved.map((m) => m.onHand))}::int[],
             ${textArray(moved.map((m) => m.evidence.kind))}::text[], ${plainArray(moved.map((m) => m.evidence.id))}::uuid[],
             ${textArray(moved.map((m) => m.by))}::text[])
        m (id, sku, lot, on_hand, evidence_kind, evidence, by)`.execute(tx);
}

/** Steps on the same lot, added up. */
function summed(steps: readonly StockStep[]): StockStep[] {
  const sums = new Map<string, StockStep>();
  for (const step of steps) {
    const key = `${step.sku} ${step.lot}`;
    const sum = sums.get(key) ?? { sku: step.sku, lot: step.lot, onHand: 0, reserved: 0 };
    sum.onHand += step.onHand;
    sum.reserved += step.reserved;
    sums.set(key, sum);
  }
  return [...sums.values()];
}

/** Locks the stock rows of some lots in the one sorted order. An act that moves stock twice locks all of it first. */
export async function lockStock(tx: Tx, county: County, rows: readonly { sku: string; lot: string }[]): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .selectFrom('trade.stock')
    .select('lot')
    .where('county', '=', county)
    .where(
      'sku',
      'in',
      rows.map((row) => row.sku),
    )
    .where(
      'lot',
      'in',
      rows.map((row) => row.lot),
    )
    .orderBy('sku')
    .orderBy('expires_on')
    .orderBy('lot')
    .forUpdate()
    .execute();
}
