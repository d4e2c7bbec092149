import { sql } from 'kysely';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { insertParts, type PartToHold } from './hold-all.queries.ts';
import type { LineBack } from './reverse-parts.ts';
import type { PartOfOrder } from './settlement-parts.ts';

interface NewRefund {
  id: string;
  order: string;
  payment: string;
  fen: Fen;
  reason: string;
  by: string | null;
  at: Date;
  lines: readonly (LineBack & { settled: boolean })[];
  reversals: readonly { part: PartOfOrder; fen: Fen; transfer: string; rest: PartToHold | null }[];
}

/** A refund that is to be asked for, what it gives back of which line and takes out of which part. */
export async function insertRefund(tx: Tx, county: County, refund: NewRefund): Promise<void> {
  await tx
    .insertInto('trade.refund')
    .values({
      county,
      id: refund.id,
      order: refund.order,
      payment: refund.payment,
      fen: refund.fen,
      state: 'asked',
      reason: refund.reason,
      by_person: refund.by,
      asked_at: refund.at,
    })
    .execute();
  await tx
    .insertInto('trade.refund_line')
    .values(
      refund.lines.map((line) => ({
        county,
        refund: refund.id,
        line: line.line,
        goods_fen: line.goodsFen,
        freight_fen: line.freightFen,
        borne_fen: line.borneFen,
        settled: line.settled,
      })),
    )
    .execute();
  await insertParts(
    tx,
    county,
    refund.reversals.flatMap(({ rest }) => rest ?? []),
  );
  const voided = refund.reversals.filter(({ part }) => part.state === 'held');
  await sql`
    update trade.settlement_part set state = 'voided'
     where county = ${county} and hold = any(${voided.map(({ part }) => part.hold)}::uuid[])`.execute(tx);
  await tx
    .insertInto('trade.part_reversal')
    .values(
      refund.reversals.map(({ part, fen, transfer, rest }) => ({
        county,
        refund: refund.id,
        hold: part.hold,
        fen,
        transfer,
        rest: rest?.hold ?? null,
      })),
    )
    .execute();
}
