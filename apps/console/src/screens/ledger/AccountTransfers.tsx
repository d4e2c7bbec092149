import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { DataTable } from '../../parts/DataTable.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useTransferColumns } from './transfer-columns.tsx';

export const transfersOfAccount = (county: number, id: string, url: URLSearchParams) =>
  ask('ledger', 'transfers', { params: { county }, query: { ...pageOf(url), account: id } });

/** Every transfer of an account, holds and their ends among them, newest first. */
export function AccountTransfers({ county, id }: { county: number; id: string }) {
  const { t } = useWords();
  const state = useUrlState();
  const moved = useQuery({ ...transfersOfAccount(county, id, state.params), placeholderData: keepPreviousData });
  const columns = useTransferColumns(county, id);
  return (
    <DataTable
      caption={t('ledger.transfers')}
      columns={columns}
      state={state}
      query={moved}
      rowKey={(x) => x.id}
      rowHref={(x) => paths.transfer(county, x.id)}
      empty={{ title: t('ledger.noTransfers') }}
    />
  );
}
