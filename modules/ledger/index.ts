export { type Balance, balance } from './accounts/balance.ts';
export { type AccountName, ensureAccounts } from './accounts/ensure-accounts.ts';
export { transfer } from './transfers/transfer.ts';
export type { Outcome, TransferInput } from './transfers/transfer-rules.ts';
