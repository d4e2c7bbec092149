import { nextNumber, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

const letters = {
  /** purchase note, weighed in at a Station */
  purchase: 'S',
  /** raw Lot */
  raw: 'L',
  /** Packed lot; printed on packs as GS1's AI 10, which takes at most 20 characters */
  packed: 'P',
  /** Certificate; leaves the county, so it names it */
  certificate: 'C',
  /** Recall */
  recall: 'R',
} as const;

/**
 * The next number of a county's day, as people read it out: S260917-0003. The counter's row is locked until the end of
 * the transaction, so an act asks for it as late as it can.
 *
 * @param day YYYY-MM-DD
 */
export async function numberOfDay(tx: Tx, county: County, of: keyof typeof letters, day: string): Promise<string> {
  const short = day.slice(2).replaceAll('-', '');
  const n = String(await nextNumber(tx, county, `${of} ${short}`)).padStart(4, '0');
  return of === 'certificate' ? `C${county}-${short}-${n}` : `${letters[of]}${short}-${n}`;
}
