import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';

/** Whose accounts somebody may read: `null` is everybody's, otherwise those of the named organisations. */
export type Readable = readonly string[] | null;

/**
 * Operator, platform and auditor of the whole county read every account; staff of an organisation its own.
 *
 * @throws Refusal `not-allowed`
 */
export function accountsReadableBy(by: Actor, county: County): Readable {
  if (overCounty(by, county, ['operator', 'platform', 'auditor'])) return null;
  const own = membershipsIn(by, county, ['merchant', 'keeper']).map((m) => m.org);
  if (own.length === 0) throw refusePlatform('not-allowed');
  return [...new Set(own)];
}
