import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { mayHandleUnit, type UnitInput } from './make-unit.ts';
import { without } from './pack-ranges.ts';
import { childrenOf, contentOf, lockUnits, setContent, setParent, writeAggregation } from './units.queries.ts';

/**
 * Takes packs or smaller units out of a unit, or all of it when none are named. The number stays its own for good: an
 * empty case is never filled under it again, because what was told of it would be told of other goods.
 *
 * @throws Refusal `unit-not-found` | `unit-not-yours` | `unit-is-empty` | `packs-not-in-unit`
 */
export async function unpackUnit(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string } & Partial<UnitInput>,
  key: OnceKey | null,
): Promise<{ id: string; sscc: string }> {
  const { county, id } = input;
  return once(at.db, key, async (tx) => {
    const unit = (await lockUnits(tx, county, [id])).get(id);
    if (!unit) throw refuse('unit-not-found');
    if (!mayHandleUnit(by, county, unit)) throw refuse('unit-not-yours');
    const held = (await contentOf(tx, county, [id])).map(({ lot, from, to }) => ({ lot, from, to }));
    const inside = (await childrenOf(tx, county, [id])).map((child) => child.id);
    if (held.length + inside.length === 0) throw refuse('unit-is-empty');
    const whole = !input.ranges?.length && !input.children?.length;
    const ranges = whole ? held : (input.ranges ?? []);
    const children = whole ? inside : (input.children ?? []);
    const left = without(held, ranges);
    if (!left || children.some((child) => !inside.includes(child))) throw refuse('packs-not-in-unit');
    await setContent(tx, county, id, left);
    await setParent(tx, county, children, null);
    await writeAggregation(tx, county, {
      ...{ unit: id, act: 'remove' as const, ranges, children },
      ...{ reason: input.reason.trim(), by: by.person, at: at.clock.now() },
    });
    return { id, sscc: unit.sscc };
  });
}
