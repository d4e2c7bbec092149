import type { Actor } from '#platform/actor.ts';
import { scopeIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, scoped } from '#platform/db.ts';
import type { Lang } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { householdBrief, organisationsById, personNames, regionNames, requireCounty } from '#registry';
import { type AccountKind, accountKinds } from './contract.ts';

interface Owned {
  kind: AccountKind;
  owner: string;
}

const fixed: Record<string, Record<Lang, string>> = {
  platform: { zh: '平台', en: 'Platform' },
  sandbox: { zh: '沙盒支付', en: 'Sandbox payments' },
  bank: { zh: '银行转账', en: 'Bank transfer' },
  station: { zh: '服务站代发', en: 'Handed out at stations' },
};
const byOrganisation = new Set<AccountKind>([
  ...(['merchant', 'station', 'purchase_cost', 'wage_cost', 'dividend_cost', 'buyer_cash', 'station_cash'] as const),
  ...(['insurance_claim', 'help_given', 'subsidy_cost'] as const),
]);
const byHousehold = new Set<AccountKind>(['household', 'household_kind']);

/**
 * A function that names the owners of accounts: organisations by their name, households by their code and never by a
 * person's name; households outside the reader's region by a dash.
 */
export async function ownerNames(at: Context, by: Actor, county: County, accounts: readonly Owned[], lang: Lang) {
  const owners = (kinds: (kind: AccountKind) => boolean) => accounts.filter((a) => kinds(a.kind)).map((a) => a.owner);
  const { shortName } = await requireCounty(at.db, county);
  const organisations = await organisationsById(
    at.db,
    county,
    owners((kind) => byOrganisation.has(kind)),
  );
  const households = owners((kind) => byHousehold.has(kind));
  const villages = await regionNames(
    at.db,
    owners((kind) => kind === 'collective'),
  );
  const scope = scopeIn(by, county);
  const briefs =
    households.length > 0 && scope
      ? await scoped(at.db, scope, (tx) => householdBrief(tx, at.sealer, county, households))
      : new Map<string, { code: string }>();
  return ({ kind, owner }: Owned): string => {
    if (owner === 'county') return shortName;
    if (byHousehold.has(kind)) return briefs.get(owner)?.code ?? '—';
    if (kind === 'collective') return villages.get(owner)?.name ?? owner;
    return organisations.get(owner)?.name ?? fixed[owner]?.[lang] ?? owner;
  };
}

/** 商家应付 · 成县鸡峰合作社 */
export const accountName = (account: Owned, owner: string, lang: Lang) =>
  `${accountKinds[account.kind][lang]} · ${owner}`;

/** Acts on an account with the name of whoever did each, or null where there is none to say. */
export async function withActorNames<T extends { by: string }>(db: Db, acts: readonly T[]) {
  const names = await personNames(
    db,
    acts.map((act) => act.by),
  );
  return acts.map((act) => ({ ...act, by: names.get(act.by) ?? null }));
}
