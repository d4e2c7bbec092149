import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { isOperator } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { casedOf, lockRanges } from '../units/units.queries.ts';
import { countChange, forgetChanges, keyVersionNow, rangesOf } from './codes.queries.ts';

/**
 * Gives the packs of a lot from one on new codes, because a print file or the labels themselves have got into wrong
 * hands before they were used. The codes they had are worth nothing from then on, so no pack may bear one yet: none that
 * was looked up, none that lies in a case.
 *
 * @throws Refusal `lot-not-found` | `codes-not-yours` | `packs-beyond-lot` | `codes-in-use`
 */
export async function reissueCodes(
  at: Context,
  by: Actor,
  input: { county: County; id: string; from: number; reason: string },
  key: OnceKey | null,
): Promise<{ keyVersion: number; from: number }> {
  const { county, id: lot, from, reason } = input;
  const reissued = await once(at.db, key, async (tx) => {
    const locked = (await lockRanges(tx, county, [lot])).get(lot);
    const range = (await rangesOf(tx, county, [lot])).get(lot);
    if (!locked || !range) throw refuse('lot-not-found');
    if (!isOperator(by, county)) throw refuse('codes-not-yours');
    if (from > range.packs) throw refuse('packs-beyond-lot', { lot: range.lotNumber, packs: range.packs });
    const { rows } = await sql<{ pack: number | null }>`
      select max(pack) as pack from trace.scan where county = ${county} and lot = ${lot}`.execute(tx);
    const cased = await casedOf(tx, county, [lot]);
    const used = Math.max(rows[0]?.pack ?? 0, ...cased.map((one) => one.to));
    if (used >= from) throw refuse('codes-in-use', { pack: used });
    const versions = [
      range.keyVersion,
      ...range.reissues.map((one) => one.keyVersion),
      await keyVersionNow(tx, county),
    ];
    const keyVersion = Math.max(...versions) + 1;
    await tx
      .insertInto('trace.code_reissue')
      .values({
        ...{ county, lot, key_version: keyVersion, from_pack: from },
        ...{ reason: reason.trim(), by_person: by.person, at: at.clock.now() },
      })
      .execute();
    await countChange(tx, county);
    return { keyVersion, from };
  });
  forgetChanges(at.db, county);
  return reissued;
}
