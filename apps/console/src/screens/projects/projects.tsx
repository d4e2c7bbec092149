import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link, useNavigate } from 'react-router';
import { presale, projectMoves, projectStates } from '#presale/contract';
import type { ProjectRow } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { CountCell } from '../../parts/money.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { PledgeTable } from './PledgeTable.tsx';
import { projectTones } from './project-tones.ts';
import { Raised } from './Raised.tsx';

const list = (county: number, url: URLSearchParams) =>
  ask('presale', 'projectFiles', {
    params: { county },
    query: { ...pageOf(url), state: oneOf(projectStates, url.get('state')), org: given(url, 'org') },
  });
const overdue = (county: number) => ask('presale', 'overduePledges', { params: { county }, query: { size: 20 } });

export const loader = ahead((county, url) => [list(county, url), overdue(county)]);

/** Crowdfunding projects in all states; what is owed past its day stands above them. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const navigate = useNavigate();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<ProjectRow>[] = [
    {
      key: 'title',
      title: t('crowd.title'),
      card: 'title',
      render: (p) => (
        <>
          <Link to={paths.project(county, p.id)}>{p.titleZh}</Link> <span className="num mute">{p.number}</span>
        </>
      ),
    },
    { key: 'org', title: t('crowd.org'), card: 'wide', render: (p) => p.orgName },
    {
      key: 'raised',
      title: t('crowd.raised'),
      card: 'wide',
      width: 230,
      render: (p) => <Raised project={p} />,
    },
    {
      key: 'backers',
      title: t('crowd.backers'),
      align: 'right',
      width: 90,
      render: (p) => <CountCell n={p.backers} />,
    },
    {
      key: 'term',
      title: t('crowd.term'),
      card: 'wide',
      width: 190,
      render: (p) => (
        <span className="num">
          {p.opensOn} – {p.endsOn}
        </span>
      ),
    },
    {
      key: 'deliverBy',
      title: t('crowd.deliverBy'),
      width: 110,
      render: (p) => <span className="num">{p.deliverBy}</span>,
    },
    {
      key: 'state',
      title: t('crowd.state'),
      card: 'corner',
      width: 150,
      render: (p) => <StatusTag tone={projectTones[p.state]}>{say(projectMoves.states[p.state])}</StatusTag>,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.projects')}
        about={t('crowd.about')}
        actions={
          may(presale.draftProject) ? (
            <Button type="primary" onClick={() => void navigate(paths.newProject(county))}>
              {t('crowd.new')}
            </Button>
          ) : null
        }
      />
      <div className="stack">
        <Overdue />
        <DataTable
          caption={t('menu.projects')}
          columns={columns}
          state={state}
          query={query}
          rowKey={(p) => p.id}
          filters={[
            {
              key: 'state',
              label: t('crowd.state'),
              width: 180,
              options: projectStates.map((value) => ({ value, label: say(projectMoves.states[value]) })),
            },
          ]}
          empty={{ title: t('crowd.empty'), words: t('crowd.about') }}
        />
      </div>
    </>
  );
}

/** What is owed past its promised day, of all projects; nothing where there is none. */
function Overdue() {
  const { t } = useWords();
  const { county } = useCounty();
  const query = useQuery(overdue(county));
  const state = useUrlState();
  if (!query.data?.rows.length) return null;
  return (
    <Part title={t('crowd.overdue')} question={t('crowd.overdueQuestion')}>
      <PledgeTable caption={t('crowd.overdue')} rows={query.data.rows} query={query} state={state} projects />
    </Part>
  );
}
