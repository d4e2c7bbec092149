import { sql } from 'kysely';
import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { cropsByCode, organisationsById } from '#registry';
import { lotReading } from '../lots/lot-rights.ts';
import { findLot } from '../lots/lots.queries.ts';
import type { OperationName } from '../operations/operation-kinds.ts';
import { refuse } from '../refuse.ts';
import { type Duty, dutyOf } from './certificate-duty.ts';
import { ruleOn } from './certificate-rules.ts';
import type { CertificateDuty } from './certificates.contract.ts';
import type { IssuerKind } from './issuer-kinds.ts';

/** What the rule in force on a day asks of lots, by their ids. */
export async function dutiesOf(
  db: Db,
  county: County,
  day: string,
  lots: readonly { id: string; crop: string; org: string }[],
): Promise<Map<string, Duty>> {
  const crops = await cropsByCode(db);
  const orgs = await organisationsById(
    db,
    county,
    lots.map((lot) => lot.org),
  );
  const made = await madeBy(
    db,
    county,
    lots.map((lot) => lot.id),
  );
  const rule = ruleOn(day);
  return new Map(
    lots.map((lot) => [
      lot.id,
      dutyOf(rule, {
        produce: crops.get(lot.crop)?.produce ?? 'other',
        // What lies in a lot was bought of households; a cooperative sells its members' produce, others buy in.
        issuer: (orgs.get(lot.org)?.kind === 'cooperative' ? 'cooperative' : 'buyer') satisfies IssuerKind,
        madeBy: made.get(lot.id) ?? null,
      }),
    ]),
  );
}

/** The operation that each lot came out of; lots that were bought in are missing. */
async function madeBy(db: Db, county: County, lots: readonly string[]): Promise<Map<string, OperationName>> {
  if (lots.length === 0) return new Map();
  const { rows } = await sql<{ lot: string; kind: OperationName }>`
    select distinct on (x.lot) x.lot, o.kind
      from trace.operation_lot x
      join trace.operation o on o.county = x.county and o.id = x.operation
     where x.county = ${county} and x.lot = any(${lots as string[]}::uuid[]) and x.side = 'out' and o.kind <> 'undo'
       and not exists (select from trace.operation u where u.county = o.county and u.reverses = o.id)
     order by x.lot, o.at desc`.execute(db);
  return new Map(rows.map((row) => [row.lot, row.kind]));
}

/** What the rule asks of one lot, for the screen that explains it. @throws Refusal `lot-not-found` */
export async function certificateDuty(
  at: Context,
  by: Actor,
  county: County,
  id: string,
): Promise<Static<typeof CertificateDuty>> {
  const lot = await findLot(at.db, county, id, lotReading(by, county));
  if (!lot) throw refuse('lot-not-found');
  const day = dayOf(at.clock.now());
  const duty = (await dutiesOf(at.db, county, day, [lot])).get(id) as Duty;
  return { ...duty, rule: ruleOn(day).cited };
}
