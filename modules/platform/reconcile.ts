import type { Db } from './db.ts';
import type { Module } from './module.ts';

/** What one invariant said: no breach when all is well. */
export interface Finding {
  name: string;
  ms: number;
  breaches: string[];
}

/**
 * Asks every module, one after the other, whether what must always hold does hold. Each invariant is one look at the
 * database; together they are not one instant.
 */
export async function askInvariants(
  db: Db,
  of: readonly Pick<Module, 'name' | 'invariants'>[],
  hear: (finding: Finding) => void = () => {},
  signal?: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const module of of) {
    for (const invariant of module.invariants ?? []) {
      signal?.throwIfAborted();
      const begun = performance.now();
      // One that cannot be asked is not one that holds, and must not keep the others from being asked.
      const breaches = await invariant.check(db).catch((error: Error) => [`could not be asked: ${error.message}`]);
      const finding = {
        name: titleOf(module.name, invariant.name),
        ms: Math.round(performance.now() - begun),
        breaches,
      };
      findings.push(finding);
      hear(finding);
    }
  }
  return findings;
}

const titleOf = (module: string, name: string) => (name.startsWith(`${module}:`) ? name : `${module}: ${name}`);
