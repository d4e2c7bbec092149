import { sql } from 'kysely';
import { productNames, type SkuBrief, skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import { addDays, dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { tell } from '#platform/outbox.ts';
import { type Basis, certificatesOf, writeCertificate } from '../certificates/certificates.queries.ts';
import { KEY_VERSION } from '../codes/serial.ts';
import type { LotPacked } from '../events.ts';
import { numberOfDay } from '../numbers.ts';
import { refuse } from '../refuse.ts';
import { lotDetail } from './lot-detail.ts';
import { mayHandle } from './lot-rights.ts';
import { type Held, shrinkTo, sumOf, takeGrams } from './lot-shares.ts';
import { heldIn, type LotRow, lockLots, moveLots } from './lots.queries.ts';

interface Taken {
  lot: LotRow;
  grams: Grams;
  held: Held[];
}

/**
 * Grades and packs certified raw lots into packs of one SKU. Grams in = packs × net weight + loss, to the gram; what
 * households were paid for all that was taken, the loss included, is what the packs cost. The packed lot gets its own
 * certificate and its range of codes; it is stock only when trade receives it.
 *
 * @param input.inputs grams taken of each lot; a lot named twice gives both
 * @param input.place where it was done, as buyers will read it
 * @throws Refusal `sku-unknown` | `lot-not-found` | `lot-not-yours` | `lot-already-packed` | `lot-recalled` |
 *   `lot-without-certificate` | `crop-differs` | `grams-above-lot` | `grams-not-closed`
 */
export async function pack(
  at: Context,
  by: Actor,
  input: {
    county: County;
    sku: string;
    inputs: readonly { lot: string; grams: Grams }[];
    packs: number;
    lossGrams: Grams;
    place: string;
    note?: string;
    basis: readonly Basis[];
  },
  key: OnceKey | null,
) {
  const { county, packs, lossGrams, place, basis } = input;
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const day = dayOf(now);
    const sku = (await skusById(tx, county, [input.sku])).get(input.sku);
    if (!sku) throw refuse('sku-unknown');
    const asked = new Map<string, Grams>();
    for (const { lot, grams } of input.inputs) asked.set(lot, (asked.get(lot) ?? 0) + grams);
    const lots = await lockLots(tx, county, [...asked.keys()]);
    const inputs = await checkInputs(tx, by, county, sku, asked, lots);

    const gramsIn = inputs.reduce((sum, one) => sum + one.grams, 0);
    const gramsOut = packs * sku.netGrams;
    if (gramsIn !== gramsOut + lossGrams) {
      throw refuse('grams-not-closed', { input: gramsIn, output: gramsOut, loss: lossGrams });
    }

    await withScope(tx, String(county));
    const held = await heldIn(tx, county, [...asked.keys()]);
    const taken: Taken[] = inputs.map(({ lot, grams }) => ({
      lot,
      grams,
      held: takeGrams(held.get(lot.id) ?? [], grams),
    }));
    await takeFromLots(tx, county, taken);

    // A note lies in one raw lot, so no note comes twice.
    const sources = shrinkTo(
      taken.flatMap((one) => one.held),
      gramsOut,
    );
    const { fen } = sumOf(sources);
    const most = taken.toSorted((a, b) => b.grams - a.grams)[0] as Taken;
    const id = newId();
    const number = await numberOfDay(tx, county, 'packed', day);
    await tx
      .insertInto('trace.lot')
      .values({
        county,
        id,
        number,
        kind: 'packed',
        org: sku.org,
        // The station that brought most of it, and the village, stand for the lot; the sources know better.
        station: most.lot.station,
        village: villageOfMost(sources),
        crop: sku.crop,
        grade: sku.grade,
        sku: sku.id,
        harvested_from: inputs.map(({ lot }) => lot.harvested_from).sort()[0] as string,
        harvested_to: inputs
          .map(({ lot }) => lot.harvested_to)
          .sort()
          .at(-1) as string,
        made_on: day,
        expires_on: addDays(day, sku.shelfLifeDays),
        grams_in: gramsOut,
        grams_on_hand: gramsOut,
        household_fen: fen,
        packs,
        pack_grams: sku.netGrams,
        state: 'closed',
        created_by: by.person,
        created_at: now,
      })
      .execute();
    await tx
      .insertInto('trace.lot_source')
      .values(sources.map((source) => ({ county, lot: id, ...source, taken_grams: 0, taken_fen: 0 })))
      .execute();

    const operation = newId();
    await tx
      .insertInto('trace.operation')
      .values({
        county,
        id: operation,
        kind: 'pack',
        org: sku.org,
        place,
        loss_grams: lossGrams,
        note: input.note?.trim() || null,
        by_person: by.person,
        at: now,
      })
      .execute();
    await tx
      .insertInto('trace.operation_lot')
      .values([
        ...taken.map((one) => ({
          county,
          operation,
          lot: one.lot.id,
          side: 'in' as const,
          grams: one.grams,
          fen: sumOf(one.held).fen,
        })),
        { county, operation, lot: id, side: 'out' as const, grams: gramsOut, fen },
      ])
      .execute();
    await moveLots(
      tx,
      county,
      [
        ...taken.map((one) => ({ lot: one.lot.id, kind: 'packed_from' as const, grams: -one.grams })),
        { lot: id, kind: 'packed_into' as const, grams: gramsOut },
      ],
      { evidenceKind: 'operation', evidence: operation, by: by.person, at: now },
    );
    await tx
      .insertInto('trace.code_range')
      .values({ county, lot: id, gtin: sku.gtin, lot_number: number, packs, key_version: KEY_VERSION, created_at: now })
      .execute();
    const product = (await productNames(tx, county, [sku.product])).get(sku.product);
    await writeCertificate(tx, county, {
      lot: id,
      issuer: sku.org,
      productName: `${product?.nameZh ?? sku.nameZh} ${sku.skuNameZh}`,
      grams: gramsOut,
      villages: [...new Set(sources.map((source) => source.village))].sort(),
      basis,
      by: by.person,
      at: now,
    });
    const event: LotPacked = {
      type: 'trace.lot-packed',
      county,
      payload: { lot: id, sku: sku.id, product: sku.product },
    };
    await tell(tx, event);
    return lotDetail(tx, at.sealer, by, county, id);
  });
}

/** Looks at every input in the order given; the first that will not do refuses the whole. */
async function checkInputs(
  tx: Tx,
  by: Actor,
  county: County,
  sku: SkuBrief,
  asked: ReadonlyMap<string, Grams>,
  lots: ReadonlyMap<string, LotRow>,
): Promise<{ lot: LotRow; grams: Grams }[]> {
  const inputs = [...asked].map(([id, grams]) => ({ lot: lots.get(id), grams }));
  const each = (refused: (lot: LotRow, grams: Grams) => Error | undefined) => {
    for (const { lot, grams } of inputs) {
      const no = lot ? refused(lot, grams) : refuse('lot-not-found');
      if (no) throw no;
    }
  };
  each(() => undefined);
  // The packs are sold by the SKU's seller, so what goes into them must be his.
  each((lot) => (lot.org === sku.org && mayHandle(by, county, lot) ? undefined : refuse('lot-not-yours')));
  each((lot) => (lot.kind === 'raw' ? undefined : refuse('lot-already-packed', { lot: lot.number })));
  each((lot) => (lot.state === 'recalled' ? refuse('lot-recalled', { lot: lot.number }) : undefined));
  const certified = await certificatesOf(tx, county, [...asked.keys()]);
  each((lot) => (certified.has(lot.id) ? undefined : refuse('lot-without-certificate', { lot: lot.number })));
  each((lot) => (lot.crop === sku.crop ? undefined : refuse('crop-differs')));
  each((lot, grams) =>
    grams <= lot.grams_on_hand ? undefined : refuse('grams-above-lot', { lot: lot.number, left: lot.grams_on_hand }),
  );
  return inputs as { lot: LotRow; grams: Grams }[];
}

/** Takes the grams from the lots and writes beside each note what it gave. */
async function takeFromLots(tx: Tx, county: County, taken: readonly Taken[]): Promise<void> {
  for (const { lot, grams, held } of taken) {
    await tx
      .updateTable('trace.lot')
      .set((e) => ({ grams_on_hand: e('grams_on_hand', '-', grams) }))
      .where('county', '=', county)
      .where('id', '=', lot.id)
      .execute();
    await sql`
      update trace.lot_source s set taken_grams = s.taken_grams + t.grams, taken_fen = s.taken_fen + t.fen
        from unnest(${held.map((one) => one.purchase)}::uuid[], ${held.map((one) => one.grams)}::bigint[],
          ${held.map((one) => one.fen)}::bigint[]) as t (purchase, grams, fen)
       where s.county = ${county} and s.lot = ${lot.id} and s.purchase = t.purchase`.execute(tx);
  }
}

function villageOfMost(sources: readonly Held[]): string {
  const grams = new Map<string, Grams>();
  for (const source of sources) grams.set(source.village, (grams.get(source.village) ?? 0) + source.grams);
  return [...grams].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
