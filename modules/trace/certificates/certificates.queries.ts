import type { Static } from 'typebox';
import { dayOf } from '#platform/clock.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { organisationsById, regionNames } from '#registry';
import type { Certificate, certificateBases } from '../contract.ts';
import { numberOfDay } from '../numbers.ts';
import { certificateRule } from './certificate-rule.ts';

type View = Static<typeof Certificate>;
export type Basis = (typeof certificateBases)[number];

/** Writes the certificate of a lot as it will be printed. @param of.villages where the produce comes from */
export async function writeCertificate(
  tx: Tx,
  county: County,
  of: {
    lot: string;
    issuer: string;
    productName: string;
    grams: Grams;
    villages: readonly string[];
    basis: readonly Basis[];
    by: string;
    at: Date;
  },
): Promise<void> {
  const issuer = (await organisationsById(tx, county, [of.issuer])).get(of.issuer);
  if (!issuer) throw new Error(`lot ${of.lot} belongs to no organisation of county ${county}`);
  const day = dayOf(of.at);
  await tx
    .insertInto('trace.certificate')
    .values({
      county,
      id: newId(),
      number: await numberOfDay(tx, county, 'certificate', day),
      lot: of.lot,
      issuer: issuer.id,
      issuer_name: issuer.name,
      contact: `${issuer.contact} ${issuer.phone}`.trim(),
      product_name: of.productName,
      grams: of.grams,
      origin_name: await originName(tx, county, of.villages),
      statement: certificateRule.statement,
      basis: [...of.basis],
      rule: certificateRule.cited,
      issued_on: day,
      by_person: of.by,
      at: of.at,
    })
    .execute();
}

/** 甘肃省陇南市成县店村镇新村; several villages follow their county's name. */
async function originName(tx: Tx, county: County, villages: readonly string[]): Promise<string> {
  const whole = `${county}000000`;
  const names = await regionNames(tx, [...villages, whole]);
  const [only] = villages;
  if (only !== undefined && villages.length === 1) return names.get(only)?.fullName ?? only;
  const list = villages.map((village) => names.get(village)?.name ?? village).join('、');
  return `${names.get(whole)?.fullName ?? county}${list}`;
}

/** Certificates by lot. */
export async function certificatesOf(db: Db, county: County, lots: readonly string[]): Promise<Map<string, View>> {
  if (lots.length === 0) return new Map();
  const rows = await db
    .selectFrom('trace.certificate as c')
    .innerJoin('trace.lot as l', (join) => join.onRef('l.county', '=', 'c.county').onRef('l.id', '=', 'c.lot'))
    .select(['c.lot', 'c.number', 'l.number as lotNumber', 'c.issuer_name as issuerName', 'c.contact'])
    .select(['c.product_name as productName', 'c.grams', 'c.origin_name as originName', 'c.statement'])
    .select(['c.basis', 'c.rule', 'c.issued_on as issuedOn'])
    .where('c.county', '=', county)
    .where('c.lot', 'in', lots)
    .execute();
  return new Map(rows.map(({ lot, basis, ...row }) => [lot, { ...row, basis: basis as Basis[] }]));
}
