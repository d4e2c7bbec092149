// A region code is the 12-digit statistical code: province 2, city 2, county 2, township 3, village 3.
// "Inside" is a prefix, so rights, row scopes and totals by region all come down to comparing the beginnings of codes.

import type { County } from '#platform/ids.ts';

/** 1 province, 2 city, 3 county, 4 township, 5 village. */
export type RegionLevel = 1 | 2 | 3 | 4 | 5;

export type RegionCode = {
  /** the 12 digits */
  code: string;
  level: RegionLevel;
  /** the part that carries meaning: 2, 4, 6, 9 or 12 digits; what lies inside begins with it */
  prefix: string;
  /** code of the region one level up, null for a province */
  parent: string | null;
  /** null above county level */
  county: County | null;
};

/** Why a text is not a region code; the caller turns it into its own refusal. */
export type BrokenRegionCode = 'not-12-digits' | 'no-province' | 'gap-in-levels';

// Prefecture-level cities that have towns but no counties. The statistics give city and county one and the same
// code (441900000000), which is taken as the county: it is what can be opened.
const CITIES_WITHOUT_COUNTIES = new Set(['441900', '442000', '460400']);

const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82'.split(' '),
);

const PREFIX_LENGTH = { 1: 2, 2: 4, 3: 6, 4: 9, 5: 12 } as const;

/**
 * Reads a 12-digit region code.
 *
 * It checks the form only (digits, a province that exists, no gap between levels); whether the region exists is a
 * question for the database.
 */
export function parseRegionCode(text: string): { ok: true; region: RegionCode } | { ok: false; why: BrokenRegionCode } {
  if (!/^\d{12}$/.test(text)) return { ok: false, why: 'not-12-digits' };
  if (!PROVINCES.has(text.slice(0, 2))) return { ok: false, why: 'no-province' };

  const county = text.slice(0, 6);
  const parts = [text.slice(2, 4), text.slice(4, 6), text.slice(6, 9), text.slice(9, 12)];
  const filled = parts.map((part) => Number(part) !== 0);
  if (CITIES_WITHOUT_COUNTIES.has(county)) filled[1] = true;
  // 350527000000 (Jinmen) is a village of township 350527000 in the statistics; as a code it reads as the county.
  const depth = filled.lastIndexOf(true) + 1;
  if (filled.slice(0, depth).includes(false)) return { ok: false, why: 'gap-in-levels' };

  const level = (depth + 1) as RegionLevel;
  return {
    ok: true,
    region: {
      code: text,
      level,
      prefix: text.slice(0, PREFIX_LENGTH[level]),
      parent: level === 1 ? null : parentOf(text, level),
      county: level >= 3 ? Number(county) : null,
    },
  };
}

function parentOf(code: string, level: RegionLevel): string {
  const up = level === 3 && CITIES_WITHOUT_COUNTIES.has(code.slice(0, 6)) ? 1 : ((level - 1) as RegionLevel);
  return padRegionPrefix(code.slice(0, PREFIX_LENGTH[up]));
}

/** Fills a prefix (2, 4, 6, 9 or 12 digits) up to the 12-digit code. */
export function padRegionPrefix(prefix: string): string {
  return prefix.padEnd(12, '0');
}

/** The significant digits of a code: 2, 4, 6, 9 or 12 of them. A broken code is returned as it is, so that nothing lies inside it. */
export function regionPrefix(code: string): string {
  const parsed = parseRegionCode(code);
  return parsed.ok ? parsed.region.prefix : code;
}

/**
 * Whether a region lies inside (or is) another.
 *
 * @param code 12 digits
 * @param outer 12-digit code or its significant prefix; '' is the whole country
 */
export function isInside(code: string, outer: string): boolean {
  return code.startsWith(outer.length === 12 ? regionPrefix(outer) : outer);
}

/** The 12-digit code of a county given as a six-digit number. */
export function countyCode(county: County): string {
  return padRegionPrefix(String(county));
}
