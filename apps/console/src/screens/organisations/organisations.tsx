import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { organisationKinds, organisationKindWords, registry } from '#registry/contract';
import type { Organisation } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { OrgState } from './OrgState.tsx';

const list = (county: number, url: URLSearchParams) =>
  ask('registry', 'organisations', {
    params: { county },
    query: { ...pageOf(url), q: given(url, 'q'), kind: oneOf(organisationKinds, url.get('kind')) },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** Organisations that work in the county. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<Organisation>[] = [
    { key: 'name', title: t('org.name'), render: (o) => o.name, card: 'title' },
    {
      key: 'kind',
      title: t('org.kind'),
      card: 'corner',
      render: (o) => <StatusTag tone="quiet">{say(organisationKindWords[o.kind])}</StatusTag>,
    },
    { key: 'region', title: t('org.region'), render: (o) => o.regionName },
    { key: 'code', title: t('org.code'), render: (o) => <span className="num">{o.code}</span>, card: 'none' },
    { key: 'contact', title: t('org.contact'), render: (o) => o.contact },
    { key: 'state', title: t('org.state'), card: 'none', render: (o) => <OrgState state={o.state} /> },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.organisations')}
        about={t('org.about')}
        actions={
          may(registry.addOrganisation) ? (
            <Link className="button-link primary" to={paths.newOrganisation(county)}>
              {t('org.add')}
            </Link>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.organisations')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(o) => o.id}
        rowHref={(o) => paths.organisation(county, o.id)}
        search={t('org.search')}
        filters={[
          {
            key: 'kind',
            label: t('org.kind'),
            options: organisationKinds.map((value) => ({ value, label: say(organisationKindWords[value]) })),
          },
        ]}
        empty={{ title: t('org.empty'), words: t('org.emptyWords') }}
      />
    </>
  );
}
