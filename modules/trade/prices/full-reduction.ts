import { baseOf, type Draft, inScope, takeOff } from './draft.ts';
import type { FullReduction } from './price-facts.ts';

/** 满减: off the goods it is for, by the highest step their sum reaches. Goods count for one full reduction only. */
export function fullReduction(draft: Draft, reduction: FullReduction): void {
  const lines = draft.lines.filter((line) => !line.fullyReduced && inScope(reduction.scope, line.sku));
  const base = baseOf(lines, reduction.onReduced);
  const step = reduction.steps.filter((s) => s.fromFen <= base).sort((a, b) => b.fromFen - a.fromFen)[0];
  if (!step) return;
  const times = reduction.repeats ? Math.floor(base / step.fromFen) : 1;
  const { id, name, bearer, onReduced } = reduction;
  takeOff(draft, lines, { kind: 'full_reduction', rule: id, name, bearer, onReduced, fen: step.offFen * times });
  for (const line of lines) line.fullyReduced = true;
}
