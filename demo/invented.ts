// Numbers for people and organisations that do not exist: their check digits are right, so that they pass every door a
// real number passes, and each shows at a glance that it is invented.
import type { DemoHousehold, DemoMember, DemoOrganisation } from './content.ts';

const GB11643_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** An ID number of someone born in 1900 in a county. Odd sequence numbers are men's. */
export function inventedIdNumber(county: number, dayOfYear: number, sequence: number): string {
  const born = new Date(Date.UTC(1900, 0, dayOfYear)).toISOString().slice(0, 10).replaceAll('-', '');
  const body = `${county}${born}${String(sequence).padStart(3, '0')}`;
  const sum = GB11643_WEIGHTS.reduce((total, weight, i) => total + weight * Number(body[i]), 0);
  return body + '10X98765432'[sum % 11];
}

const GB32100 = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/**
 * An organisation code with MADEUP in the place of its own number.
 *
 * @param kind registering authority and kind of organisation: 91 company, 92 sole trader, 93 farmers' cooperative, 12 public institution
 * @param number 1 to 99, once per kind and county
 */
export function inventedCode(kind: string, county: number, number: number): string {
  const own = `MADEUP${String(number).padStart(2, '0')}`;
  // GB 11714: its own alphabet has all letters, A is 10.
  const ownSum = [3, 7, 9, 10, 5, 8, 4, 2].reduce(
    (total, weight, i) => total + weight * Number.parseInt(own[i] ?? '', 36),
    0,
  );
  const ownCheck = '0123456789X0'[(11 - (ownSum % 11)) % 11];
  const body = `${kind}${county}${own}${ownCheck}`;
  const sum = [...body].reduce((total, letter, i) => total + GB32100.indexOf(letter) * (3 ** i % 31), 0);
  return body + GB32100[(31 - (sum % 31)) % 31];
}

/** A phone in a range that is given to nobody: 100 0000 0000 to 100 9999 9999. */
export function inventedPhone(county: number, number: number): string {
  return `100${String(county % 10_000).padStart(4, '0')}${String(number).padStart(4, '0')}`;
}

/** One entry of a county's organisations; its code and phone follow from its place in the list. */
export function organisations(
  county: number,
  list: (Omit<DemoOrganisation, 'code' | 'phone' | 'region'> & { region?: string })[],
): DemoOrganisation[] {
  const prefixes = {
    merchant: '91',
    cooperative: '93',
    station: '92',
    county_centre: '12',
    platform: '91',
    purchasing_unit: '12',
    logistics: '91',
  };
  return list.map((entry, i) => ({
    region: String(county || ''),
    ...entry,
    code: inventedCode(prefixes[entry.kind], county || 110000, i + 1),
    phone: inventedPhone(county, i + 1),
  }));
}

/** crop → mu (decimals allowed) or trees */
export type Grows = Record<string, { mu?: number; trees?: number }>;

/** One line per household: head, village, category, what it grows, other members. */
export type HouseholdLine = [
  head: string,
  village: string,
  category: DemoHousehold['category'],
  grows: Grows,
  others?: Partial<Record<'spouse' | 'child' | 'parent', string>>,
];

/** Households from their lines; numbers follow from the place in the list. */
export function households(county: number, lines: HouseholdLine[]): DemoHousehold[] {
  return lines.map(([head, village, category, grows, others = {}], i) => {
    const number = (j: number) => inventedIdNumber(county, 1 + ((i * 17 + j * 5) % 365), i * 8 + j + 1);
    const members: DemoMember[] = [
      { relation: 'head', name: head, idNumber: number(0), phone: inventedPhone(county, 1001 + i) },
      ...Object.entries(others).map(([relation, name], j) => ({
        relation: relation as DemoMember['relation'],
        name,
        idNumber: number(j + 1),
      })),
    ];
    const yields = Object.entries(grows).map(([crop, { mu = 0, trees = 0 }]) => ({
      crop,
      areaCentimu: Math.round(mu * 100),
      trees,
    }));
    return { village, category, members, yields };
  });
}
