import { dayOf } from '#platform/clock.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type Posting, postEntries, type When } from '../entries/post-entries.ts';
import { isNear, type LeftOut, leaveOut } from '../left-out/left-out.queries.ts';
import { type AgreedShare, agreedPosting, agreedShares, insertAgreedLines } from '../shop/agreed-lines.ts';
import { insertOwnSales, type OwnSale, ownSales, salePosting } from '../startup/net-sales.ts';
import type { SettledAs } from './settled-lines.ts';

/**
 * What settled lines bring to households: the share the settlement rule holds for them, what their shop agreed to give,
 * and what is left to a household that sold in its own shop. All money moves in one call. What an agreement
 * speaks of and does not post is left out, with its reason.
 *
 * @param lines settled in one instant
 * @param tx with the county's scope
 */
export async function postLines(tx: Tx, county: County, lines: readonly SettledAs[], when: When): Promise<void> {
  const agreed = await agreedShares(tx, county, lines);
  const sales = await ownSales(tx, county, lines, agreed);
  const holds = ({ under, fen }: AgreedShare | OwnSale) => under.why === null && fen > 0;
  const [given, sold] = [agreed.filter(holds), sales.filter(holds)];
  await postEntries(tx, county, when, [
    ...lines.flatMap(rulePostings),
    ...given.map(agreedPosting),
    ...sold.map(salePosting),
  ]);
  await insertAgreedLines(tx, county, given, when.at);
  await insertOwnSales(tx, county, sold, when.at);
  await leaveOut(tx, county, [...agreed.flatMap(leftShare), ...sales.flatMap((sale) => leftSale(sale, when.at))]);
}

/** The share of the settlement rule leaves the county's account for those whose produce was in the packs, by their grams. */
function rulePostings({ line, org, crop, growers }: SettledAs): Posting[] {
  return growers
    .filter((grower) => grower.shop > 0)
    .map(({ household, village, shop }) => ({
      ...{ household, village, fen: shop, evidenceKind: 'order_line', evidence: line, org, crop, agreement: null },
      ...{
        from: { kind: 'shop_share', owner: 'county' },
        reason: 'shop-share',
        fact: { kind: 'order_line', id: line },
      },
    }));
}

function leftShare({ of, grower: { household, village }, under, fen }: AgreedShare): LeftOut[] {
  const { why, agreement } = under;
  if (!why || !isNear(under, dayOf(of.at)) || (why === 'household-disputed' && fen === 0)) return [];
  return [{ evidenceKind: 'agreed_line', evidence: of.line, household, village, agreement, why, at: of.at }];
}

function leftSale({ of, household, village, under }: OwnSale, at: Date): LeftOut[] {
  const { why, agreement } = under;
  if (!why || !isNear(under, dayOf(at))) return [];
  return [{ evidenceKind: 'sale', evidence: of.line, household, village, agreement, why, at }];
}
