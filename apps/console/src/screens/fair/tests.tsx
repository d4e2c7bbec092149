import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { aidTests, aidTestWords, standingMoves, standings, verdicts, verdictWords } from '#benefit/contract';
import type { AidRow } from '../../api/answers.ts';
import { ahead, ask, oneOf } from '../../api/ask.ts';
import { day } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { standingTones, verdictTones } from './fair-tones.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('benefit', 'aidTests', {
    params: { county },
    query: {
      ...pageOf(url),
      state: oneOf(standings, url.get('state')),
      verdict: oneOf(verdicts, url.get('verdict')),
      ...(url.get('appealed') && { appealed: true }),
    },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** How the three tests find each product; what is appealed or in trouble first. */
export function Component() {
  const { t, say, locale } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<AidRow>[] = [
    {
      key: 'product',
      title: t('aid.product'),
      card: 'title',
      render: (row) => (
        <Link to={paths.aidTest(county, row.product)}>{locale === 'en' ? row.nameEn || row.nameZh : row.nameZh}</Link>
      ),
    },
    { key: 'org', title: t('aid.org'), card: 'wide', render: (row) => row.orgName },
    ...aidTests.map(
      (test): Column<AidRow> => ({
        key: test,
        title: say(aidTestWords[test]),
        width: 100,
        render: (row) => <StatusTag tone={verdictTones[row[test]]}>{say(verdictWords[row[test]])}</StatusTag>,
      }),
    ),
    {
      key: 'state',
      title: t('aid.state'),
      card: 'corner',
      width: 100,
      render: (row) => <StatusTag tone={standingTones[row.state]}>{say(standingMoves.states[row.state])}</StatusTag>,
    },
    {
      key: 'due',
      title: t('aid.due'),
      width: 120,
      render: (row) =>
        row.appeal ? (
          <StatusTag tone="gold">{t('aid.appealed')}</StatusTag>
        ) : (
          <span className="num">{row.dueOn ?? '—'}</span>
        ),
    },
    {
      key: 'tested',
      title: t('aid.tested'),
      width: 110,
      render: (row) => <span className="num mute">{day(row.testedAt)}</span>,
    },
  ];
  return (
    <>
      <PageHeader title={t('menu.aidTests')} about={t('aid.about')} />
      <DataTable
        caption={t('menu.aidTests')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(row) => row.product}
        filters={[
          {
            key: 'state',
            label: t('aid.state'),
            options: standings.map((value) => ({ value, label: say(standingMoves.states[value]) })),
          },
          {
            key: 'verdict',
            label: t('aid.verdict'),
            options: verdicts.map((value) => ({ value, label: say(verdictWords[value]) })),
          },
          { key: 'appealed', label: t('aid.appeal'), options: [{ value: 'yes', label: t('aid.appealedOnly') }] },
        ]}
        empty={{ title: t('aid.empty'), words: t('aid.emptyWords') }}
      />
    </>
  );
}
