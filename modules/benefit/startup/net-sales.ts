import { sql } from 'kysely';
import { startOfDay } from '#platform/clock.ts';
import { plainArray } from '#platform/database/arrays.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import { nextNumber, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { feesOfMerchants, settlementPartsOf, standingOf } from '#trade';
import { eachToPost, type Speaking } from '../agreements/holding.ts';
import { householdFile } from '../entries/household-file.ts';
import type { Posting } from '../entries/post-entries.ts';
import type { SettledAs } from '../settled/settled-lines.ts';
import type { AgreedShare } from '../shop/agreed-lines.ts';

/** The household whose own shop sold a line, what it keeps of it, and what the line cost. */
export interface OwnSale {
  id: string;
  of: Pick<SettledAs, 'line' | 'org' | 'crop'>;
  household: string;
  village: string;
  under: Pick<Speaking<'startup'>, 'agreement' | 'version' | 'why' | 'startsOn' | 'endsOn'>;
  /** paid for the produce in it, the household's own among it, and agreed with others */
  costsFen: Fen;
  /** of the provider's fees that the shop bore; below nothing where some came back */
  feesFen: Fen;
  fen: Fen;
  refund: string | null;
}

/**
 * What lines of households' own shops brought them: the merchant's part that stands, less what was paid for the produce
 * (its own is income of the industry already), what the shop agreed to give of it and what its provider took of the
 * shop's money.
 *
 * @param lines settled in one instant
 * @param agreed all of these lines' shares, those that wait for a dispute too
 * @param tx with the county's scope
 * @returns those above zero; none where no startup agreement speaks of the shop
 */
export async function ownSales(
  tx: Tx,
  county: County,
  lines: readonly SettledAs[],
  agreed: readonly AgreedShare[],
): Promise<OwnSale[]> {
  const owners = await ownersOf(tx, county, lines);
  const own = lines.filter((line) => owners.has(line.line));
  if (own.length === 0) return [];
  const standing = await merchantStanding(
    tx,
    county,
    own.map((line) => line.order),
  );
  const sales = own.flatMap((line): OwnSale[] => {
    const shares = agreed.filter((share) => share.of.line === line.line).reduce((sum, share) => sum + share.fen, 0);
    const costsFen = line.purchase + shares;
    const fen = (standing.get(line.line) ?? 0) - costsFen;
    const owner = owners.get(line.line) as Owner;
    return fen > 0 ? [{ id: newId(), of: line, ...owner, costsFen, feesFen: 0, fen, refund: null }] : [];
  });
  return lessFees(tx, county, sales);
}

/**
 * Fees come with the day's bill, before an order is settled or after it. What the shop bore since its agreement began
 * and no sale has paid yet is paid by these, or the household would get money that its shop no longer has. A sale is
 * never all of it: what is left waits for the next.
 */
async function lessFees(tx: Tx, county: County, sales: readonly OwnSale[]): Promise<OwnSale[]> {
  const posting = sales.filter(({ under }) => under.why === null);
  const shops = [...new Map(posting.map(({ of, under }) => [under.agreement, { ...under, org: of.org }])).values()];
  const open = await feesOpen(tx, county, shops);
  if ([...open.values()].every((fen) => fen === 0)) return [...sales];
  // One at a time for each shop: two would both pay the same fees.
  for (const agreement of [...open.keys()].sort()) await nextNumber(tx, county, `fees of own sales ${agreement}`);
  const due = await feesOpen(tx, county, shops);
  return sales.map((sale) => {
    const { agreement, why } = sale.under;
    if (why !== null) return sale;
    const left = due.get(agreement) as Fen;
    const feesFen = Math.min(left, sale.fen - 1);
    due.set(agreement, left - feesFen);
    return { ...sale, feesFen, fen: sale.fen - feesFen };
  });
}

/** By agreement: what its shop bore since it began, less what sales have paid of it. */
async function feesOpen(
  tx: Tx,
  county: County,
  shops: readonly { org: string; agreement: string; startsOn: string }[],
): Promise<Map<string, Fen>> {
  if (shops.length === 0) return new Map();
  const [borne, { rows }] = await pipelined(tx, (one) =>
    Promise.all([
      feesOfMerchants(
        one,
        county,
        shops.map(({ org, startsOn }) => ({ org, from: startOfDay(startsOn) })),
      ),
      sql<{ agreement: string; fen: Fen }>`
        select agreement, sum(fees_fen)::bigint as fen from benefit.net_sale
         where county = ${county} and fees_fen <> 0
           and agreement = any(${plainArray(shops.map((shop) => shop.agreement))}::uuid[])
         group by agreement`.execute(one),
    ]),
  );
  const paid = new Map(rows.map((row) => [row.agreement, row.fen]));
  return new Map(shops.map(({ agreement }, i) => [agreement, (borne[i] as Fen) - (paid.get(agreement) ?? 0)]));
}

type Owner = Pick<OwnSale, 'household' | 'village'> & { under: Speaking<'startup'> };

/** By line: whose own shop it is by a startup agreement. */
async function ownersOf(tx: Tx, county: County, lines: readonly SettledAs[]) {
  const orgs = [...new Set(lines.map((line) => line.org))];
  const { rows } = await sql<{ org: string; household: string }>`
    select distinct v.terms->>'business' as org, p.household
      from benefit.agreement_version v
      join benefit.agreement_party p on p.county = v.county and p.agreement = v.agreement and p.household is not null
     where v.county = ${county} and v.terms ? 'business' and v.terms->>'business' = any(${orgs}::text[])
     order by 1, 2`.execute(tx);
  const files: { org: string; household: string; village: string }[] = [];
  for (const { org, household } of rows) {
    const found = await householdFile(tx, county, household);
    if (found) files.push({ org, household: found.household, village: found.village });
  }
  if (files.length === 0) return new Map<string, Owner>();
  const about = { kind: 'startup' as const, at: (lines[0] as SettledAs).at };
  const asked = files.map((file) => ({ ...about, terms: { business: file.org }, households: [file] }));
  const speaking = await eachToPost(tx, county, about, asked);
  const byOrg = new Map<string, Owner>();
  files.forEach(({ org, ...file }, i) => {
    const under = speaking[i]?.get(file.household);
    // Where a business went from one household's agreement to another's, the one that holds.
    if (under && (!byOrg.has(org) || under.why === null)) byOrg.set(org, { ...file, under });
  });
  return new Map(
    lines.flatMap(({ line, org }) => {
      const owner = byOrg.get(org);
      return owner ? [[line, owner] as const] : [];
    }),
  );
}

/** What stands of the merchant's part of lines, refunds taken off. */
async function merchantStanding(tx: Tx, county: County, orders: readonly string[]): Promise<Map<string, Fen>> {
  const parts = await settlementPartsOf(tx, county, [...new Set(orders)]);
  const standing = new Map<string, Fen>();
  for (const part of parts) {
    if (part.part !== 'merchant' || part.line === null) continue;
    standing.set(part.line, (standing.get(part.line) ?? 0) + standingOf(part));
  }
  return standing;
}

/**
 * What a refund after settlement takes back of what own shops brought: what the line's part, as it stands now, no longer
 * covers. The sale goes down to nothing and not below, since the produce stays paid for.
 *
 * @param tx with the county's scope
 */
export async function salesTakenBack(
  tx: Tx,
  county: County,
  { order, refund, lines }: { order: string; refund: string; lines: readonly string[] },
): Promise<OwnSale[]> {
  // Two refunds of a line one after the other: the second sees what the first took.
  const sales = await tx
    .selectFrom('benefit.net_sale as s')
    .innerJoin('benefit.entry as e', (join) =>
      join.onRef('e.county', '=', 's.county').onRef('e.evidence', '=', 's.id').on('e.evidence_kind', '=', 'sale'),
    )
    .select([
      's.line',
      's.org',
      's.household',
      's.village',
      's.agreement',
      's.version',
      's.costs_fen',
      's.fees_fen',
      'e.crop',
    ])
    .where('s.county', '=', county)
    .where('s.refund', 'is', null)
    .where((e) => e('s.line', '=', e.fn.any(e.val(lines as string[]))))
    .orderBy('s.line')
    .forUpdate('s')
    .execute();
  if (sales.length === 0) return [];
  const { rows } = await sql<{ line: string; fen: Fen }>`
    select line, sum(fen)::bigint as fen from benefit.net_sale
     where county = ${county} and line = any(${lines as string[]}::uuid[]) group by line`.execute(tx);
  const posted = new Map(rows.map((row) => [row.line, row.fen]));
  const standing = await merchantStanding(tx, county, [order]);
  return sales.flatMap(({ line, org, household, village, agreement, version, costs_fen, fees_fen, crop }) => {
    const left = Math.max(0, (standing.get(line) ?? 0) - costs_fen - fees_fen);
    const fen = left - (posted.get(line) ?? 0);
    if (fen >= 0) return [];
    const under = { agreement, version, why: null, startsOn: '', endsOn: '' };
    const of = { line, org, crop };
    return [{ id: newId(), of, household, village, under, costsFen: costs_fen, feesFen: 0, fen, refund }];
  });
}

/** The shop's money is its household's; what a refund takes back comes from there again. */
export const salePosting = ({ id, of, household, village, under, fen }: OwnSale): Posting => ({
  ...{ household, village, fen, evidenceKind: 'sale', evidence: id, org: of.org, crop: of.crop },
  ...{ agreement: under.agreement, from: { kind: 'merchant', owner: of.org } },
  ...{ reason: fen > 0 ? 'net-sale' : 'net-sale-back', fact: { kind: 'sale', id } },
});

export async function insertOwnSales(tx: Tx, county: County, sales: readonly OwnSale[], at: Date): Promise<void> {
  if (sales.length === 0) return;
  await tx
    .insertInto('benefit.net_sale')
    .values(
      sales.map(({ id, of, household, village, under, costsFen, feesFen, fen, refund }) => ({
        ...{ county, id, line: of.line, refund, org: of.org, household, village },
        ...{ agreement: under.agreement, version: under.version, fen, costs_fen: costsFen, fees_fen: feesFen, at },
      })),
    )
    .execute();
}
