import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Day,
  Fen,
  Id,
  Input,
  Instant,
  Nullable,
  Paged,
  PageQuery,
  Reason,
  SignedFen,
} from '#platform/http/schemas.ts';

/**
 * The kinds of account a county keeps, their normal side and what they are called. `limited` is the side that may
 * never outgrow the other: a liability cannot pay out what it never received. `closable` are those of one owner; closing one
 * that all money of a county passes through would stop its trade.
 */
export const accountKinds = {
  provider_clearing: {
    side: 'debit',
    closable: false,
    limited: null,
    zh: '支付渠道在途',
    en: 'Payment provider clearing',
  },
  // What providers kept of the payments they took in.
  provider_fee: { side: 'debit', closable: false, limited: null, zh: '支付手续费', en: 'Payment provider fees' },
  orders_received: { side: 'credit', closable: false, limited: 'debit', zh: '订单代收款', en: 'Received for orders' },
  merchant: { side: 'credit', closable: true, limited: null, zh: '商家应付', en: 'Owed to merchant' },
  station: { side: 'credit', closable: true, limited: null, zh: '服务站应付', en: 'Owed to station' },
  freight: { side: 'credit', closable: false, limited: null, zh: '运费', en: 'Freight' },
  platform: { side: 'credit', closable: false, limited: null, zh: '平台服务费', en: 'Platform fee' },
  fund: { side: 'credit', closable: false, limited: null, zh: '公益金', en: 'Public fund' },
  levy: { side: 'credit', closable: false, limited: null, zh: '非帮扶商品服务费', en: 'Fee on non-aid goods' },
  promotion: { side: 'debit', closable: false, limited: null, zh: '促销补贴', en: 'Promotion discounts borne' },
  shop_share: {
    side: 'credit',
    closable: false,
    limited: 'debit',
    zh: '待分农户分成',
    en: 'Shop share to be attributed',
  },
  share_back: {
    side: 'debit',
    closable: false,
    limited: null,
    zh: '垫付的农户分成',
    en: 'Shop share laid out for refunds',
  },
  purchase_cost: { side: 'debit', closable: true, limited: null, zh: '收购成本', en: 'Purchase cost' },
  buyer_cash: { side: 'credit', closable: true, limited: null, zh: '收购方已付', en: 'Paid by buyer-in' },
  wage_cost: { side: 'debit', closable: true, limited: null, zh: '用工成本', en: 'Wages' },
  dividend_cost: { side: 'debit', closable: true, limited: null, zh: '分红支出', en: 'Dividends' },
  // Public money that was paid to households, by the organisation whose staff recorded it.
  subsidy_cost: { side: 'debit', closable: true, limited: null, zh: '财政补贴', en: 'Subsidies' },
  // What a village's collective has earned and not yet shared out among its households.
  collective: {
    side: 'credit',
    closable: true,
    limited: 'debit',
    zh: '村集体应付',
    en: 'Owed to a village collective',
  },
  household: { side: 'credit', closable: true, limited: null, zh: '农户收入', en: 'Household income' },
  // What was paid out through a channel; no more can come back of it than went out.
  payout_clearing: {
    side: 'credit',
    closable: false,
    limited: 'debit',
    zh: '付款渠道付出',
    en: 'Paid out through a channel',
  },
  remittance: { side: 'credit', closable: false, limited: 'debit', zh: '待认领汇款', en: 'Unmatched remittances' },
  station_cash: { side: 'debit', closable: true, limited: 'credit', zh: '服务站现金', en: 'Cash at a station' },
  // What an insurer owes for floor prices, by the organisation that agreed on them.
  insurance_claim: { side: 'debit', closable: true, limited: null, zh: '保险应赔', en: 'Claim on an insurer' },
  // Help in kind and what it is worth: no money, so it is on no account that is paid out.
  help_given: { side: 'debit', closable: true, limited: null, zh: '实物帮扶支出', en: 'Help given in kind' },
  household_kind: { side: 'credit', closable: true, limited: null, zh: '农户实物所得', en: 'Received in kind' },
} as const satisfies Record<
  string,
  { side: 'debit' | 'credit'; closable: boolean; limited: 'debit' | 'credit' | null; zh: string; en: string }
>;
export type AccountKind = keyof typeof accountKinds;

export const ledgerRefusals = {
  'account-not-found': { status: 404, zh: '没有这个账户', en: 'No such account' },
  'account-open': { status: 409, zh: '账户没有关闭', en: 'The account is not closed' },
  'account-closed-by-hold': {
    status: 409,
    zh: '账户被一笔冻结关闭，冻结撤销后自动恢复',
    en: 'A pending transfer has closed the account; it opens when that is voided',
  },
  'account-not-closable': {
    status: 409,
    zh: '全县的钱都要经过这个账户，不能关闭',
    en: 'All money of the county passes through this account; it cannot be closed',
  },
  'account-closed': { status: 409, zh: '账户已关闭', en: 'The account is closed' },
  'amount-not-positive': { status: 422, field: 'amount', zh: '金额必须大于零', en: 'The amount must be above zero' },
  'expiry-not-pending': {
    status: 422,
    field: 'expiresAt',
    zh: '只有冻结才有期限',
    en: 'Only a pending transfer can expire',
  },
  'closing-not-pending': {
    status: 422,
    field: 'closing',
    zh: '关户只能用冻结来做',
    en: 'Only a pending transfer can close an account',
  },
  'flags-exclude-each-other': {
    status: 422,
    field: 'closing',
    zh: '关户的冻结不能按余额取',
    en: 'A closing transfer cannot be balancing',
  },
  'same-account': { status: 422, zh: '借贷不能是同一账户', en: 'Debit and credit must differ' },
  'currency-differs': { status: 422, zh: '两个账户币种不同', en: 'The accounts have different currencies' },
  'expiry-not-ahead': {
    status: 422,
    field: 'expiresAt',
    zh: '冻结的期限要晚于现在',
    en: 'A hold must end in the future',
  },
  'exceeds-balance': { status: 409, zh: '余额不足', en: 'The balance is too small' },
  'transfer-differs': { status: 409, zh: '同一编号的转账内容不同', en: 'A transfer with this id has other content' },
  'pending-not-found': { status: 404, zh: '没有这笔冻结', en: 'No such pending transfer' },
  'pending-is-itself': { status: 422, zh: '冻结不能由自己结束', en: 'A transfer cannot end itself' },
  'pending-not-pending': { status: 409, zh: '这笔转账不是冻结', en: 'That transfer is not a pending one' },
  'pending-already-posted': { status: 409, zh: '冻结已入账', en: 'The pending transfer is already posted' },
  'pending-already-voided': { status: 409, zh: '冻结已撤销', en: 'The pending transfer is already voided' },
  'pending-expired': { status: 409, zh: '冻结已过期', en: 'The pending transfer has expired' },
  'period-upside-down': { status: 422, field: 'to', zh: '止期早于起期', en: 'The period ends before it begins' },
  'exceeds-pending': { status: 422, field: 'amount', zh: '超过冻结金额', en: 'More than the pending amount' },
} as const satisfies RefusalTable;

const Account = Type.Object({
  id: Id,
  kind: Type.Enum(Object.keys(accountKinds) as AccountKind[]),
  kindName: Type.String(),
  owner: Type.String(),
  /** organisation name; a household's account shows its code, never a name */
  ownerName: Type.String(),
  currency: Type.String(),
  side: Type.Enum(['debit', 'credit']),
  balance: SignedFen,
  pending: SignedFen,
  closedAt: Nullable(Instant),
});
const Transfer = Type.Object({
  id: Id,
  kind: Type.Enum(['single', 'pending', 'post', 'void', 'expire']),
  debit: Id,
  debitName: Type.String(),
  credit: Id,
  creditName: Type.String(),
  fen: SignedFen,
  pending: Nullable(Id),
  pendingState: Nullable(Type.String()),
  reason: Type.String(),
  evidenceKind: Type.String(),
  evidence: Id,
  at: Instant,
});
/** An account by itself: also whether it can be closed, and who closed or reopened it. */
const OneAccount = Type.Object({
  ...Account.properties,
  closable: Type.Boolean(),
  moves: Type.Array(
    Type.Object({
      to: Type.Enum(['closed', 'open']),
      reason: Type.String(),
      by: Nullable(Type.String()),
      at: Instant,
    }),
  ),
});
const ReconcileRun = Type.Object({
  id: Id,
  begunAt: Instant,
  endedAt: Instant,
  asked: Type.Integer(),
  broken: Type.Integer(),
});
const who = ['operator', 'platform', 'auditor'] as const;
/** Staff of an organisation read its own accounts, the county's people all: the acts look at whose it is. */
const orOwn = [...who, 'merchant', 'keeper'] as const;
const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });

export const ledger = contract({
  accounts: {
    method: 'GET',
    path: '/api/counties/:county/accounts',
    summary: '账户 Accounts',
    who: orOwn,
    params: inCounty,
    query: Input({
      ...PageQuery,
      kind: Type.Optional(Type.Enum(Object.keys(accountKinds) as AccountKind[])),
      owner: Type.Optional(Type.String()),
    }),
    answer: Paged(Account),
  },
  account: {
    method: 'GET',
    path: '/api/counties/:county/accounts/:id',
    summary: '一个账户 One account',
    who: orOwn,
    params: one,
    answer: OneAccount,
    refusals: ['account-not-found'],
  },
  balanceAt: {
    method: 'GET',
    path: '/api/counties/:county/accounts/:id/balance',
    summary: '某一刻的余额 Balance at an instant',
    who: orOwn,
    params: one,
    query: Input({ at: Type.Optional(Instant) }),
    answer: Type.Object({
      at: Instant,
      side: Type.Enum(['debit', 'credit']),
      balance: SignedFen,
      pending: SignedFen,
      debits: Fen,
      credits: Fen,
    }),
    refusals: ['account-not-found'],
  },
  accountStatement: {
    method: 'GET',
    path: '/api/counties/:county/accounts/:id/statement',
    summary: '账户对账单 Statement of an account over days',
    who: orOwn,
    params: one,
    query: Input({ ...PageQuery, from: Type.Optional(Day), to: Type.Optional(Day) }),
    answer: Type.Object({
      from: Day,
      to: Day,
      side: Type.Enum(['debit', 'credit']),
      opening: SignedFen,
      closing: SignedFen,
      debits: Fen,
      credits: Fen,
      pending: SignedFen,
      ...Paged(
        Type.Object({
          transfer: Id,
          at: Instant,
          other: Id,
          otherName: Type.String(),
          debit: Fen,
          credit: Fen,
          balance: SignedFen,
          reason: Type.String(),
          evidenceKind: Type.String(),
          evidence: Id,
        }),
      ).properties,
    }),
    refusals: ['account-not-found', 'period-upside-down'],
  },
  closeAccount: {
    method: 'POST',
    path: '/api/counties/:county/accounts/:id/closing',
    summary: '关闭账户 Close an account',
    who: ['operator', 'platform'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: OneAccount,
    refusals: ['account-not-found', 'account-not-closable', 'account-closed'],
  },
  reopenAccount: {
    method: 'POST',
    path: '/api/counties/:county/accounts/:id/reopening',
    summary: '恢复账户 Open an account again',
    who: ['operator', 'platform'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: OneAccount,
    refusals: ['account-not-found', 'account-open', 'account-closed-by-hold'],
  },
  transfers: {
    method: 'GET',
    path: '/api/counties/:county/transfers',
    summary: '转账 Transfers',
    who,
    wholeCounty: true,
    params: inCounty,
    query: Input({
      ...PageQuery,
      account: Type.Optional(Id),
      evidenceKind: Type.Optional(Type.String()),
      evidence: Type.Optional(Id),
    }),
    answer: Paged(Transfer),
  },
  transfer: {
    method: 'GET',
    path: '/api/counties/:county/transfers/:id',
    summary: '一笔转账 One transfer',
    who,
    wholeCounty: true,
    params: one,
    answer: Transfer,
    refusals: ['not-found'],
  },
  trialBalance: {
    method: 'GET',
    path: '/api/counties/:county/trial-balance',
    summary: '试算平衡，到某日终 Trial balance, at the end of a day',
    who,
    wholeCounty: true,
    params: inCounty,
    query: Input({ day: Type.Optional(Day) }),
    answer: Type.Object({
      day: Nullable(Day),
      rows: Type.Array(
        Type.Object({
          kind: Type.String(),
          kindName: Type.String(),
          accounts: Type.Integer(),
          debits: SignedFen,
          credits: SignedFen,
          balance: SignedFen,
          pending: SignedFen,
        }),
      ),
      debits: SignedFen,
      credits: SignedFen,
      balanced: Type.Boolean(),
    }),
  },
  reconcileRuns: {
    method: 'GET',
    path: '/api/counties/:county/reconcile-runs',
    summary: '账目核对记录 Nightly looks at the books',
    who,
    wholeCounty: true,
    params: inCounty,
    query: Input(PageQuery),
    answer: Paged(ReconcileRun),
  },
  reconcileRun: {
    method: 'GET',
    path: '/api/counties/:county/reconcile-runs/:id',
    summary: '一次账目核对 One look at the books',
    who,
    wholeCounty: true,
    params: one,
    answer: Type.Object({
      ...ReconcileRun.properties,
      findings: Type.Array(
        Type.Object({
          name: Type.String(),
          ms: Type.Integer(),
          /** breaches in all counties */
          count: Type.Integer(),
          /** the first of them; of this county only, unless the platform asks */
          breaches: Type.Array(Type.String()),
        }),
      ),
    }),
    refusals: ['not-found'],
  },
  startReconcile: {
    method: 'POST',
    path: '/api/counties/:county/reconcile-runs',
    summary: '现在核对一次 Look at the books now',
    who: ['operator', 'platform'],
    wholeCounty: true,
    params: inCounty,
    answer: Type.Object({}),
  },
});
