import { countriesByLetters, countriesByNumber, currenciesByNumber } from './iso-codes.ts';

/** What is wrong with a piece of data, and where: GS1's own name for it, from which character on, how many. */
export interface Fault {
  error: string;
  at: number;
  length: number;
}

/** Looks at one component of a code; null when nothing is wrong with it. */
export type Linter = (text: string) => Fault | null;

const fault = (error: string, at: number, length: number): Fault => ({ error, at, length });
const whole = (error: string, text: string): Fault => fault(error, 0, text.length);

/** The first of several looks that finds something. */
const first =
  (...looks: readonly Linter[]): Linter =>
  (text) => {
    for (const look of looks) {
      const found = look(text);
      if (found) return found;
    }
    return null;
  };

const unless = (right: (text: string) => boolean, error: string): Linter => {
  return (text) => (right(text) ? null : whole(error, text));
};

/** Every character must fit; the first that does not is named. */
const characters =
  (fits: RegExp, error: string): Linter =>
  (text) => {
    const at = [...text].findIndex((character) => !fits.test(character));
    return at < 0 ? null : fault(error, at, 1);
  };

const digits = characters(/\d/, 'NON_DIGIT_CHARACTER');
const longAs = (length: number, what: string): Linter =>
  first(
    unless((text) => text.length >= length, `${what}_TOO_SHORT`),
    unless((text) => text.length <= length, `${what}_TOO_LONG`),
  );

/** Looks at a stretch of the text alone. */
const part =
  (from: number, to: number, look: Linter): Linter =>
  (text) => {
    const found = look(text.slice(from, to));
    return found && { ...found, at: found.at + from };
  };

const below = (limit: number, error: string): Linter => unless((text) => Number(text) < limit, error);
const clock = (limit: number, what: string): Linter => first(longAs(2, what), digits, below(limit, `ILLEGAL_${what}`));

/** A date of so many digits for its year; `zero`: the day may be 00, for the whole month. */
function date(yearDigits: 2 | 4, zero: boolean): Linter {
  const length = yearDigits + 4;
  const day: Linter = (text) => {
    const [year, month, asked] = [text.slice(0, -4), text.slice(-4, -2), text.slice(-2)].map(Number) as [
      number,
      number,
      number,
    ];
    // Two digits stand for a year near now; of the years they may stand for, only those of this century are leap years by 00.
    const last = new Date(Date.UTC(yearDigits === 2 ? 2000 + year : year, month, 0)).getUTCDate();
    return asked <= last && (zero || asked > 0) ? null : fault('ILLEGAL_DAY', length - 2, 2);
  };
  return first(
    longAs(length, 'DATE'),
    digits,
    part(
      yearDigits,
      yearDigits + 2,
      unless((text) => Number(text) >= 1 && Number(text) <= 12, 'ILLEGAL_MONTH'),
    ),
    day,
  );
}

/** GS1's check digit, mod 10, weights 3 and 1 from the right (General Specifications, section 7.9). */
export function checkDigit(body: string): string {
  let sum = 0;
  for (let i = body.length - 1, weight = 3; i >= 0; i--, weight = 4 - weight) sum += Number(body[i]) * weight;
  return String((10 - (sum % 10)) % 10);
}

const csum = first(
  unless((text) => text.length > 0, 'TOO_SHORT_FOR_CHECK_DIGIT'),
  digits,
  (text) => (checkDigit(text.slice(0, -1)) === text.at(-1) ? null : fault('INCORRECT_CHECK_DIGIT', text.length - 1, 1)),
);

const CSET82 = '!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const CSET32 = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
/** Weights of the check pair: as many primes as the longest key can need. */
const primes = primesUpTo(509);

/** GS1's pair of check characters (General Specifications, section 7.9.5): prime weights from the right, mod 1021. */
const csumalpha = first(
  unless((text) => text.length >= 2, 'TOO_SHORT_FOR_CHECK_PAIR'),
  unless((text) => text.length - 2 <= primes.length, 'TOO_LONG_FOR_CHECK_PAIR_IMPLEMENTATION'),
  (text) =>
    characters(new RegExp(`[${CSET82.replace(/[-\]\\^]/g, '\\$&')}]`), 'INVALID_CSET82_CHARACTER')(text.slice(0, -2)),
  (text) => {
    const body = text.slice(0, -2);
    const sum = [...body].reduce((all, c, i) => all + CSET82.indexOf(c) * (primes[body.length - 1 - i] as number), 0);
    const pair = `${CSET32[(sum % 1021) >> 5]}${CSET32[(sum % 1021) & 31]}`;
    return text.endsWith(pair) ? null : fault('INCORRECT_CHECK_PAIR', body.length, 2);
  },
);

function primesUpTo(limit: number): number[] {
  const found: number[] = [];
  for (let n = 2; n <= limit; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

const cset64: Linter = (text) => {
  const padding = /=*$/.exec(text)?.[0].length ?? 0;
  const body = text.slice(0, text.length - padding);
  const wrong = characters(/[\w-]/, 'INVALID_CSET64_CHARACTER')(body);
  if (wrong || padding === 0) return wrong;
  return padding <= 2 && text.length % 3 === 0 ? null : fault('INVALID_CSET64_PADDING', body.length, padding);
};

const pcenc: Linter = (text) => {
  const at = text.search(/%(?![\da-fA-F]{2})/);
  return at < 0 ? null : fault('INVALID_PERCENT_SEQUENCE', at, Math.min(3, text.length - at));
};

const pieceoftotal = first(
  unless((text) => text.length > 0 && text.length % 2 === 0, 'INVALID_LENGTH_FOR_PIECE_OF_TOTAL'),
  digits,
  (text) => {
    const half = text.length / 2;
    const [piece, total] = [Number(text.slice(0, half)), Number(text.slice(half))];
    if (piece === 0) return fault('ZERO_PIECE_NUMBER', 0, half);
    if (total === 0) return fault('ZERO_TOTAL_PIECES', half, half);
    return piece <= total ? null : whole('PIECE_NUMBER_EXCEEDS_TOTAL', text);
  },
);

const posinseqslash: Linter = (text) => {
  const [, position = '', end = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (!position) return whole('POSITION_IN_SEQUENCE_MALFORMED', text);
  if (position.startsWith('0')) return fault('ILLEGAL_ZERO_PREFIX', 0, position.length);
  if (end.startsWith('0')) return fault('ILLEGAL_ZERO_PREFIX', position.length + 1, end.length);
  return Number(position) <= Number(end) ? null : whole('POSITION_EXCEEDS_END', text);
};

/** ISO 13616: the first four characters to the end, letters as 10 to 35, mod 97 must be 1. */
const iban = first(
  unless((text) => text.length > 10, 'IBAN_TOO_SHORT'),
  characters(/[\dA-Z]/, 'INVALID_IBAN_CHARACTER'),
  (text) => {
    const numbers = [...(text.slice(4) + text.slice(0, 4))].map((c) => Number.parseInt(c, 36)).join('');
    const rest = [...numbers].reduce((r, digit) => (r * 10 + Number(digit)) % 97, 0);
    return rest === 1 ? null : fault('INCORRECT_IBAN_CHECKSUM', 2, 2);
  },
);

/** A company prefix has four digits at least; which of them are given out is not public as a list. */
const companyPrefix = (from: number): Linter =>
  first(
    unless((text) => text.length >= from + 4, 'TOO_SHORT_FOR_GCP'),
    part(from, from + 4, characters(/\d/, 'INVALID_GCP_PREFIX')),
  );

const coordinate = (limit: number, what: string): Linter =>
  first(
    digits,
    unless((text) => text.length === 10, `${what}_INVALID_LENGTH`),
    unless((text) => Number(text) <= limit, `INVALID_${what}`),
  );

const oneOf = (shape: RegExp, error: string): Linter => unless((text) => shape.test(text), error);
const listed = (list: ReadonlySet<string>, error: string): Linter => unless((text) => list.has(text), error);

/**
 * The checks that GS1's syntax dictionary names, by its names for them. Three look at the shape alone, because what
 * they stand for is another body's list and means nothing to a county's produce: package types (UN/ECE 21) and the
 * two of North American coupons.
 */
export const linters = {
  cset39: characters(/[#\-/0-9A-Z]/, 'INVALID_CSET39_CHARACTER'),
  cset64,
  cset82: characters(new RegExp(`[${CSET82.replace(/[-\]\\^]/g, '\\$&')}]`), 'INVALID_CSET82_CHARACTER'),
  csetnumeric: digits,
  couponcode: digits,
  couponposoffer: digits,
  csum,
  csumalpha,
  gcppos1: companyPrefix(0),
  gcppos2: companyPrefix(1),
  hasnondigit: unless((text) => /\D/.test(text), 'REQUIRES_NON_DIGIT_CHARACTER'),
  hh: clock(24, 'HOUR'),
  hhmi: first(
    longAs(4, 'HOUR_WITH_MINUTE'),
    digits,
    part(0, 2, below(24, 'ILLEGAL_HOUR')),
    part(2, 4, below(60, 'ILLEGAL_MINUTE')),
  ),
  hyphen: oneOf(/^-*$/, 'NOT_HYPHEN'),
  iban,
  importeridx: first(
    unless((text) => text.length === 1, 'IMPORTER_IDX_MUST_BE_ONE_CHARACTER'),
    characters(/[\w-]/, 'INVALID_IMPORT_IDX_CHARACTER'),
  ),
  iso3166: listed(countriesByNumber, 'NOT_ISO3166'),
  iso3166999: unless((text) => text === '999' || countriesByNumber.has(text), 'NOT_ISO3166_OR_999'),
  iso3166alpha2: listed(countriesByLetters, 'NOT_ISO3166_ALPHA2'),
  iso4217: listed(currenciesByNumber, 'NOT_ISO4217'),
  iso5218: oneOf(/^[0129]$/, 'INVALID_BIOLOGICAL_SEX_CODE'),
  latitude: coordinate(1_800_000_000, 'LATITUDE'),
  longitude: coordinate(3_600_000_000, 'LONGITUDE'),
  mediatype: oneOf(/^(0[1-9]|10|[89]\d)$/, 'INVALID_MEDIA_TYPE'),
  mi: clock(60, 'MINUTE'),
  nonzero: first(
    digits,
    unless((text) => /[1-9]/.test(text), 'ILLEGAL_ZERO_VALUE'),
  ),
  nozeroprefix: first(digits, (text) => (/^0./.test(text) ? fault('ILLEGAL_ZERO_PREFIX', 0, 1) : null)),
  packagetype: oneOf(/^[0-9A-Z]+$/, 'INVALID_PACKAGE_TYPE'),
  pcenc,
  pieceoftotal,
  posinseqslash,
  ss: clock(60, 'SECOND'),
  winding: oneOf(/^[019]$/, 'INVALID_WINDING_DIRECTION'),
  yesno: oneOf(/^[01]$/, 'NOT_ZERO_OR_ONE'),
  yymmd0: date(2, true),
  yymmdd: date(2, false),
  yyyymmd0: date(4, true),
  yyyymmdd: date(4, false),
  zero: oneOf(/^0*$/, 'NOT_ZERO'),
} satisfies Record<string, Linter>;
