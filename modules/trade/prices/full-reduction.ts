import type { Fen } from '#platform/money.ts';
import { baseOf, type Draft, inScope, takeOff } from './draft.ts';
import type { FullReduction } from './price-facts.ts';

/**
 * 满减: off the goods it is for, by the highest step their sum reaches. Goods count for one full reduction only. What is
 * missing until it takes more off is told, too.
 */
export function fullReduction(draft: Draft, reduction: FullReduction): void {
  const lines = draft.lines.filter((line) => !line.fullyReduced && inScope(reduction.scope, line.sku));
  if (lines.length === 0) return;
  const { id, name, bearer, onReduced } = reduction;
  const base = baseOf(lines, onReduced);
  const fen = offAt(reduction, base);
  const next = nextAbove(reduction, base);
  if (next) draft.next.push({ rule: id, name, missingFen: next.fromFen - base, offFen: next.offFen });
  if (fen === 0) return;
  takeOff(draft, lines, { kind: 'full_reduction', rule: id, name, bearer, onReduced, fen });
  for (const line of lines) line.fullyReduced = true;
}

type Steps = Pick<FullReduction, 'steps' | 'repeats'>;

/** What is off a sum of goods. */
export function offAt({ steps, repeats }: Steps, base: Fen): Fen {
  const step = steps.filter((s) => s.fromFen <= base).sort((a, b) => b.fromFen - a.fromFen)[0];
  if (!step) return 0;
  return step.offFen * (repeats ? Math.floor(base / step.fromFen) : 1);
}

/** The next sum at which more is off than at this one, and how much then; undefined when there is none. */
export function nextAbove(of: Steps, base: Fen): { fromFen: Fen; offFen: Fen } | undefined {
  const sums = of.steps.flatMap(({ fromFen }) => [
    ...(fromFen > base ? [fromFen] : []),
    ...(of.repeats && fromFen > 0 ? [(Math.floor(base / fromFen) + 1) * fromFen] : []),
  ]);
  const now = offAt(of, base);
  return sums
    .sort((a, b) => a - b)
    .map((fromFen) => ({ fromFen, offFen: offAt(of, fromFen) }))
    .find((at) => at.offFen > now);
}
