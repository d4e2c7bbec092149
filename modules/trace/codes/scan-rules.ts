import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

/** When a county takes a code for copied. */
export interface ScanRule {
  /** what the rule is called, and since when it holds, for those who read an alert */
  name: string;
  /** seen in so many provinces … */
  provinces: number;
  /** … by at least so many looks in all: whoever packed it may look once, its buyer once at home */
  scans: number;
  /** … within so many days */
  days: number;
  /** looks at one pack, wherever they were, that are more than a household makes */
  often: number;
}

/** Until a county sets its own. */
export const defaultScanRule: ScanRule = { name: '平台默认规则 2026', provinces: 2, scans: 3, days: 30, often: 20 };

/** The rule in force: the county's newest, or the default. */
export async function scanRuleOf(db: Db, county: County): Promise<ScanRule> {
  const { rows } = await sql<ScanRule>`
    select name, provinces, scans, days, often from trace.scan_rule
     where county = ${county} order by version desc limit 1`.execute(db);
  return rows[0] ?? defaultScanRule;
}

/** How a pack was looked at, as the rules see it. */
export interface Looks {
  scans: number;
  /** by province, when somebody last looked there */
  places: readonly { province: string; lastAt: Date }[];
}

/**
 * Which rules a pack's looks break. What was looked at before `since` (a case that people closed as harmless) no longer
 * counts, so that the same looks do not raise the same alert again.
 *
 * @param since when and at how many looks people last said that all is well; null: never
 */
export function brokenRules(
  rule: ScanRule,
  looks: Looks,
  now: Date,
  since: { at: Date; scans: number } | null,
): ('copied' | 'often')[] {
  const begin = Math.max(now.getTime() - rule.days * 86_400_000, since?.at.getTime() ?? 0);
  const scans = looks.scans - (since?.scans ?? 0);
  const places = looks.places.filter((place) => place.lastAt.getTime() > begin);
  const broken: ('copied' | 'often')[] = [];
  if (places.length >= rule.provinces && scans >= rule.scans) broken.push('copied');
  if (scans > rule.often) broken.push('often');
  return broken;
}
