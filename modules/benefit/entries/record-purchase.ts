import type { Context } from '#platform/context.ts';
import { type Tx, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Subscriber } from '#platform/outbox.ts';
import type { PurchaseReversed, PurchaseWeighed } from '#trace/events';
import { coverNote, type Note, readNote, uncoverNote } from '../industry/cover-note.ts';
import { insertEntries } from './entries.queries.ts';
import type { When } from './post-entries.ts';

/**
 * A household sold produce to its station, or such a note was reversed: industry help, in the month of the note. The
 * entry names the ledger's transfer and moves nothing itself: trace paid the household when it weighed in. What an
 * agreed floor price adds is a fact and an entry of its own.
 */
export function purchaseSubscribers(at: Context): Subscriber[] {
  const whenOf = ({ day, at: noted }: PurchaseWeighed['payload']): When => ({
    ...{ at: new Date(noted), month: day.slice(0, 7), bookedAt: at.clock.now() },
  });
  const weighed: Subscriber<PurchaseWeighed> = {
    name: 'benefit.purchase-weighed',
    type: 'trace.purchase-weighed',
    async apply(tx, { county, payload }) {
      await withScope(tx, String(county));
      const note = await readNote(tx, county, payload.purchase);
      const when = whenOf(payload);
      await recordPurchase(tx, county, payload, note, when, await coverNote(tx, county, note, when));
    },
  };
  const reversed: Subscriber<PurchaseReversed> = {
    name: 'benefit.purchase-reversed',
    type: 'trace.purchase-reversed',
    async apply(tx, { county, payload }) {
      await withScope(tx, String(county));
      const note = await readNote(tx, county, payload.purchase);
      const when = whenOf(payload);
      await uncoverNote(tx, county, note, when);
      await recordPurchase(tx, county, payload, note, when, await agreementOf(tx, county, payload.reverses));
    },
  };
  return [weighed, reversed] as Subscriber[];
}

async function recordPurchase(
  tx: Tx,
  county: County,
  { purchase, household, village, fen, transfer }: PurchaseWeighed['payload'],
  { buyer, crop }: Note,
  when: When,
  agreement: string | null,
): Promise<void> {
  await insertEntries(tx, county, { mechanism: 'industry', evidenceKind: 'purchase', ...when }, [
    { household, village, fen, evidence: purchase, transfer, org: buyer, crop, agreement },
  ]);
}

/** What the entry of a note is under. */
async function agreementOf(tx: Tx, county: County, purchase: string): Promise<string | null> {
  const entry = await tx
    .selectFrom('benefit.entry')
    .select('agreement')
    .where('county', '=', county)
    .where('evidence_kind', '=', 'purchase')
    .where('evidence', '=', purchase)
    .executeTakeFirst();
  return entry?.agreement ?? null;
}
