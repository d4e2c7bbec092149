/** A share from 0 to 1 as people read it, to a tenth of a percent. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
