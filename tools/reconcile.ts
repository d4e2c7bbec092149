/** `npm run reconcile`: asks every module whether what must always hold does hold, on the live database. */
import type { Db } from '#platform/db.ts';
import type { Module } from '#platform/module.ts';
import { askInvariants } from '#platform/reconcile.ts';
import { modules } from '../apps/server/modules.ts';
import { withDatabase } from './with-database.ts';

// Enough to see the pattern; a breach that touches every order would fill the screen with one fact.
const SHOWN = 20;

/**
 * Check every invariant of the modules and print a line for each.
 *
 * @returns how many do not hold
 */
export async function reconcile(db: Db, of: readonly Module[], print: (line: string) => void): Promise<number> {
  const findings = await askInvariants(db, of, ({ name, ms, breaches }) => {
    print(`${breaches.length === 0 ? '✔' : '✖'} ${name} (${(ms / 1000).toFixed(2)} s)`);
    for (const breach of breaches.slice(0, SHOWN)) print(`    ${breach}`);
    if (breaches.length > SHOWN) print(`    … and ${breaches.length - SHOWN} more`);
  });
  return findings.filter(({ breaches }) => breaches.length > 0).length;
}

if (import.meta.main) {
  const total = modules.reduce((sum, module) => sum + (module.invariants?.length ?? 0), 0);
  const broken = await withDatabase('reconcile', (db) => reconcile(db, modules, console.log));
  console.log(broken === 0 ? `\nall ${total} invariants hold` : `\n${broken} of ${total} invariants do not hold`);
  process.exit(broken === 0 ? 0 : 1);
}
