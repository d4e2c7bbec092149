import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { roleWords, sensitiveFields } from '#registry/contract';
import type { Reading } from '../api/answers.ts';
import { ahead, ask, given, oneOf } from '../api/ask.ts';
import { dayTime } from '../format.ts';
import { useWords } from '../i18n/index.tsx';
import { type Column, DataTable } from '../parts/DataTable.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { pageOf, useUrlState } from '../parts/use-url-state.ts';
import { paths } from '../paths.ts';
import { useCounty } from '../session/session.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('registry', 'readings', { params: { county }, query: { ...pageOf(url), household: given(url, 'household') } });

export const loader = ahead((county, url) => [list(county, url)]);

/** Who read whose file, and why. Nothing here can be changed or taken away. */
export function Component() {
  const { t, say, listed } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const role = (text: string) => (text in roleWords ? say(roleWords[text as keyof typeof roleWords]) : text);
  const field = (text: string) => {
    const known = oneOf(sensitiveFields, text);
    return known ? t(`household.${known}`) : text === 'account' ? t('payee.account') : text;
  };
  const columns: Column<Reading>[] = [
    {
      key: 'at',
      card: 'wide',
      title: t('ledger.at'),
      width: 150,
      render: (r) => <span className="num">{dayTime(r.at)}</span>,
    },
    { key: 'person', title: t('log.who'), card: 'title', render: (r) => r.personName },
    { key: 'role', title: t('org.role'), card: 'corner', render: (r) => role(r.role) },
    {
      key: 'household',
      title: t('note.household'),
      render: (r) => <Link to={paths.household(county, r.household)}>{r.householdCode}</Link>,
    },
    { key: 'fields', card: 'wide', title: t('log.fields'), render: (r) => listed(r.fields.map(field)) },
    { key: 'reason', card: 'wide', title: t('field.reason'), render: (r) => r.reason },
  ];
  return (
    <>
      <PageHeader title={t('menu.accessLog')} about={t('log.about')} />
      <DataTable
        caption={t('menu.accessLog')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(r) => r.id}
        extra={
          state.get('household') ? (
            <button type="button" className="preset" onClick={() => state.set({ household: undefined })}>
              {t('benefit.oneHousehold', { code: query.data?.rows[0]?.householdCode ?? '' })} ✕
            </button>
          ) : null
        }
        empty={{ title: t('log.empty'), words: t('log.emptyWords') }}
      />
    </>
  );
}
