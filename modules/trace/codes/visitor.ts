import type { FastifyRequest } from 'fastify';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';

/** Provinces by the letters of ISO 3166-2:CN, as content networks name them, to the two digits of our regions. */
const provinceByLetters: Readonly<Record<string, string>> = {
  BJ: '11',
  TJ: '12',
  HE: '13',
  SX: '14',
  NM: '15',
  LN: '21',
  JL: '22',
  HL: '23',
  SH: '31',
  JS: '32',
  ZJ: '33',
  AH: '34',
  FJ: '35',
  JX: '36',
  SD: '37',
  HA: '41',
  HB: '42',
  HN: '43',
  GD: '44',
  GX: '45',
  HI: '46',
  CQ: '50',
  SC: '51',
  GZ: '52',
  YN: '53',
  XZ: '54',
  SN: '61',
  GS: '62',
  QH: '63',
  NX: '64',
  XJ: '65',
  TW: '71',
  HK: '81',
  MO: '82',
};
const provinceCodes = new Set(Object.values(provinceByLetters));

/** Two digits of a province that is there; null for anything else. */
export const provinceOf = (text: string | undefined): string | null => {
  const said = text?.trim().toUpperCase() ?? '';
  const letters = /^(?:CN-)?([A-Z]{2})$/.exec(said)?.[1];
  const code = letters ? provinceByLetters[letters] : /^\d{2,12}$/.exec(said)?.[0].slice(0, 2);
  return code !== undefined && provinceCodes.has(code) ? code : null;
};

/**
 * Where a request comes from, when the operator has named the header in which the content network or proxy in front
 * says so (SHANHUO_REGION_HEADER): a code of our regions or of ISO 3166-2:CN. The program itself looks at no address.
 */
export function provinceOfRequest(at: Context, request: FastifyRequest): string | null {
  const said = at.regionHeader && request.headers[at.regionHeader];
  return typeof said === 'string' ? provinceOf(said) : null;
}

/**
 * Tells on one day whether the same phone looks again, and nothing else: a hash under a key of the day over address
 * and browser, sixty bits of it, taken away a day later. Neither address nor browser is written down.
 */
export function visitorOf(at: Context, request: FastifyRequest): string {
  const browser = request.headers['user-agent'] ?? '';
  return at.sealer
    .sign(`visitor/${dayOf(at.clock.now())}`, `${request.ip} ${browser}`)
    .toString('base64url')
    .slice(0, 10);
}
