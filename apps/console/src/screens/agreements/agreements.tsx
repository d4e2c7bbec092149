import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link, useNavigate } from 'react-router';
import { agreementKinds, agreementMoves, agreementStates, benefit, mechanismWords } from '#benefit/contract';
import type { AgreementRow } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion } from '../../parts/crops.ts';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { agreementTones } from './agreement-tones.ts';
import { useTermsWords } from './terms-words.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('benefit', 'agreements', {
    params: { county },
    query: {
      ...pageOf(url),
      kind: oneOf(agreementKinds, url.get('kind')),
      state: oneOf(agreementStates, url.get('state')),
      org: given(url, 'org'),
      q: given(url, 'q'),
    },
  });

export const loader = ahead((county, url) => [list(county, url), cropsQuestion()]);

/** What organisations and households have agreed; living ones first. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const navigate = useNavigate();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const termsOf = useTermsWords();
  const withWhom = (a: AgreementRow) => {
    if (a.households > 0) return t('agr.householdsOf', { n: String(a.households) });
    if (a.villages.length <= 2) return `${a.villages.join(' ')} · ${t('agr.wholeVillage')}`;
    return t('agr.villagesOf', { names: a.villages.slice(0, 2).join(' '), n: String(a.villages.length) });
  };
  const columns: Column<AgreementRow>[] = [
    {
      key: 'number',
      title: t('agr.number'),
      card: 'title',
      width: 130,
      render: (a) => (
        <Link className="num" to={paths.agreement(county, a.id)}>
          {a.number}
        </Link>
      ),
    },
    { key: 'kind', title: t('agr.kind'), width: 90, render: (a) => say(mechanismWords[a.kind]) },
    { key: 'org', title: t('agr.org'), card: 'wide', render: (a) => a.orgName },
    { key: 'with', title: t('agr.with'), card: 'wide', render: withWhom },
    { key: 'terms', title: t('agr.terms'), card: 'wide', render: (a) => termsOf(a.terms) },
    {
      key: 'term',
      title: t('agr.term'),
      card: 'wide',
      width: 190,
      render: (a) => (
        <span className="num">
          {a.startsOn} – {a.endsOn}
        </span>
      ),
    },
    {
      key: 'state',
      title: t('agr.state'),
      card: 'corner',
      width: 110,
      render: (a) => <StatusTag tone={agreementTones[a.state]}>{say(agreementMoves.states[a.state])}</StatusTag>,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.agreements')}
        about={t('agr.about')}
        actions={
          may(benefit.draftAgreement) ? (
            <Button type="primary" onClick={() => void navigate(paths.newAgreement(county))}>
              {t('agr.new')}
            </Button>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.agreements')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(a) => a.id}
        search={t('agr.number')}
        filters={[
          {
            key: 'kind',
            label: t('agr.kind'),
            options: agreementKinds.map((value) => ({ value, label: say(mechanismWords[value]) })),
          },
          {
            key: 'state',
            label: t('agr.state'),
            options: agreementStates.map((value) => ({ value, label: say(agreementMoves.states[value]) })),
          },
        ]}
        empty={{ title: t('agr.empty'), words: t('agr.emptyWords') }}
      />
    </>
  );
}
