import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { plainArray } from '#platform/database/arrays.ts';
import { type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { refuse } from '../refuse.ts';
import type { MatterKind } from './payout-states.ts';

interface Matter {
  county: County;
  kind: MatterKind;
  /** the line, order, account or household it is about */
  subject: string;
  village?: string | null;
  fen?: Fen | null;
  why: string;
}

/** Lays something before people. While it is open, saying it again changes nothing. @param tx with the county's scope */
export const openMatter = (tx: Tx, now: Date, matter: Matter): Promise<void> => openMatters(tx, now, [matter]);

/** The same for many at once, some hundreds at most. @param tx with the county's scope */
export async function openMatters(tx: Tx, now: Date, matters: readonly Matter[]): Promise<void> {
  if (matters.length === 0) return;
  await tx
    .insertInto('trade.payout_matter')
    .values(
      matters.map((matter) => ({
        ...matter,
        id: newId(),
        village: matter.village ?? null,
        fen: matter.fen ?? null,
        why: matter.why.slice(0, 300),
        opened_at: now,
      })),
    )
    .onConflict((c) => c.columns(['county', 'kind', 'subject']).where('closed_at', 'is', null).doNothing())
    .execute();
}

/** What was laid before people has settled itself. @param tx with the county's scope */
export async function settleMatters(
  tx: Tx,
  now: Date,
  of: { county: County; kinds: readonly MatterKind[]; subject: string | readonly string[] },
): Promise<void> {
  await tx
    .updateTable('trade.payout_matter')
    .set({ closed_by: 'system', closed_at: now })
    .where('county', '=', of.county)
    .where('kind', 'in', of.kinds)
    .where('subject', '=', sql<string>`any(${plainArray([of.subject].flat())}::uuid[])`)
    .where('closed_at', 'is', null)
    .execute();
}

/**
 * Somebody has dealt with a matter and says how. A household whose payment failed is paid again only after that.
 *
 * @throws Refusal `matter-not-found` | `matter-closed`
 */
export async function closeMatter(
  at: Context,
  by: Actor,
  input: { county: County; id: string; note: string },
  key: OnceKey | null,
): Promise<void> {
  const { county, id, note } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const matter = await tx
      .selectFrom('trade.payout_matter')
      .select('closed_at')
      .where('county', '=', county)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!matter) throw refuse('matter-not-found');
    if (matter.closed_at) throw refuse('matter-closed');
    await tx
      .updateTable('trade.payout_matter')
      .set({ closed_by: by.person, closed_at: at.clock.now(), note: note.trim() })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
  });
}
