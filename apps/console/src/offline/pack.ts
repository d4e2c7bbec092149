/** The reference data a device carries: what arrives is laid over what is there. */
import type { StationPack } from '../api/answers.ts';
import type { DeviceNote } from './device-notes.ts';

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
  boughtGrams: number;
}

/**
 * What a household can still bring of each crop: as the pack says, and what this device bought that the pack cannot
 * know of yet.
 */
export function capacityOf(pack: StationPack, household: string, notes: readonly DeviceNote[]): Capacity[] {
  const found = pack.households.find((one) => one.id === household);
  const since = Date.parse(String(pack.at));
  const unknown = notes.filter(
    ({ answer }) => !answer || (answer.state === 'accepted' && Date.parse(String(answer.receivedAt)) > since),
  );
  return (found?.crops ?? []).map(({ crop, limitGrams, boughtGrams }) => ({
    crop,
    cropName: cropName(pack, crop),
    limitGrams,
    boughtGrams: unknown
      .filter(({ shown }) => shown.household === household && shown.crop === crop)
      .reduce((sum, { shown }) => sum + shown.grams, boughtGrams),
  }));
}

export const cropName = (pack: StationPack, crop: string): string =>
  pack.crops.find((one) => one.crop === crop)?.nameZh ?? crop;

/** Above this share of the yield the keeper is warned, in basis points. */
const WARN_BP = 8_000;

/** How a weight stands to what a household can bring: fine, nearly all, more than it should, or more than is taken. */
export function yieldState(
  { limitGrams, boughtGrams }: { limitGrams: number; boughtGrams: number },
  grams: number,
  mostBp: number,
): 'fine' | 'near' | 'above' | 'too-much' {
  const bp = (boughtGrams + grams) * 10_000;
  if (bp > limitGrams * mostBp) return 'too-much';
  if (bp > limitGrams * 10_000) return 'above';
  return bp > limitGrams * WARN_BP ? 'near' : 'fine';
}
