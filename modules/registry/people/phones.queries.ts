import type { Context } from '#platform/context.ts';

/** The phones that some people sign in by; who has none is left out. */
export async function phonesOf(
  { db, sealer }: Pick<Context, 'db' | 'sealer'>,
  persons: readonly string[],
): Promise<Map<string, string>> {
  if (persons.length === 0) return new Map();
  const rows = await db.selectFrom('auth.phone').selectAll().where('person', 'in', persons).execute();
  return new Map(rows.map((row) => [row.person, sealer.open(row.phone_sealed)]));
}
