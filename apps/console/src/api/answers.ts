/** The shapes that screens show, named once from the contracts. */
import type { api } from './client.ts';

type Api = typeof api;
// biome-ignore lint/suspicious/noExplicitAny: any function at all may stand here; only its answer is read
type Answer<F extends (...given: any[]) => Promise<unknown>> = Awaited<ReturnType<F>>;
type Row<Page> = Page extends { rows: readonly (infer R)[] } ? R : never;

export type Me = NonNullable<Answer<Api['registry']['me']>>;
export type Organisation = Row<Answer<Api['registry']['organisations']>>;
export type OrganisationDetail = Answer<Api['registry']['organisation']>;
export type Staff = OrganisationDetail['people'][number];
export type HouseholdRow = Row<Answer<Api['registry']['households']>>;
export type Household = Answer<Api['registry']['household']>;
export type Reading = Row<Answer<Api['registry']['readings']>>;
export type Pairing = Row<Answer<Api['registry']['pairings']>>;
export type Account = Answer<Api['ledger']['account']>;
export type Transfer = Answer<Api['ledger']['transfer']>;
export type Product = Answer<Api['catalog']['product']>;
export type Sku = Product['skus'][number];
export type ReferencePrice = Answer<Api['catalog']['referencePrices']>[number];
export type Purchase = Answer<Api['trace']['purchase']>;
export type LotDetail = Answer<Api['trace']['lot']>;
export type Lot = LotDetail['lot'];
export type Certificate = Answer<Api['trace']['issueCertificate']>;
export type Stock = Row<Answer<Api['trade']['stock']>>;
export type OrderRow = Row<Answer<Api['trade']['orders']>>;
export type Order = Answer<Api['trade']['order']>;
export type SettlementRule = Answer<Api['trade']['settlementRules']>[number];
export type FreightRule = Answer<Api['trade']['freightRules']>[number];
export type Statement = Answer<Api['trade']['statement']>;
export type StatementRow = Statement['rows'][number];
export type Payee = Row<Answer<Api['trade']['payees']>>;
export type PayoutBatchRow = Row<Answer<Api['trade']['payoutBatches']>>;
export type PayoutBatch = Answer<Api['trade']['payoutBatch']>;
export type PayoutLine = PayoutBatch['rows'][number];
export type PayoutMatter = Row<Answer<Api['trade']['payoutMatters']>>;
export type PayoutSchedule = Answer<Api['trade']['setPayoutSchedule']>;
export type HandOut = Row<Answer<Api['trade']['handOuts']>>;
export type OrgMovement = Row<Answer<Api['trade']['organisationOwed']>>;
export type ParcelRow = Row<Answer<Api['fulfilment']['parcels']>>;
export type Parcel = Answer<Api['fulfilment']['parcel']>;
export type FarmShare = Answer<Api['benefit']['countyFarmShare']>;
export type OrderBenefit = Answer<Api['benefit']['orderBenefit']>;
export type BenefitEntry = Row<Answer<Api['benefit']['entries']>>;
export type BenefitTotal = Answer<Api['benefit']['totals']>['rows'][number];
export type Overview = Answer<Api['insight']['overview']>;
