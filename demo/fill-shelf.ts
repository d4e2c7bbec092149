import { addDays, startOfDay } from '#platform/clock.ts';
import { splitByWeight } from '#platform/money.ts';
import { type DemoCounty, type DemoProduct, type DemoSku, priceOfDay, rawGrams } from './content.ts';
import type { DemoHouse, Grower, MadeProduct, OpenCounty, Org } from './house.ts';
import { enterPrice } from './prices.ts';
import { purchaseDays } from './season.ts';

const HOUR = 3_600_000;
const at = (day: string, hour: number) => new Date(startOfDay(day).getTime() + hour * HOUR);

/** What of one crop and grade a station bought in, lot by lot, and how much of each is left to pack. */
type RawLots = { lot: string; left: number }[];

interface ShelfInput {
  orgs: ReadonlyMap<string, Org>;
  households: ReadonlyMap<string, Grower>;
  products: ReadonlyMap<string, MadeProduct>;
  today: string;
  now: Date;
}

/** Buys in, certifies, packs and puts on sale; products whose season is over and gone are withdrawn, the last waits for review. */
export async function fillShelf(
  house: DemoHouse,
  staff: OpenCounty['staff'],
  content: DemoCounty,
  input: ShelfInput,
): Promise<OpenCounty['shelf']> {
  const { county } = content;
  const shelf: OpenCounty['shelf'] = [];
  const operator = house.as(staff('operator'));
  for (const [i, product] of content.products.entries()) {
    const made = input.products.get(product.key) as MadeProduct;
    const days = purchaseDays(product, input.today);
    if (i === content.products.length - 1) continue;
    house.setTime(at(days[0] ?? addDays(input.today, -30), 6));
    await operator.benefit.listProduct({ params: { county, id: made.id }, body: {} });
    if (days.length === 0) {
      house.setTime(at(addDays(input.today, -10), 10));
      await operator.catalog.moveProduct({
        params: { county, id: made.id },
        body: { to: 'withdrawn', reason: '过季了，明年再卖' },
      });
      continue;
    }
    const rawOf = new Map<string, RawLots>();
    for (const grade of new Set(product.skus.map((sku) => sku.rawGrade))) {
      const needed = product.skus
        .filter((sku) => sku.rawGrade === grade)
        .reduce((sum, sku) => sum + rawGrams(sku, sku.packs), 0);
      rawOf.set(grade, await buyIn(house, staff, content, input, product, { grade, grams: needed, days }));
    }
    const last = days.at(-1) as string;
    for (const [j, sku] of product.skus.entries()) {
      const from = at(addDays(last, 1), 9);
      const id = made.skus[j] as string;
      await packAndStock(house, staff, county, product, sku, {
        id,
        raw: rawOf.get(sku.rawGrade) as RawLots,
        packedAt: at(last, 19),
        from,
      });
      shelf.push({ sku: id, product: made.id, org: product.org, packs: sku.packs, from });
    }
  }
  return shelf;
}

/** Weighs in so many grams from the households in a station's reach, each by what it can still yield, and certifies the lots. */
async function buyIn(
  house: DemoHouse,
  staff: OpenCounty['staff'],
  content: DemoCounty,
  { orgs, households }: ShelfInput,
  product: DemoProduct,
  wanted: { grade: string; grams: number; days: readonly string[] },
): Promise<RawLots> {
  const { county } = content;
  const keeper = staff('keeper', product.station);
  const client = house.as(keeper);
  const reach = keeper.memberships[0]?.region ?? '';
  const growers = [...households.values()].filter((h) => h.village.startsWith(reach) && h.crops.has(product.crop));
  house.setTime(at(wanted.days[0] as string, 8));
  const left: number[] = [];
  for (const grower of growers) {
    const rows = await client.trace.capacity({ params: { county, id: grower.id } });
    left.push(rows.find((row) => row.crop === product.crop)?.leftGrams ?? 0);
  }
  if (left.reduce((a, b) => a + b, 0) < wanted.grams)
    throw new Error(`${product.name.zh}: the households cannot yield ${wanted.grams} g`);
  const grams = splitByWeight(wanted.grams, left);
  const raw = new Map<string, number>();
  for (const [i, grower] of growers.entries()) {
    const weighed = grams[i] as number;
    if (weighed === 0) continue;
    const day = wanted.days[i % wanted.days.length] as string;
    house.setTime(at(day, 7));
    await enterPrice(house, staff('operator'), content, product.crop, wanted.grade, day);
    house.setTime(new Date(at(day, 9).getTime() + i * 11 * 60_000));
    const price = content.prices.find((p) => p.crop === product.crop && p.grade === wanted.grade);
    const note = await client.trace.weighIn({
      params: { county },
      body: {
        station: orgs.get(product.station)?.id ?? '',
        household: grower.id,
        crop: product.crop,
        grade: wanted.grade,
        grams: weighed,
        // A little over the day's price for what is clean and dry.
        fenPerKg: priceOfDay(price as never, day) + (i % 3) * 10,
        paid: i % 4 === 3 ? 'later' : i % 2 === 0 ? 'cash' : 'transfer',
      },
    });
    raw.set(note.lot, (raw.get(note.lot) ?? 0) + weighed);
  }
  house.setTime(at(wanted.days.at(-1) as string, 18));
  const merchant = house.as(staff('merchant', product.org));
  for (const lot of raw.keys()) {
    await merchant.trace.issueCertificate({
      params: { county, id: lot },
      body: { basis: ['quality_control'] },
    });
  }
  return [...raw].map(([lot, left]) => ({ lot, left }));
}

async function packAndStock(
  house: DemoHouse,
  staff: OpenCounty['staff'],
  county: number,
  product: DemoProduct,
  sku: DemoSku,
  { id, raw, packedAt, from }: { id: string; raw: RawLots; packedAt: Date; from: Date },
): Promise<void> {
  const merchant = house.as(staff('merchant', product.org));
  let needed = rawGrams(sku, sku.packs);
  const inputs: { lot: string; grams: number }[] = [];
  for (const lot of raw) {
    const grams = Math.min(lot.left, needed);
    if (grams === 0) continue;
    lot.left -= grams;
    needed -= grams;
    inputs.push({ lot: lot.lot, grams });
  }
  const total = inputs.reduce((sum, input) => sum + input.grams, 0);
  house.setTime(packedAt);
  const packed = await merchant.trace.pack({
    params: { county },
    body: {
      sku: id,
      inputs,
      packs: sku.packs,
      lossGrams: total - sku.packs * sku.netGrams,
      place: `${staff('merchant', product.org).memberships[0]?.orgName}分拣点`,
      basis: ['quality_control'],
    },
  });
  house.setTime(from);
  await merchant.trade.stockLot({ params: { county }, body: { lot: packed.lot.id } });
}
