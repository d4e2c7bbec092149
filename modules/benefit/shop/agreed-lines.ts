import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { eachToPost, type Speaking } from '../agreements/holding.ts';
import type { Posting } from '../entries/post-entries.ts';
import type { Grower, SettledAs } from '../settled/settled-lines.ts';
import { sharesOfLine } from './shares-of-line.ts';

/** What a household has of a line by its agreement with the shop, or would have if that held for it. */
export interface AgreedShare {
  of: SettledAs;
  grower: Grower;
  under: Speaking<'shop'>;
  fen: Fen;
}

/**
 * What lines' shops have agreed to give of them. A household that disputes its agreement has its share reckoned with the
 * others', so that it is still there when the county says that the agreement stands.
 *
 * @param lines settled in one instant
 * @param tx with the county's scope
 */
export async function agreedShares(tx: Tx, county: County, lines: readonly SettledAs[]): Promise<AgreedShare[]> {
  const [first] = lines;
  if (!first) return [];
  const about = { kind: 'shop' as const, at: first.at };
  const asked = lines.map(({ org, product, growers }) => ({ ...about, org, product, households: growers }));
  const speaking = await eachToPost(tx, county, about, asked);
  const counts = (under: Speaking<'shop'> | undefined) =>
    under && (under.why === null || under.why === 'household-disputed') ? under : null;
  return lines.flatMap((line, n) => {
    const found = speaking[n] as Map<string, Speaking<'shop'>>;
    if (found.size === 0) return [];
    const shares = sharesOfLine(
      line,
      line.growers.map(({ household, grams }) => ({ grams, under: counts(found.get(household)) })),
    );
    return line.growers.flatMap((grower, i) => {
      const under = found.get(grower.household);
      return under ? [{ of: line, grower, under, fen: shares[i] as Fen }] : [];
    });
  });
}

/** The shop pays the household. */
export const agreedPosting = ({ of, grower, under, fen }: AgreedShare): Posting => ({
  ...{ household: grower.household, village: grower.village, fen, evidenceKind: 'agreed_line', evidence: of.line },
  ...{ org: of.org, crop: of.crop, agreement: under.agreement },
  ...{ from: { kind: 'merchant', owner: of.org }, reason: 'shop-agreed', fact: { kind: 'order_line', id: of.line } },
});

export async function insertAgreedLines(
  tx: Tx,
  county: County,
  shares: readonly AgreedShare[],
  at: Date,
): Promise<void> {
  if (shares.length === 0) return;
  await tx
    .insertInto('benefit.agreed_line')
    .values(
      shares.map(({ of, grower: { household, village, grams }, under: { agreement, version }, fen }) => ({
        ...{ county, line: of.line, household, village, agreement, version, grams, fen, at },
      })),
    )
    .execute();
}
