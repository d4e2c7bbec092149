import { readFileSync } from 'node:fs';

/** What a bench prints. `ratio` is rate ÷ limit, both measured in the same run on the same machine. */
export interface Figures {
  rate: number;
  unit: string;
  p50_ms: number;
  p99_ms: number;
  limit: number;
  ratio: number;
  rss_mb: number;
  [more: string]: number | string;
}

/** The value below which `share` of the measured times lie. */
export function percentile(times: readonly number[], share: number): number {
  if (times.length === 0) return Number.NaN;
  const sorted = Float64Array.from(times).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Resident memory of a process and its children now, in MB (Linux; elsewhere this process's own). */
export function residentMb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024, 1);
  } catch {
    return round(process.memoryUsage().rss / 1024 / 1024, 1);
  }
}
