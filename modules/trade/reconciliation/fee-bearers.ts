import { type Fen, splitByWeight } from '#platform/money.ts';
import type { feeBearers } from './fee-bearer-kinds.ts';

/** Who bears a part of a provider's fee, and by which rule; `org` for a merchant alone. */
export interface BearerOfFee {
  bearer: (typeof feeBearers)[number];
  org: string | null;
  rule: string | null;
}

/** A line that a fee is about. */
export interface LineOfFee {
  org: string;
  /** what the buyer paid for it, or got back of it, with its freight */
  paidFen: Fen;
  /** the rule it was settled by, and whom that names; null where no rule fits it */
  rule: string | null;
  bearer: BearerOfFee['bearer'] | null;
}

export const bearerKey = ({ bearer, org, rule }: BearerOfFee): string => `${bearer} ${org} ${rule}`;

/**
 * Who bears a fee, to the fen: lines bear it by what was paid for them, each as the rule it was settled by says. Where
 * there is no line or no rule, nobody has agreed to bear it and the platform does.
 *
 * @param feeFen below nothing where the provider gave it back
 * @param lines in the order of their order: the same lines and the same sum give back what they took
 */
export function bearersOf(feeFen: Fen, lines: readonly LineOfFee[]): (BearerOfFee & { fen: Fen })[] {
  if (feeFen === 0) return [];
  const nobody = { bearer: 'platform', org: null, rule: null } as const;
  if (lines.length === 0) return [{ ...nobody, fen: feeFen }];
  const paid = lines.reduce((sum, line) => sum + line.paidFen, 0);
  const parts = splitByWeight(
    Math.abs(feeFen),
    lines.map((line) => (paid > 0 ? line.paidFen : 1)),
  );
  const borne = new Map<string, BearerOfFee & { fen: Fen }>();
  for (const [i, { org, rule, bearer }] of lines.entries()) {
    const fen = Math.sign(feeFen) * (parts[i] ?? 0);
    if (fen === 0) continue;
    const one: BearerOfFee = bearer ? { bearer, org: bearer === 'merchant' ? org : null, rule } : nobody;
    const key = bearerKey(one);
    borne.set(key, { ...one, fen: (borne.get(key)?.fen ?? 0) + fen });
  }
  return [...borne.values()];
}
