import type { Context } from '#platform/context.ts';
import { newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { isOrganisationCode } from './organisation-code.ts';

/**
 * The organisation that runs the platform itself: county 0, over the whole country. Made from the command line or the
 * demo, never over HTTP; made once, later calls find it by its code.
 *
 * @returns its id
 * @throws Refusal `organisation-code-wrong`
 */
export async function addPlatform(
  at: Context,
  input: { name: string; code: string; contact: string; phone: string },
): Promise<string> {
  if (!isOrganisationCode(input.code)) throw refuse('organisation-code-wrong', { code: input.code });
  await at.db
    .insertInto('registry.organisation')
    .values({
      county: 0,
      id: newId(),
      kind: 'platform',
      ...input,
      region: '',
      buys_for: null,
      state: 'active',
      created_at: at.clock.now(),
    })
    .onConflict((c) => c.columns(['county', 'code']).doNothing())
    .execute();
  const found = await at.db
    .selectFrom('registry.organisation')
    .select('id')
    .where('county', '=', 0)
    .where('code', '=', input.code)
    .executeTakeFirstOrThrow();
  return found.id;
}
