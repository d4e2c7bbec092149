import { readWeight, readYuan, type WeightUnit, yuanInput } from '../../format.ts';
import type { Capacity } from '../../offline/pack.ts';

/** What the keeper has said so far; the unit is the scale's and stays from one household to the next. */
export interface Weighed {
  unit: WeightUnit;
  weightText: string;
  grade: string;
  /** undefined: the reference price of the grade */
  priceText: string | undefined;
  /** off which plot, where the household has several of the crop */
  plot?: string;
  /** where the county knows some of the crop and the keeper named one */
  variety?: string;
}

/** What every step of a purchase is about. */
export interface StepOf {
  id: string;
  crop: string;
  weighed: Weighed;
  change: (part: Partial<Weighed>) => void;
  left: Capacity | undefined;
  back: string;
}

export interface PriceOf {
  grade: string;
  fenPerKg: number;
  floorFenPerKg: number | null;
  /** the floor is the household's own agreement: what is missing to it is added and owed */
  agreed?: boolean;
  day: string;
}

/** The price is kept for a kilogram; it is shown and typed for the unit of the scale. */
export const perUnit = (fenPerKg: number, unit: WeightUnit): number => (unit === 'jin' ? fenPerKg / 2 : fenPerKg);

/** What was said, as the program keeps it: whole grams, whole fen, and the price that stands beside. */
export function readWeighed({ unit, weightText, grade, priceText }: Weighed, prices: readonly PriceOf[]) {
  const day = prices.find((price) => price.grade === grade);
  const text = priceText ?? (day ? yuanInput(Math.round(perUnit(day.fenPerKg, unit))) : '');
  const typed = readYuan(text);
  const fenPerKg = typed === undefined ? undefined : unit === 'jin' ? typed * 2 : typed;
  const grams = readWeight(weightText, unit);
  return {
    day,
    priceText: text,
    grams,
    fenPerKg,
    amountFen: grams && fenPerKg ? Math.round((grams * fenPerKg) / 1000) : undefined,
    underFloor: Boolean(day?.floorFenPerKg && fenPerKg && fenPerKg < day.floorFenPerKg),
    odd: Boolean(day && fenPerKg && (fenPerKg < day.fenPerKg * 0.8 || fenPerKg > day.fenPerKg * 1.25)),
  };
}
