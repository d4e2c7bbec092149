import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { round } from './figures.ts';

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

/** Processor time of this process and of the database since the lap before: `lap(n)` tells it in µs for each of n. */
export async function processorOf({ db }: Context) {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  const backend = readFileSync(`/proc/${rows[0]?.pid}/stat`, 'utf8').replace(/^.*\) /, '');
  const database = Number(backend.split(' ')[1]);
  let last = { here: process.cpuUsage(), there: processorMicros(database) };
  return {
    async lap(of = 1): Promise<string> {
      const { user, system } = process.cpuUsage(last.here);
      const there = processorMicros(database);
      const told = `${round((user + system) / of, 0)} + ${round((there - last.there) / of, 0)}`;
      last = { here: process.cpuUsage(), there };
      return told;
    },
  };
}
