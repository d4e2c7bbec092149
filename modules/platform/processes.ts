import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** A process that can be told from a later one that happens to get the same number. */
export interface ProcessMark {
  readonly pid: number;
  /** When it was started, in the system's own words; '' where the system does not tell. */
  readonly started: string;
}

/** The mark of a running process; this one by default. Undefined when it does not run. */
export function markOf(pid = process.pid): ProcessMark | undefined {
  return isAlive(pid) ? { pid, started: startOf(pid) } : undefined;
}

/** Whether exactly the marked process still runs. */
export function stillRuns(mark: ProcessMark): boolean {
  return isAlive(mark.pid) && (mark.started === '' || startOf(mark.pid) === mark.started);
}

/**
 * Take a lock file that names its holder, so that one left behind by a killed process does not count. Released by
 * removing the file.
 *
 * @returns undefined when it is ours now, else who holds it
 */
export function tryLock(file: string): ProcessMark | undefined {
  const mine = JSON.stringify(markOf());
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx', mode: 0o600 });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(file);
    if (holder && stillRuns(holder)) return holder;
    rmSync(file, { force: true });
  }
}

function holderOf(file: string): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessMark;
  } catch {
    return undefined; // Broken off while it was written: its writer is gone.
  }
}

/** The command line of a process, or '' when the system does not tell. */
export function commandOf(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      : ps(pid, 'command=');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // A zombie has ended; its parent has merely not asked yet.
  return process.platform !== 'linux' || !/^\d+ \(.*\) Z /s.test(statOf(pid));
}

function startOf(pid: number): string {
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  // Field 22 of proc(5), counted after the command's name, which may hold spaces and brackets itself.
  return statOf(pid).split(') ').at(-1)?.split(' ')[19] ?? '';
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

function ps(pid: number, column: string): string {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
