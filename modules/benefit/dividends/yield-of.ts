import { type Fen, proportion } from '#platform/money.ts';

const YEAR = 365;

/** Whole days of a period, both ends counted; days as YYYY-MM-DD. */
export const daysOf = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;

/** What shares get at so many fen per hundred of them (每百股派), rounded half up to a whole fen. */
export const dividendOf = (shares: number, fenPer100: Fen): Fen => proportion(fenPer100, shares, 100);

/** What a yearly rate brings a stake in so many days: simple interest, a year of 365 days, rounded half up. */
export const interestOf = (stake: Fen, bp: number, days: number): Fen => proportion(stake, bp * days, 10_000 * YEAR);

/** The yearly rate that so much in so many days is on a stake, in basis points, rounded half up. */
export const yearlyBp = (fen: Fen, stake: Fen, days: number): number => proportion(10_000 * YEAR, fen, stake * days);
