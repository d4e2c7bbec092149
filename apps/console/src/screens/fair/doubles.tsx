import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import {
  benefit,
  type DoubleDecision,
  doubleDecisions,
  doubleDecisionWords,
  doubleHows,
  doubleHowWords,
  evidenceWords,
  mechanismWords,
} from '#benefit/contract';
import type { DoubleClaim } from '../../api/answers.ts';
import { ahead, ask, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { day, yuanShort } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Figure, PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

const states = ['open', ...doubleDecisions] as const;
const list = (county: number, url: URLSearchParams) =>
  ask('benefit', 'doubles', {
    params: { county },
    query: { ...pageOf(url), how: oneOf(doubleHows, url.get('how')), state: oneOf(states, url.get('state')) },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** Pairs of entries that may be one and the same help; undecided and large ones first. */
export function Component() {
  const { t, say, locale } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [asked, setAsked] = useState<{ id: string; decision: DoubleDecision }>();
  const search = useAct(api.benefit.searchDoubles);
  const decide = useAct(api.benefit.decideDouble, { onDone: () => setAsked(undefined) });
  const side = (one: DoubleClaim['sides'][number]) => {
    const number = `${say(evidenceWords[one.evidenceKind])} ${one.evidenceNumber}`;
    return (
      <div key={one.entry}>
        {day(one.at)} {one.orgName} · {say(mechanismWords[one.mechanism])} ·{' '}
        {one.evidenceKind === 'purchase' ? <Link to={paths.note(county, one.evidence)}>{number}</Link> : number}
      </div>
    );
  };
  const columns: Column<DoubleClaim>[] = [
    {
      key: 'household',
      title: t('double.household'),
      card: 'title',
      width: 150,
      render: (one) => (
        <>
          <span className="num">{one.householdCode}</span> <span className="mute">{one.villageName}</span>
        </>
      ),
    },
    { key: 'how', title: t('double.how'), width: 150, card: 'wide', render: (one) => say(doubleHowWords[one.how]) },
    { key: 'pair', title: t('double.pair'), card: 'wide', render: (one) => one.sides.map(side) },
    {
      key: 'fen',
      title: t('double.fen'),
      align: 'right',
      width: 110,
      render: (one) => <MoneyCell fen={one.fen} tone="strong" />,
    },
    {
      key: 'state',
      title: t('double.state'),
      card: 'wide',
      width: 220,
      render: (one) => (
        <>
          <StatusTag tone={one.decision === 'same' ? 'stop' : one.decision ? 'good' : 'wait'}>
            {one.decision ? say(doubleDecisionWords[one.decision]) : t('double.open')}
          </StatusTag>{' '}
          {one.decision === 'same' ? (
            <span className="mute">{t(one.standing ? 'double.toReverse' : 'double.reversed')}</span>
          ) : null}
          {one.reason ? (
            <div className="mute">
              {one.byName}：{one.reason}
            </div>
          ) : null}
          {may(benefit.decideDouble) ? (
            <div className="double-acts">
              {doubleDecisions
                .filter((decision) => decision !== one.decision)
                .map((decision) => (
                  <Button key={decision} size="small" onClick={() => setAsked({ id: one.id, decision })}>
                    {say(doubleDecisionWords[decision])}
                  </Button>
                ))}
            </div>
          ) : null}
        </>
      ),
    },
  ];
  const sums = query.data;
  return (
    <>
      <PageHeader
        title={t('menu.doubles')}
        about={search.answer ? t('double.searched', { n: search.answer.found }) : t('double.about')}
        actions={
          may(benefit.searchDoubles) ? (
            <Button loading={search.busy} onClick={() => search.run({ params: { county } })}>
              {t('double.search')}
            </Button>
          ) : null
        }
      />
      {search.error ? <ErrorState error={search.error} compact /> : null}
      <div className="figures">
        <Figure
          label={t('double.open')}
          value={sums ? yuanShort(sums.openFen, locale) : '…'}
          note={sums ? t('double.openNote', { n: sums.open }) : null}
        />
        <Figure
          label={t('double.same')}
          value={sums ? yuanShort(sums.sameFen, locale) : '…'}
          note={sums ? t('double.openNote', { n: sums.same }) : null}
          tone={sums?.same ? 'persimmon' : undefined}
        />
      </div>
      <DataTable
        caption={t('menu.doubles')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(one) => one.id}
        filters={[
          {
            key: 'how',
            label: t('double.how'),
            options: doubleHows.map((value) => ({ value, label: say(doubleHowWords[value]) })),
          },
          {
            key: 'state',
            label: t('double.state'),
            options: states.map((value) => ({
              value,
              label: value === 'open' ? t('double.open') : say(doubleDecisionWords[value]),
            })),
          },
        ]}
        empty={{ title: t('double.empty'), words: t('double.emptyWords') }}
      />
      <ConfirmWithReason
        open={Boolean(asked)}
        title={t(asked?.decision === 'same' ? 'double.isSame' : 'double.isDifferent')}
        confirm={t(asked?.decision === 'same' ? 'double.isSame' : 'double.isDifferent')}
        busy={decide.busy}
        error={decide.error}
        onConfirm={(reason) =>
          asked && decide.run({ params: { county, id: asked.id }, body: { decision: asked.decision, reason } })
        }
        onCancel={() => setAsked(undefined)}
      >
        {t(asked?.decision === 'same' ? 'double.isSameWords' : 'double.isDifferentWords')}
      </ConfirmWithReason>
    </>
  );
}
