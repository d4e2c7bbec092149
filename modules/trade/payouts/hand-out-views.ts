import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, scoped } from '#platform/db.ts';
import { keepPicture } from '#platform/files.ts';
import type { County } from '#platform/ids.ts';
import { householdBrief, householdsOfPerson, organisationsById, regionNames } from '#registry';
import { payoutReach } from './payee-views.ts';

/** What stations have to hand out, or with `done` what they did: a keeper's own station, the whole county for its staff. */
export async function handOutPage(
  at: Context,
  by: Actor,
  county: County,
  { done = false, page = 1, size = 20 }: { done?: boolean; page?: number; size?: number },
) {
  const over = overCounty(by, county, ['operator', 'platform', 'auditor']);
  const stations = over ? null : membershipsIn(by, county, ['keeper']).map((m) => m.org);
  return scoped(at.db, payoutReach(by, county).scope, async (tx) => {
    let all = tx.selectFrom('trade.payout_line as l').where('l.county', '=', county).where('l.station', 'is not', null);
    if (stations) all = all.where('l.station', 'in', stations);
    const found = all.where('l.state', '=', done ? 'paid' : 'handing');
    const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const { fen } = await all
      .where('l.state', '=', 'handing')
      .select((e) => e.fn.coalesce(e.fn.sum<number>('l.fen'), e.lit(0)).as('fen'))
      .executeTakeFirstOrThrow();
    const rows = await found
      .leftJoin('trade.payout_receipt as r', (join) =>
        join.onRef('r.county', '=', 'l.county').onRef('r.line', '=', 'l.id'),
      )
      .select(['l.id', 'l.station', 'l.owner as household', 'l.village', 'l.fen', 'l.state', 'l.sent_at as since'])
      .select(['l.ended_at as endedAt', 'r.number as receipt'])
      .orderBy(done ? 'l.ended_at' : 'l.village', done ? 'desc' : 'asc')
      .orderBy('l.id')
      .limit(size)
      .offset((page - 1) * size)
      .execute();
    const households = await householdBrief(
      tx,
      at.sealer,
      county,
      rows.map((row) => row.household),
    );
    const orgs = await organisationsById(
      tx,
      county,
      rows.flatMap((row) => row.station ?? []),
    );
    const villages = await regionNames(
      tx,
      rows.flatMap((row) => row.village ?? []),
    );
    return {
      rows: rows.map(({ village, since, station, ...row }) => ({
        ...row,
        station: station as string,
        stationName: orgs.get(station as string)?.name ?? '',
        householdCode: households.get(row.household)?.code ?? '—',
        headMasked: households.get(row.household)?.headMasked ?? '—',
        villageName: villages.get(village as string)?.name ?? (village as string),
        since: since as Date,
      })),
      toHandFen: Number(fen),
      ...{ total, page, size },
    };
  });
}

/**
 * Keeps the photo of a receipt; the receipt then names it.
 *
 * @throws Refusal `file-too-large` | `file-type-not-allowed`
 */
export async function addReceiptPhoto(
  at: Context,
  by: Actor,
  input: { county: County; bytes: Uint8Array },
  key: OnceKey | null,
): Promise<{ file: string }> {
  return once(at.db, key, async (tx) => ({ file: (await keepPicture(tx, at.files, by, input)).id }));
}

/** What was paid, or is being paid, to the households a person belongs to, the newest first. */
export async function myPayouts(at: Context, by: Actor) {
  const own = await householdsOfPerson(at.db, by.person);
  const found = await Promise.all(
    own.map(({ county, files }) =>
      // Their own files, in whichever village they lived then.
      scoped(at.db, String(county), (tx) =>
        tx
          .selectFrom('trade.payout_line')
          .select(['county', 'id', 'fen', 'channel', 'state', 'confirm', 'sent_at as at'])
          .where('county', '=', county)
          .where('owner', 'in', files)
          .where('sent_at', 'is not', null)
          .orderBy('sent_at', 'desc')
          .limit(100)
          .execute(),
      ),
    ),
  );
  return found.flat().map((row) => ({ ...row, at: row.at as Date }));
}
