import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';
import { householdBrief, isMemberNamed, organisationsById } from '#registry';
import { refuse } from '../refuse.ts';

export interface NewPayee {
  ownerKind: 'household' | 'organisation';
  owner: string;
  kind: 'merchant' | 'wallet' | 'bank';
  /** for merchant and wallet: who keeps the account */
  provider?: 'wechat' | 'alipay' | 'sandbox';
  account: string;
  /** whose name the account bears */
  holder: string;
  bankName?: string;
}

/** What an account of a kind looks like. */
const shapes: Record<NewPayee['kind'], RegExp> = {
  // WeChat's merchant numbers have ten digits, Alipay's accounts sixteen.
  merchant: /^\d{8,16}$/,
  wallet: /^[A-Za-z0-9_-]{6,64}$/,
  bank: /^\d{9,30}$/,
};

/**
 * Writes down an account that a household or an organisation is to be paid to. The number is sealed; from here on only
 * its last characters are shown, and it is found again by its keyed hash. An organisation's merchant number is then
 * added at the provider by the job that keeps receivers in step.
 *
 * @returns the account's id
 * @throws Refusal `not-allowed` | `household-not-found` | `organisation-not-found` | `account-kind-wrong` |
 *   `account-broken` | `holder-not-member` | `payee-exists` | `account-in-use`
 */
export async function addPayee(
  at: Context,
  by: Actor,
  input: NewPayee & { county: County },
  key: OnceKey | null,
): Promise<string> {
  const { county, ownerKind, owner, kind } = input;
  return once(at.db, key, async (tx) => {
    const village = ownerKind === 'household' ? await villageToPay(tx, at.sealer, by, input) : null;
    if (ownerKind === 'organisation') await requireOwnOrganisation(tx, by, county, owner);
    const fits = ownerKind === 'household' ? kind !== 'merchant' : kind !== 'wallet';
    if (!fits || (kind !== 'bank' && !input.provider)) throw refuse('account-kind-wrong');
    const account = input.account.replace(/\s/g, '');
    if (!shapes[kind].test(account)) throw refuse('account-broken');
    if (kind === 'bank' && ownerKind === 'household' && !isCardNumber(account)) throw refuse('account-broken');
    const holder = input.holder.trim();
    if (ownerKind === 'household' && !(await isMemberNamed(tx, at.sealer, county, owner, holder))) {
      throw refuse('holder-not-member');
    }

    await withScope(tx, String(county));
    const provider = kind === 'bank' ? 'bank' : (input.provider as string);
    const live = tx
      .selectFrom('trade.payee')
      .select('id')
      .where('county', '=', county)
      .where('state', 'in', ['pending', 'active', 'refused']);
    const other = await live
      .where('owner', '=', owner)
      .where('kind', '=', kind)
      .where('provider', '=', provider)
      .executeTakeFirst();
    if (other) throw refuse('payee-exists');
    const hash = accountHash(at.sealer, provider, account);
    const taken = await live.where('provider', '=', provider).where('account_hash', '=', hash).executeTakeFirst();
    if (taken) throw refuse('account-in-use');
    const now = at.clock.now();
    const id = newId();
    await tx
      .insertInto('trade.payee')
      .values({
        ...{ county, id, owner, village, kind, provider },
        owner_kind: ownerKind,
        account_sealed: at.sealer.seal(account),
        account_hash: hash,
        account_tail: account.slice(-4),
        holder_sealed: at.sealer.seal(holder),
        bank_name: input.bankName?.trim() || null,
        // Only shares of orders need the receiver to be known at the provider beforehand.
        state: kind === 'merchant' ? 'pending' : 'active',
        attempts: 0,
        next_at: kind === 'merchant' ? now : null,
        created_by: by.person,
        created_at: now,
      })
      .execute();
    return id;
  });
}

/** The keyed hash an account is found by. */
export const accountHash = (sealer: Sealer, provider: string, account: string): string =>
  sealer.hash(`payee ${provider} ${account}`);

/** The village of a household that `by` may see to; leaves the transaction in their scope. */
async function villageToPay(
  tx: Tx,
  sealer: Sealer,
  by: Actor,
  { county, owner }: { county: County; owner: string },
): Promise<string> {
  const member = membershipsIn(by, county, ['operator', 'keeper']).sort((a, b) => a.region.length - b.region.length)[0];
  if (!member) throw refusePlatform('not-allowed');
  await withScope(tx, member.region.length > 6 ? member.region : String(county));
  const household = (await householdBrief(tx, sealer, county, [owner])).get(owner);
  if (!household) throw refuse('household-not-found');
  return household.village;
}

/** An organisation's people and the county's operator see to its account. */
async function requireOwnOrganisation(tx: Tx, by: Actor, county: County, org: string): Promise<void> {
  const known = (await organisationsById(tx, county, [org])).get(org);
  if (!known) throw refuse('organisation-not-found');
  const own = membershipsIn(by, county, ['merchant', 'keeper']).some((m) => m.org === org);
  if (!own && !overCounty(by, county, ['operator'])) throw refusePlatform('not-allowed');
}

/** Bank cards end in a check digit (ISO/IEC 7812, Luhn): a digit typed wrong is found here and not by the bank. */
function isCardNumber(account: string): boolean {
  if (account.length < 16 || account.length > 19) return false;
  const sum = [...account].reverse().reduce((total, digit, i) => {
    const twice = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return sum % 10 === 0;
}
