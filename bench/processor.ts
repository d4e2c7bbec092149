import { readdirSync, readFileSync } from 'node:fs';

/** Processor time in microseconds that the processes below one have used, those that ended among them (Linux). */
export function processorMicros(root: number): number {
  const parents = new Map<number, { parent: number; ticks: number }>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      // The name in brackets may hold blanks; what follows it is numbered from the third field on.
      const fields = readFileSync(`/proc/${entry}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')
        .map(Number);
      const [user = 0, system = 0, userOfEnded = 0, systemOfEnded = 0] = fields.slice(11, 15);
      parents.set(Number(entry), { parent: fields[1] as number, ticks: user + system + userOfEnded + systemOfEnded });
    } catch {
      // It has ended since.
    }
  }
  let ticks = 0;
  for (const [pid, process] of parents) {
    for (let at: number | undefined = pid; at !== undefined; at = parents.get(at)?.parent) {
      if (at === root) {
        ticks += process.ticks;
        break;
      }
    }
  }
  return ticks * 10_000;
}
