import { sql } from 'kysely';
import type { Static } from 'typebox';
import { dayOf } from '#platform/clock.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { organisationsById, regionNames } from '#registry';
import type { Certificate } from '../contract.ts';
import { numberOfDay } from '../numbers.ts';
import { refuse } from '../refuse.ts';
import { coveringReports } from '../reports/reports.queries.ts';
import { type Basis, certificateBasisWords } from './basis-kinds.ts';
import { ruleOn } from './certificate-rules.ts';

type View = Static<typeof Certificate>;

/**
 * Writes the certificate of a lot as it will be printed, in the words of the rule in force on its day. A promise that
 * rests on tests binds the reports that passed: of the lot itself, or of every lot it was made of.
 *
 * @param of.villages where the produce comes from
 * @param of.carried the basis is the one that the lots it was made of had, and was looked at then
 * @param of.replaces the certificate with a mistake, and what the mistake was
 * @throws Refusal `report-missing`
 */
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
    carried?: boolean;
    replaces?: { id: string; reason: string };
    by: string;
    at: Date;
  },
): Promise<void> {
  const issuer = (await organisationsById(tx, county, [of.issuer])).get(of.issuer);
  if (!issuer) throw new Error(`lot ${of.lot} belongs to no organisation of county ${county}`);
  const day = dayOf(of.at);
  const rule = ruleOn(day);
  const reports = new Set<string>();
  for (const basis of of.basis) {
    if (basis === 'quality_control') continue;
    const found = await coveringReports(tx, county, of.lot, basis);
    if (found.length === 0 && !of.carried) throw refuse('report-missing', { basis: certificateBasisWords[basis].zh });
    for (const report of found) reports.add(report);
  }
  const id = newId();
  await tx
    .insertInto('trace.certificate')
    .values({
      county,
      id,
      number: await numberOfDay(tx, county, 'certificate', day),
      lot: of.lot,
      issuer: issuer.id,
      issuer_name: issuer.name,
      contact: `${issuer.contact} ${issuer.phone}`.trim(),
      product_name: of.productName,
      grams: of.grams,
      origin_name: await originName(tx, county, of.villages),
      statement: rule.statement,
      basis: [...of.basis],
      rule: rule.cited,
      issued_on: day,
      replaces: of.replaces?.id ?? null,
      reason: of.replaces?.reason ?? null,
      by_person: of.by,
      at: of.at,
    })
    .execute();
  if (reports.size === 0) return;
  await tx
    .insertInto('trace.certificate_report')
    .values([...reports].sort().map((report) => ({ county, certificate: id, report })))
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

/** A certificate as it was written, with what belongs to it in the tables. */
export type CertificateRow = View & { id: string; lot: string; replacedBy: string | null };

/** Certificates in force by lot: the last of each that replaced one another. */
export async function certificatesOf(db: Db, county: County, lots: readonly string[]): Promise<Map<string, View>> {
  if (lots.length === 0) return new Map();
  const rows = await certificatesWhere(
    db,
    sql`c.county = ${county} and c.lot = any(${lots as string[]}::uuid[]) and r.id is null`,
  );
  return new Map(rows.map(({ id: _, replacedBy: __, lot, ...row }) => [lot, row]));
}

/** Certificates with their lots and reports, the newest first. @param where over `c`, its lot `l` and what replaced it, `r` */
export async function certificatesWhere(
  db: Db,
  where: ReturnType<typeof sql<boolean>>,
  page: { size: number; offset: number } | null = null,
): Promise<CertificateRow[]> {
  const { rows } = await sql<CertificateRow>`
    select c.id, c.lot, c.number, c.number || '-' || c.check_tag as code, l.number as "lotNumber",
           c.issuer_name as "issuerName", c.contact, c.product_name as "productName", c.grams,
           c.origin_name as "originName", c.statement, c.basis, c.rule, c.issued_on as "issuedOn", r.id as "replacedBy",
           coalesce((select json_agg(json_build_object('id', t.id, 'number', t.number, 'lab', t.lab) order by t.number)
                       from trace.certificate_report b
                       join trace.test_report t on t.county = b.county and t.id = b.report
                      where b.county = c.county and b.certificate = c.id), '[]') as reports
      from trace.certificate c
      join trace.lot l on l.county = c.county and l.id = c.lot
      left join trace.certificate r on r.county = c.county and r.replaces = c.id
     where ${where}
     order by c.issued_on desc, c.number desc
     ${page ? sql`limit ${page.size} offset ${page.offset}` : sql``}`.execute(db);
  return rows;
}
