import { sql } from 'kysely';
import type { Static } from 'typebox';
import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { hasPaper } from '#platform/papers.ts';
import { cropsByCode, organisationsById, personNames } from '#registry';
import { produceWords } from '#registry/contract';
import { lotsById } from '../lots/lots.queries.ts';
import { refuse } from '../refuse.ts';
import { needsSellersCertificate } from './certificate-duty.ts';
import { findCertificate, standingOf } from './certificate-lookups.ts';
import { keptUntil, ruleOn } from './certificate-rules.ts';
import { type certificateRoutes, certificateStateWords } from './certificates.contract.ts';
import { type IssuerKind, issuerWords } from './issuer-kinds.ts';

/** Papers that were received lie under this name. */
export const RECEIVED_PAPERS = 'received';

export interface Receiving {
  county: County;
  buyer: string;
  sellerKind: IssuerKind;
  sellerName: string;
  sellerCode?: string | null;
  crop: string;
  grams: Grams;
  /** YYYY-MM-DD */
  boughtOn: string;
  number?: string | null;
  issuedOn?: string | null;
  file?: string | null;
}

/**
 * An organisation buys produce of another seller and keeps the certificate it was shown. Where the seller must issue
 * one, nothing is bought without it; of households one is welcome and none is asked. A certificate of this platform is
 * looked up: it must stand, be for this produce, and not be used for more than it was issued for.
 *
 * @throws Refusal `buyer-not-yours` | `crop-unknown` | `bought-in-future` | `certificate-not-collected` |
 *   `certificate-unknown` | `certificate-not-valid` | `certificate-of-other-crop` | `certificate-for-less` |
 *   `paper-unknown`
 */
export async function receiveCertificate(at: Context, by: Actor, input: Receiving, key: OnceKey | null) {
  const { county, buyer, sellerKind, crop, grams, boughtOn } = input;
  return once(at.db, key, async (tx) => {
    if (!actsFor(by, county, buyer)) throw refuse('buyer-not-yours');
    if (!(await organisationsById(tx, county, [buyer])).has(buyer)) throw refuse('buyer-not-yours');
    const of = (await cropsByCode(tx)).get(crop);
    if (!of) throw refuse('crop-unknown');
    const now = at.clock.now();
    const number = input.number?.trim().toUpperCase() || null;
    const issuedHere = number === null ? null : await issuedHereAs(tx, number, { crop, grams });
    const issuedOn = number === null ? null : (issuedHere?.issuedOn ?? input.issuedOn ?? boughtOn);
    if (boughtOn > dayOf(now) || (issuedOn !== null && issuedOn > boughtOn)) throw refuse('bought-in-future');
    const issuer = sellerKind;
    if (number === null && needsSellersCertificate(ruleOn(boughtOn), { produce: of.produce, issuer })) {
      throw refuse('certificate-not-collected', {
        seller: issuerWords[sellerKind].zh,
        produce: produceWords[of.produce].zh,
      });
    }
    const file = input.file ?? null;
    if (file !== null && !(await hasPaper(at.files, RECEIVED_PAPERS, file))) throw refuse('paper-unknown');
    const id = newId();
    await tx
      .insertInto('trace.received_certificate')
      .values({
        ...{ county, id, buyer, seller_kind: sellerKind, seller_name: input.sellerName.trim(), crop, grams, file },
        ...{ seller_code: input.sellerCode ?? null, bought_on: boughtOn, number, issued_on: issuedOn },
        ...{ issued_here: issuedHere !== null, kept_until: keptUntil(boughtOn), by_person: by.person, at: now },
      })
      .execute();
    const [view] = await receivedViews(tx, county, sql`id = ${id}`, { page: 1, size: 1 });
    if (!view) throw new Error(`received certificate ${id} was not written`);
    return view;
  });
}

/** Looks up a number of this platform; null for another's paper. */
async function issuedHereAs(
  tx: Tx,
  number: string,
  of: { crop: string; grams: Grams },
): Promise<{ issuedOn: string } | null> {
  if (!/^C\d{6}-\d{6}-/.test(number)) return null;
  const found = await findCertificate(tx, number);
  if (!found) throw refuse('certificate-unknown');
  const state = (await standingOf(tx, found.county, [found])).get(found.id)?.state ?? 'recalled';
  if (state !== 'valid') throw refuse('certificate-not-valid', { number, state: certificateStateWords[state].zh });
  const lot = (await lotsById(tx, found.county, [found.lot])).get(found.lot);
  if (lot?.crop !== of.crop) throw refuse('certificate-of-other-crop', { number });
  // One at a time: two buyers of the last kilograms would both see them.
  await tx
    .selectFrom('trace.lot')
    .select('id')
    .where('county', '=', found.county)
    .where('id', '=', found.lot)
    .forUpdate()
    .execute();
  const taken = await sql<{ grams: number }>`
    select coalesce(sum(grams), 0)::bigint as grams from trace.received_certificate
     where county = ${found.county} and number = ${number}`.execute(tx);
  const before = taken.rows[0]?.grams ?? 0;
  if (before + of.grams > found.grams) {
    throw refuse('certificate-for-less', { number, grams: found.grams / 1000, taken: before / 1000 });
  }
  return { issuedOn: found.issuedOn };
}

const organisationsOf = (by: Actor, county: County): string[] =>
  membershipsIn(by, county, ['merchant', 'keeper']).map((m) => m.org);

const actsFor = (by: Actor, county: County, org: string): boolean =>
  overCounty(by, county, ['operator']) || organisationsOf(by, county).includes(org);

const readsAll = (by: Actor, county: County): boolean => overCounty(by, county, ['operator', 'platform', 'auditor']);

const readableBy = (by: Actor, county: County) =>
  readsAll(by, county) ? sql`true` : sql`buyer = any(${organisationsOf(by, county)}::uuid[])`;

/** Papers that were received, the newest first; an organisation's own, or all of the county. */
export async function receivedPage(
  db: Db,
  by: Actor,
  county: County,
  filter: { q?: string; page: number; size: number },
) {
  const q = filter.q?.trim();
  const mine = readableBy(by, county);
  const where = q
    ? sql`${mine} and (strpos(seller_name, ${q}) > 0 or strpos(coalesce(number, ''), upper(${q})) > 0)`
    : mine;
  const counted = await sql<{ total: number }>`
    select count(*) as total from trace.received_certificate where county = ${county} and ${where}`.execute(db);
  const { page, size } = filter;
  return {
    rows: await receivedViews(db, county, where, { page, size }),
    total: counted.rows[0]?.total ?? 0,
    page,
    size,
  };
}

/** The name of a received paper's file, for whoever may see it. @throws Refusal `paper-not-found` */
export async function receivedFile(db: Db, by: Actor, county: County, id: string): Promise<string> {
  const { rows } = await sql<{ file: string | null }>`
    select file from trace.received_certificate
     where county = ${county} and id = ${id} and ${readableBy(by, county)}`.execute(db);
  if (!rows[0]?.file) throw refuse('paper-not-found');
  return rows[0].file;
}

type View = Static<typeof certificateRoutes.receivedCertificates.answer>['rows'][number];

async function receivedViews(
  db: Db,
  county: County,
  where: ReturnType<typeof sql>,
  { page, size }: { page: number; size: number },
): Promise<View[]> {
  const { rows } = await sql<Omit<View, 'buyerName' | 'cropName' | 'byName'> & { by: string }>`
    select id, buyer, seller_kind as "sellerKind", seller_name as "sellerName", seller_code as "sellerCode", crop, grams,
           bought_on as "boughtOn", number, issued_on as "issuedOn", issued_here as "issuedHere",
           file is not null as "hasFile", kept_until as "keptUntil", by_person as by, at
      from trace.received_certificate
     where county = ${county} and ${where}
     order by bought_on desc, at desc
     limit ${size} offset ${(page - 1) * size}`.execute(db);
  const orgs = await organisationsById(
    db,
    county,
    rows.map((row) => row.buyer),
  );
  const crops = await cropsByCode(db);
  const people = await personNames(
    db,
    rows.map((row) => row.by),
  );
  return rows.map(({ by, ...row }) => ({
    ...row,
    buyerName: orgs.get(row.buyer)?.name ?? '',
    cropName: crops.get(row.crop)?.nameZh ?? row.crop,
    byName: people.get(by) ?? '',
  }));
}

/**
 * Papers of other sellers that need no longer be kept are let go, day by day; never one before its time. The county's own
 * certificates stay: the codes on packs lead to them.
 *
 * @returns how many were let go
 */
export async function forgetReceived(at: Context): Promise<number> {
  const today = dayOf(at.clock.now());
  const { rows } = await sql<{ county: County }>`select county from registry.county order by county`.execute(at.db);
  let gone = 0;
  for (const { county } of rows) {
    const deleted = await at.db
      .deleteFrom('trace.received_certificate')
      .where('county', '=', county)
      .where('kept_until', '<', today)
      .executeTakeFirst();
    gone += Number(deleted.numDeletedRows);
  }
  return gone;
}
