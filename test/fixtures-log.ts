import { ensureAccounts, transfer } from '#ledger';
import { monthOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import type { ReadFile } from '#platform/tlog/check-log.ts';
import { parseTilePath } from '#platform/tlog/tiles.ts';
import { insertEntries } from '../modules/benefit/entries/entries.queries.ts';
import type { EvidenceKind, Income, Mechanism } from '../modules/benefit/entries/entry-kinds.ts';
import { decodeEntry } from '../modules/benefit/log/entry-layout.ts';
import { signedCheckpoint, tileFile } from '../modules/benefit/log/read-log.ts';

interface Place {
  county: number;
  village: string;
  cooperative: string;
}

/**
 * Benefit entries of some households, with their transfers, written past the acts: their evidence is no real note.
 *
 * @returns the sum of their fen
 */
export async function addTestEntries(
  at: Context,
  of: Place,
  input: {
    households: readonly string[];
    count: number;
    month?: string;
    fen?: (i: number) => number;
    mechanism?: Mechanism;
    evidenceKind?: EvidenceKind;
    income?: Income;
    crop?: string | null;
  },
): Promise<number> {
  const { county } = of;
  const now = at.clock.now();
  return scoped(at.db, String(county), async (tx) => {
    const [cost, ...accounts] = await ensureAccounts(tx, county, [
      { kind: 'purchase_cost', owner: of.cooperative },
      ...input.households.map((owner) => ({ kind: 'household' as const, owner })),
    ]);
    const rows = Array.from({ length: input.count }, (_, i) => ({
      household: input.households[i % input.households.length] as string,
      account: accounts[i % accounts.length] as string,
      village: of.village,
      fen: input.fen?.(i) ?? 100 + i,
      evidence: newId(),
      transfer: newId(),
      ...{ org: of.cooperative, crop: input.crop ?? null, agreement: null },
    }));
    await transfer(
      tx,
      county,
      rows.map((row) => ({
        ...{ id: row.transfer, kind: 'single' as const, amountFen: Math.abs(row.fen), reason: 'purchase' },
        ...(row.fen > 0
          ? { debit: cost as string, credit: row.account }
          : { debit: row.account, credit: cost as string }),
        ...{ evidenceKind: 'purchase', evidence: row.evidence },
      })),
      now,
    );
    const month = input.month ?? monthOf(now);
    const { mechanism = 'industry', evidenceKind = 'purchase', income } = input;
    await insertEntries(tx, county, { mechanism, evidenceKind, month, at: now, income }, rows);
    return rows.reduce((sum, row) => sum + row.fen, 0);
  });
}

const LINES = 10_000;

/** The log's files as somebody elsewhere reads them. */
export const readLogOf =
  (at: Context): ReadFile =>
  async (path) => {
    if (path === 'checkpoint') return Buffer.from(await signedCheckpoint(at));
    const tile = parseTilePath(path);
    const bytes = tile && (await tileFile(at.db, tile));
    if (!bytes) throw new Error(`no ${path}`);
    return bytes;
  };

/** What the lines of the log add up to by mechanism, read as anybody can. */
export async function sumsOfLines({ db }: Context): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (let from = 0; ; from += LINES) {
    const lines = await db
      .selectFrom('benefit.log_leaf')
      .select('data')
      .where('position', '>=', from)
      .where('position', '<', from + LINES)
      .execute();
    if (lines.length === 0) return sums;
    for (const { data } of lines) {
      const { mechanism, fen } = decodeEntry(data);
      sums[mechanism] = (sums[mechanism] ?? 0) + fen;
    }
  }
}
