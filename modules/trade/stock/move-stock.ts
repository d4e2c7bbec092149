import { sql } from 'kysely';
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
export async function moveStock(tx: Tx, move: StockMove): Promise<void> {
  const sums = new Map<string, StockStep>();
  for (const step of move.steps) {
    const key = `${step.sku} ${step.lot}`;
    const sum = sums.get(key) ?? { sku: step.sku, lot: step.lot, onHand: 0, reserved: 0 };
    sum.onHand += step.onHand;
    sum.reserved += step.reserved;
    sums.set(key, sum);
  }
  const steps = [...sums.values()];
  if (steps.length === 0) return;
  const skus = steps.map((s) => s.sku);
  const lots = steps.map((s) => s.lot);

  if (!move.locked) await lockStock(tx, move.county, steps);
  const changed = await sql`
    update trade.stock s
       set on_hand = s.on_hand + m.on_hand, reserved = s.reserved + m.reserved
      from unnest(${skus}::uuid[], ${lots}::uuid[], ${steps.map((s) => s.onHand)}::int[],
             ${steps.map((s) => s.reserved)}::int[]) m (sku, lot, on_hand, reserved)
     where s.county = ${move.county} and s.sku = m.sku and s.lot = m.lot
       and s.reserved + m.reserved between 0 and s.on_hand + m.on_hand`.execute(tx);
  if (changed.numAffectedRows !== BigInt(steps.length)) {
    throw new Error(`stock: ${move.kind} moved ${changed.numAffectedRows} of ${steps.length} lots`);
  }
  const { kind } = move;
  const moved = steps.filter((step) => step.onHand !== 0);
  if (kind === 'reserved' || moved.length === 0) return;
  await tx
    .insertInto('trade.stock_movement')
    .values(
      moved.map((step) => ({
        county: move.county,
        id: newId(),
        sku: step.sku,
        lot: step.lot,
        kind,
        on_hand: step.onHand,
        evidence_kind: move.evidence.kind,
        evidence: move.evidence.id,
        by_person: move.by,
        at: move.at,
      })),
    )
    .execute();
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
