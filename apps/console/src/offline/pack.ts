/** The reference data a device carries: what arrives is laid over what is there. */
import type { CarriedFloor, StationPack } from '../api/answers.ts';
import type { DeviceNote } from './device-notes.ts';

/** What a device keeps: the station's pack, and the floors that households agreed on with whom it buys for. */
export type CarriedPack = StationPack & {
  /** a pack that was carried before floors were has none */
  floors?: readonly CarriedFloor[];
};

/** A pack with what changed since; a whole one takes the place of what was carried. */
export function mergePack(before: StationPack | undefined, arrived: StationPack): StationPack {
  if (!before || !arrived.partial) return arrived;
  const byId = new Map(before.households.map((one) => [one.id, one]));
  for (const id of arrived.gone) byId.delete(id);
  for (const one of arrived.households) byId.set(one.id, one);
  const households = [...byId.values()].sort((a, b) => compare(a.village, b.village) || compare(a.code, b.code));
  return { ...arrived, partial: false, households };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export interface Capacity {
  crop: string;
  cropName: string;
  limitGrams: number;
  /** from here on the keeper is warned */
  warnGrams: number;
  /** above this the county is asked first */
  mostGrams: number;
  boughtGrams: number;
  /** off which it can come, with what stands against a harvest */
  plots: StationPack['households'][number]['crops'][number]['plots'];
}

/** What this device wrote that the pack cannot know of yet. */
function unknownTo(pack: StationPack, notes: readonly DeviceNote[]): DeviceNote[] {
  const since = Date.parse(String(pack.at));
  return notes.filter(
    ({ answer }) => !answer || (answer.state === 'accepted' && Date.parse(String(answer.receivedAt)) > since),
  );
}

/**
 * What a household can still bring of each crop: as the pack says, and what this device bought that the pack cannot
 * know of yet.
 */
export function capacityOf(pack: StationPack, household: string, notes: readonly DeviceNote[]): Capacity[] {
  const found = pack.households.find((one) => one.id === household);
  const unknown = unknownTo(pack, notes);
  return (found?.crops ?? []).map(({ crop, limitGrams, mostGrams, boughtGrams, plots }) => ({
    crop,
    cropName: cropName(pack, crop),
    limitGrams,
    mostGrams,
    warnGrams: Math.floor((limitGrams * pack.rules.yieldWarnBp) / 10_000),
    boughtGrams: unknown
      .filter(({ shown }) => shown.household === household && shown.crop === crop)
      .reduce((sum, { shown }) => sum + shown.grams, boughtGrams),
    // A pack that was carried before plots were has none.
    plots: plots ?? [],
  }));
}

/**
 * The floor that a household agreed on for a crop and grade, as long as something of its quantity is left by what the
 * pack says and by what this device bought since.
 */
export function agreedFloorOf(
  pack: CarriedPack,
  of: { household: string; crop: string; grade: string },
  notes: readonly DeviceNote[],
): CarriedFloor | undefined {
  const same = (one: { household: string; crop: string; grade: string }) =>
    one.household === of.household && one.crop === of.crop && one.grade === of.grade;
  const floor = pack.floors?.find(same);
  if (!floor) return undefined;
  const bought = unknownTo(pack, notes).reduce((sum, { shown }) => sum + (same(shown) ? shown.grams : 0), 0);
  return floor.leftGrams > bought ? floor : undefined;
}

export const cropName = (pack: StationPack, crop: string): string =>
  pack.crops.find((one) => one.crop === crop)?.nameZh ?? crop;

/** How a weight stands to what a household can bring: fine, nearly all, more than it should, or more than is taken. */
export function yieldState(
  { limitGrams, warnGrams, mostGrams, boughtGrams }: Omit<Capacity, 'crop' | 'cropName' | 'plots'>,
  grams: number,
): 'fine' | 'near' | 'above' | 'too-much' {
  const together = boughtGrams + grams;
  if (together > mostGrams) return 'too-much';
  if (together > limitGrams) return 'above';
  return together >= warnGrams ? 'near' : 'fine';
}
