import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { readCode } from '#trace';
import { type FreightPaid, type Returned, takeReturn } from '#trade';
import { refuse } from '../refuse.ts';

/** A pack that came back, by the code on it, and whether it is fit to be sold again. */
export interface PackBack {
  gtin: string;
  /** the lot's number, as the code has it */
  lot: string;
  serial: string;
  sellable: boolean;
}

interface Place {
  parcel: string;
  line: string;
  lot: string;
  pack: number;
  sellable: boolean;
}

/**
 * Goods of a case are back with their seller, pack by pack: those that can be sold again return to their lots, and
 * their places with them, so that each gets the same code when it is packed again. The others are lost and keep theirs.
 *
 * @throws Refusal `case-not-found` | `not-allowed` | `case-move-not-allowed` | `code-false` | `return-not-of-case` |
 *   `case-packs-over` | `lot-not-sellable` | those of `freightPaid`
 */
export async function takeBack(
  at: Context,
  by: Actor,
  input: { county: County; id: string; packs: readonly PackBack[]; freight?: FreightPaid },
  key: OnceKey | null,
): Promise<void> {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    const places: Place[] = [];
    for (const pack of input.packs) {
      const code = await readCode(tx, at.sealer, pack.gtin, pack.lot, pack.serial);
      const place = code?.county === county ? await placeOf(tx, county, code.lot, code.pack) : undefined;
      if (!code || !place) throw refuse('code-false');
      if (places.some((p) => p.lot === code.lot && p.pack === code.pack)) continue;
      places.push({ ...place, lot: code.lot, pack: code.pack, sellable: pack.sellable });
    }
    await takeReturn(tx, at.clock.now(), by, { county, case: id, returned: byLot(places), freight: input.freight });
    for (const place of places.filter((p) => p.sellable)) await freePlace(tx, county, place);
  });
}

function byLot(places: readonly Place[]): Returned[] {
  const sums = new Map<string, Returned>();
  for (const { line, lot, sellable } of places) {
    const sum = sums.get(`${line} ${lot}`) ?? { line, lot, sellable: 0, lost: 0 };
    sums.set(`${line} ${lot}`, {
      ...sum,
      sellable: sum.sellable + (sellable ? 1 : 0),
      lost: sum.lost + (sellable ? 0 : 1),
    });
  }
  return [...sums.values()];
}

const placeOf = (tx: Tx, county: County, lot: string, pack: number) =>
  tx
    .selectFrom('fulfilment.parcel_pack as k')
    .innerJoin('fulfilment.parcel as p', (join) =>
      join.onRef('p.county', '=', 'k.county').onRef('p.id', '=', 'k.parcel'),
    )
    .select(['k.parcel', 'k.line'])
    .where('k.county', '=', county)
    .where('k.lot', '=', lot)
    .where('k.first_pack', '<=', pack)
    .where('k.last_pack', '>=', pack)
    .where('p.state', 'in', ['sent', 'received', 'stopped'])
    .executeTakeFirst();

/** Takes one place out of the row that has it; what lies before and after stays. */
async function freePlace(tx: Tx, county: County, { lot, pack }: Place): Promise<void> {
  const row = await tx
    .deleteFrom('fulfilment.parcel_pack')
    .where('county', '=', county)
    .where('lot', '=', lot)
    .where('first_pack', '<=', pack)
    .where('last_pack', '>=', pack)
    .returningAll()
    .executeTakeFirstOrThrow();
  const rest = [
    { ...row, last_pack: pack - 1 },
    { ...row, first_pack: pack + 1 },
  ].filter((part) => part.first_pack <= part.last_pack);
  if (rest.length > 0) await tx.insertInto('fulfilment.parcel_pack').values(rest).execute();
}
