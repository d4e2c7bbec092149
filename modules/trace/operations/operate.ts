import { sql } from 'kysely';
import type { SkuBrief } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import { addDays, dayOf } from '#platform/clock.ts';
import { type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { cropsByCode, organisationsById } from '#registry';
import type { Basis } from '../certificates/basis-kinds.ts';
import { certificatesOf, writeCertificate } from '../certificates/certificates.queries.ts';
import { dutiesOf } from '../certificates/duty-of-lots.ts';
import { mayHandle } from '../lots/lot-rights.ts';
import { type Held, sumOf } from '../lots/lot-shares.ts';
import { heldIn, type LotRow, lockLots, moveLots } from '../lots/lots.queries.ts';
import { numberOfDay } from '../numbers.ts';
import { refuse } from '../refuse.ts';
import { type OperationKind, type OperationName, operationKinds } from './operation-kinds.ts';
import { planOperation } from './plan-operation.ts';

/** A lot that comes out of an operation. What is left out is as it was in the lot that most of it comes from. */
export interface Output {
  grams: Grams;
  grade?: string;
  crop?: string;
  /** the organisation where it lies from now on */
  station?: string;
  inTransit?: true;
  /** packs of one SKU; a raw lot when left out */
  packed?: { sku: SkuBrief; packs: number };
}

export interface Operating {
  county: County;
  kind: Exclude<OperationName, 'receive' | 'undo'>;
  /** grams taken of each lot; a lot named twice gives both */
  inputs: readonly { lot: string; grams: Grams }[];
  outputs: readonly Output[];
  lossGrams: Grams;
  /** where it is done, as people read it; the station of the lots when left out */
  place?: string;
  note?: string;
  process?: string;
  /** what a certificate issued anew rests on */
  basis?: readonly Basis[];
}

/** A lot as an operation made it. */
export interface MadeLot {
  id: string;
  number: string;
  /** 12-digit villages its produce comes from, sorted */
  villages: string[];
  /** each note's part in it */
  sources: readonly Held[];
}

interface Input {
  lot: LotRow;
  grams: Grams;
}

/**
 * Does one operation with lots, whatever its kind: locks what it takes, looks whether it may be taken, closes the grams
 * (in = out + loss), shares them and the households' money among what comes out, and writes the fact with its movements.
 * A lot that still took in notes is closed: what is weighed in later goes into another.
 *
 * @throws Refusal `lot-not-found` | `lot-not-yours` | `owners-differ` | `lot-already-packed` | `lot-recalled` |
 *   `lot-in-transit` | `lot-without-certificate` | `crop-differs` | `grams-above-lot` | `grams-not-closed` |
 *   `report-missing`
 */
export async function operate(
  tx: Tx,
  by: Actor,
  now: Date,
  ask: Operating,
): Promise<{ operation: string; made: MadeLot[] }> {
  const { county, lossGrams } = ask;
  const kind: OperationKind = operationKinds[ask.kind];
  const asked = new Map<string, Grams>();
  for (const { lot, grams } of ask.inputs) asked.set(lot, (asked.get(lot) ?? 0) + grams);
  const lots = await lockLots(tx, county, [...asked.keys()]);
  const inputs = await checkInputs(tx, by, now, ask, kind, asked, lots);

  const gramsIn = sum(inputs.map((one) => one.grams));
  const gramsOut = sum(ask.outputs.map((one) => one.grams));
  if (gramsIn !== gramsOut + lossGrams) {
    throw refuse('grams-not-closed', { input: gramsIn, output: gramsOut, loss: lossGrams });
  }

  await withScope(tx, String(county));
  const held = await heldIn(tx, county, [...asked.keys()]);
  const { taken, made, lostFen } = planOperation(
    inputs.map(({ lot, grams }) => ({ grams, held: held.get(lot.id) ?? [] })),
    ask.outputs.map((one) => one.grams),
  );

  const most = inputs.toSorted((a, b) => b.grams - a.grams)[0] as Input;
  const operation = newId();
  await tx
    .insertInto('trace.operation')
    .values({
      ...{ county, id: operation, kind: ask.kind, org: most.lot.org, by_person: by.person, at: now },
      place: ask.place ?? (await nameOf(tx, county, most.lot.station)),
      loss_grams: lossGrams,
      loss_fen: lostFen,
      note: ask.note?.trim() || null,
      process: ask.process ?? null,
      reverses: null,
    })
    .execute();
  for (const [i, { lot, grams }] of inputs.entries()) {
    await takeFrom(tx, { county, operation, lot: lot.id, grams, notes: taken[i] ?? [] });
  }
  const results: MadeLot[] = [];
  for (const [i, output] of ask.outputs.entries()) {
    results.push(await makeLot(tx, by, now, { county, inputs, most: most.lot, output, sources: made[i] ?? [] }));
  }
  await tx
    .insertInto('trace.operation_lot')
    .values([
      ...inputs.map(({ lot, grams }, i) => ({
        ...{ county, operation, lot: lot.id, side: 'in' as const, grams },
        fen: sumOf(taken[i] ?? []).fen,
      })),
      ...results.map(({ id, sources }) => ({ county, operation, lot: id, side: 'out' as const, ...sumOf(sources) })),
    ])
    .execute();
  // What a declared loss takes is a loss of the lot itself; all else it gives goes into other lots.
  const gone = ask.outputs.length === 0 ? ('loss' as const) : ('taken' as const);
  await moveLots(
    tx,
    county,
    [
      ...inputs.map(({ lot, grams }) => ({ lot: lot.id, kind: gone, grams: -grams })),
      ...results.map(({ id, sources }) => ({ lot: id, kind: 'made' as const, grams: sumOf(sources).grams })),
    ],
    { evidenceKind: 'operation', evidence: operation, by: by.person, at: now },
  );
  await certify(tx, by, now, ask, kind, inputs, results);
  return { operation, made: results };
}

/** Looks at every input in the order given; the first that will not do refuses the whole. */
async function checkInputs(
  tx: Tx,
  by: Actor,
  now: Date,
  ask: Operating,
  kind: OperationKind,
  asked: ReadonlyMap<string, Grams>,
  lots: ReadonlyMap<string, LotRow>,
): Promise<Input[]> {
  const { county } = ask;
  const inputs = [...asked].map(([id, grams]) => ({ lot: lots.get(id), grams }));
  const each = (refused: (lot: LotRow, grams: Grams) => Error | false) => {
    for (const { lot, grams } of inputs) {
      const no = lot ? refused(lot, grams) : refuse('lot-not-found');
      if (no) throw no;
    }
  };
  each(() => false);
  each((lot) => !mayHandle(by, county, lot) && refuse('lot-not-yours'));
  const first = (inputs[0] as Input).lot;
  each((lot) => lot.org !== first.org && refuse('owners-differ', { lot: lot.number }));
  // The packs are sold by the SKU's seller, so what goes into them must be his.
  const seller = ask.outputs[0]?.packed?.sku.org ?? first.org;
  each((lot) => lot.org !== seller && refuse('lot-not-yours'));
  each((lot) => !kind.takes.includes(lot.kind) && refuse('lot-already-packed', { lot: lot.number }));
  each((lot) => lot.state === 'recalled' && !kind.ofRecalled && refuse('lot-recalled', { lot: lot.number }));
  each((lot) => lot.in_transit && refuse('lot-in-transit', { lot: lot.number }));
  if (kind.needsCertificate) {
    const certified = await certificatesOf(tx, county, [...asked.keys()]);
    const owed = await dutiesOf(
      tx,
      county,
      dayOf(now),
      inputs.flatMap(({ lot }) => lot ?? []),
    );
    each(
      (lot) =>
        owed.get(lot.id)?.must === 'must' &&
        !certified.has(lot.id) &&
        refuse('lot-without-certificate', { lot: lot.number }),
    );
  }
  if (kind.crop === 'same') {
    const crop = ask.outputs[0]?.packed?.sku.crop ?? first.crop;
    each((lot) => lot.crop !== crop && refuse('crop-differs'));
  }
  each(
    (lot, grams) =>
      grams > lot.grams_on_hand && refuse('grams-above-lot', { lot: lot.number, left: lot.grams_on_hand }),
  );
  return inputs as Input[];
}

/** Takes grams from a lot, closes it, and writes beside each note what it gave. The caller has it locked. */
export async function takeFrom(
  tx: Tx,
  of: { county: County; operation: string; lot: string; grams: Grams; notes: readonly Held[] },
): Promise<void> {
  const { county, operation, lot, notes } = of;
  await sql`
    update trace.lot set grams_on_hand = grams_on_hand - ${of.grams},
      state = case when state = 'open' then 'closed' else state end
     where county = ${county} and id = ${lot}`.execute(tx);
  if (notes.length === 0) return;
  await sql`
    update trace.lot_source s set taken_grams = s.taken_grams + t.grams, taken_fen = s.taken_fen + t.fen
      from unnest(${notes.map((one) => one.purchase)}::uuid[], ${notes.map((one) => one.grams)}::bigint[],
        ${notes.map((one) => one.fen)}::bigint[]) as t (purchase, grams, fen)
     where s.county = ${county} and s.lot = ${lot} and s.purchase = t.purchase`.execute(tx);
  await tx
    .insertInto('trace.operation_source')
    .values(
      notes.map(({ purchase, village, grams, fen }) => ({ county, operation, lot, purchase, village, grams, fen })),
    )
    .execute();
}

async function makeLot(
  tx: Tx,
  by: Actor,
  now: Date,
  of: { county: County; inputs: readonly Input[]; most: LotRow; output: Output; sources: readonly Held[] },
): Promise<MadeLot> {
  const { county, inputs, most, output, sources } = of;
  const { packed } = output;
  const day = dayOf(now);
  const id = newId();
  const number = await numberOfDay(tx, county, packed ? 'packed' : 'raw', day);
  const crop = packed?.sku.crop ?? output.crop ?? most.crop;
  const days = inputs.flatMap(({ lot }) => [lot.harvested_from, lot.harvested_to]).sort();
  const { grams, fen } = sumOf(sources);
  await tx
    .insertInto('trace.lot')
    .values({
      ...{ county, id, number, org: most.org, crop, state: 'closed', created_by: by.person, created_at: now },
      kind: packed ? 'packed' : 'raw',
      // The station that brought most of it, and the village, stand for the lot; the sources know better.
      station: output.station ?? most.station,
      village: villageOfMost(sources),
      grade: packed?.sku.grade ?? output.grade ?? most.grade,
      sku: packed?.sku.id ?? null,
      packs: packed?.packs ?? null,
      pack_grams: packed?.sku.netGrams ?? null,
      harvested_from: days[0] as string,
      harvested_to: days.at(-1) as string,
      made_on: day,
      expires_on: await expiryOf(tx, day, inputs, crop, packed?.sku.shelfLifeDays),
      grams_in: grams,
      grams_on_hand: grams,
      household_fen: fen,
      in_transit: output.inTransit ?? false,
    })
    .execute();
  await tx
    .insertInto('trace.lot_source')
    .values(sources.map((source) => ({ county, lot: id, ...source, taken_grams: 0, taken_fen: 0 })))
    .execute();
  return { id, number, villages: [...new Set(sources.map((source) => source.village))].sort(), sources };
}

/** Packs and other produce last from the day they are made; the same produce as long as the oldest of it. */
async function expiryOf(tx: Tx, day: string, inputs: readonly Input[], crop: string, packedDays: number | undefined) {
  if (packedDays !== undefined) return addDays(day, packedDays);
  const first = inputs.map(({ lot }) => lot.expires_on).sort()[0] as string;
  if (inputs.every(({ lot }) => lot.crop === crop)) return first;
  const made = (await cropsByCode(tx)).get(crop);
  return made ? addDays(day, made.shelfLifeDays) : first;
}

function villageOfMost(sources: readonly Held[]): string {
  const grams = new Map<string, Grams>();
  for (const source of sources) grams.set(source.village, (grams.get(source.village) ?? 0) + source.grams);
  return [...grams].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

/** Issues what the kind says of certificates for the raw lots that came out; packs name a product and see to it themselves. */
async function certify(
  tx: Tx,
  by: Actor,
  now: Date,
  ask: Operating,
  kind: OperationKind,
  inputs: readonly Input[],
  made: readonly MadeLot[],
): Promise<void> {
  const raw = made.filter((_, i) => !ask.outputs[i]?.packed);
  if (raw.length === 0 || kind.certificate === 'none') return;
  const { county } = ask;
  const before = await certificatesOf(
    tx,
    county,
    inputs.map(({ lot }) => lot.id),
  );
  const certified = inputs.every(({ lot }) => before.has(lot.id));
  const carried = certified ? [...before.values()].flatMap((one) => one.basis) : undefined;
  const basis = kind.certificate === 'anew' ? ask.basis : carried;
  if (!basis || basis.length === 0) return;
  const rows = await lockLots(
    tx,
    county,
    raw.map((one) => one.id),
  );
  const crops = await cropsByCode(tx);
  for (const { id, villages } of raw) {
    const lot = rows.get(id) as LotRow;
    await writeCertificate(tx, county, {
      lot: id,
      issuer: lot.org,
      productName: `${crops.get(lot.crop)?.nameZh ?? lot.crop}（${lot.grade}）`,
      grams: lot.grams_in,
      villages,
      basis: [...new Set(basis)],
      carried: kind.certificate === 'carried',
      by: by.person,
      at: now,
    });
  }
}

async function nameOf(tx: Tx, county: County, org: string): Promise<string> {
  return (await organisationsById(tx, county, [org])).get(org)?.name ?? '';
}

const sum = (grams: readonly Grams[]): Grams => grams.reduce((total, one) => total + one, 0);
