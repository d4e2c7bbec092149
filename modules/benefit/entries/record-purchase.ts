import { type Tx, withScope } from '#platform/db.ts';
import type { Event, Subscriber } from '#platform/outbox.ts';
import type { PurchaseReversed, PurchaseWeighed } from '#trace/events';
import { insertEntries } from './entries.queries.ts';

/**
 * A household sold produce to its station, or such a note was reversed: industry help, in the month of the note. The
 * entry names the ledger's transfer and moves nothing itself: trace paid the household when it weighed in.
 */
export function purchaseSubscribers(): Subscriber[] {
  const record = async (tx: Tx, { county, payload }: Event<string, PurchaseWeighed['payload']>) => {
    await withScope(tx, String(county));
    const { buyer, crop } = await tx
      .selectFrom('trace.purchase_facts')
      .select(['buyer', 'crop'])
      .where('county', '=', county)
      .where('purchase', '=', payload.purchase)
      .executeTakeFirstOrThrow();
    await insertEntries(
      tx,
      county,
      { mechanism: 'industry', evidenceKind: 'purchase', month: payload.day.slice(0, 7), at: new Date(payload.at) },
      [
        {
          household: payload.household,
          village: payload.village,
          fen: payload.fen,
          evidence: payload.purchase,
          transfer: payload.transfer,
          ...{ org: buyer as string, crop, agreement: null },
        },
      ],
    );
  };
  const weighed: Subscriber<PurchaseWeighed> = {
    name: 'benefit.purchase-weighed',
    type: 'trace.purchase-weighed',
    apply: record,
  };
  const reversed: Subscriber<PurchaseReversed> = {
    name: 'benefit.purchase-reversed',
    type: 'trace.purchase-reversed',
    apply: record,
  };
  return [weighed, reversed] as Subscriber[];
}
