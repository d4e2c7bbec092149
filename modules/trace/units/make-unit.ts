import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { mayHandle } from '../lots/lot-rights.ts';
import { unmadeAmong } from '../operations/operations.queries.ts';
import { refuse } from '../refuse.ts';
import { joined, overlapIn, type PackRange } from './pack-ranges.ts';
import { inHousePrefix, roomOf, ssccOf } from './sscc.ts';
import {
  casedOf,
  companyPrefixOf,
  lockRanges,
  lockUnits,
  setContent,
  setParent,
  type UnitRow,
  writeAggregation,
} from './units.queries.ts';

/** What goes into a unit: packs of lots in ranges, or smaller units whole. */
export interface UnitInput {
  ranges: readonly PackRange[];
  children: readonly string[];
}

/** Whether somebody may open or load a unit: its owner's staff, the operator, and whoever packed it. */
export const mayHandleUnit = (by: Actor, county: County, unit: UnitRow): boolean =>
  unit.createdBy === by.person || mayHandle(by, county, { org: unit.org, station: '' });

/**
 * A new case or pallet with a number of its own (SSCC) and what is in it. A pack lies in one case at most, a case on
 * one pallet at most.
 *
 * @throws Refusal `unit-empty` | `lot-not-found` | `lot-not-yours` | `lot-recalled` | `packs-beyond-lot` |
 *   `packs-twice` | `packs-cased` | `unit-not-found` | `unit-not-yours` | `unit-inside-another` | `unit-of-two-owners` |
 *   `unit-numbers-used-up`
 */
export async function makeUnit(
  at: Context,
  by: Actor,
  input: { county: County; kind: 'case' | 'pallet' } & UnitInput,
  key: OnceKey | null,
): Promise<{ id: string; sscc: string }> {
  const { county, kind } = input;
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const content = await checkUnitInput(tx, by, county, input);
    const id = newId();
    const sscc = await nextSscc(tx, county, content.org);
    await tx
      .insertInto('trace.logistic_unit')
      .values({ county, id, sscc, org: content.org, kind, parent: null, created_by: by.person, created_at: now })
      .execute();
    await setContent(tx, county, id, content.ranges);
    await setParent(tx, county, input.children, id);
    await writeAggregation(tx, county, {
      ...{ unit: id, act: 'add' as const, ranges: content.ranges, children: input.children },
      ...{ reason: null, by: by.person, at: now },
    });
    return { id, sscc };
  });
}

/** Looks at what is to go into a unit; its lots and units are locked afterwards. @returns whose it is */
async function checkUnitInput(
  tx: Tx,
  by: Actor,
  county: County,
  input: UnitInput,
): Promise<{ org: string; ranges: PackRange[] }> {
  if (input.ranges.length + input.children.length === 0) throw refuse('unit-empty');
  const owners = new Set<string>();
  const lots = await lockRanges(
    tx,
    county,
    input.ranges.map((range) => range.lot),
  );
  const unmade = await unmadeAmong(tx, county, [...lots.keys()]);
  for (const { lot, from, to } of input.ranges) {
    const known = lots.get(lot);
    if (!known || unmade.has(lot)) throw refuse('lot-not-found');
    if (!mayHandle(by, county, known)) throw refuse('lot-not-yours');
    if (known.state === 'recalled') throw refuse('lot-recalled', { lot: known.number });
    if (to < from || to > known.packs) throw refuse('packs-beyond-lot', { lot: known.number, packs: known.packs });
    owners.add(known.org);
  }
  const twice = overlapIn(input.ranges);
  if (twice) throw refuse('packs-twice', { pack: twice[1].from });
  const cased = input.ranges.length === 0 ? [] : await casedOf(tx, county, [...lots.keys()]);
  for (const { lot, from, to } of input.ranges) {
    const held = cased.find((range) => range.lot === lot && range.from <= to && from <= range.to);
    if (held) throw refuse('packs-cased', { pack: Math.max(held.from, from) });
  }
  const units = await lockUnits(tx, county, input.children);
  for (const child of input.children) {
    const known = units.get(child);
    if (!known) throw refuse('unit-not-found');
    if (!mayHandleUnit(by, county, known)) throw refuse('unit-not-yours');
    if (known.parent) throw refuse('unit-inside-another', { sscc: known.sscc });
    owners.add(known.org);
  }
  const [org] = owners;
  if (owners.size > 1 || org === undefined) throw refuse('unit-of-two-owners');
  return { org, ranges: joined(input.ranges) };
}

async function nextSscc(tx: Tx, county: County, org: string): Promise<string> {
  const prefix = (await companyPrefixOf(tx, county, org)) ?? inHousePrefix(county);
  const serial = await nextNumber(tx, county, `sscc ${prefix}`);
  if (serial >= roomOf(prefix)) throw refuse('unit-numbers-used-up', { prefix });
  return ssccOf(prefix, serial);
}
