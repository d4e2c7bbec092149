/** What a print file may be, and how many codes one holds: a label in it costs some memory and half a millisecond. */
export const printFormats = {
  /** a line per code, for printing works that draw the codes themselves */
  csv: { most: 1_000_000, type: 'text/csv; charset=utf-8' },
  /** labels as they are printed, on the roll or on A4 sheets */
  pdf: { most: 20_000, type: 'application/pdf' },
  /** the same as one drawing, for who lays out packaging */
  svg: { most: 2_000, type: 'image/svg+xml' },
} as const;
export type PrintFormat = keyof typeof printFormats;
