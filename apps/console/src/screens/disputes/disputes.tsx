import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { registry } from '#registry/contract';
import { disputeKindWords, disputeMoves, disputeStates, trace } from '#trace/contract';
import type { Dispute } from '../../api/answers.ts';
import { ahead, ask, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { day, weight } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag, type Tone } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('trace', 'disputes', {
    params: { county },
    query: { ...pageOf(url), state: oneOf(disputeStates, url.get('state')) },
  });

export const loader = ahead((county, url) => [list(county, url)]);

const tones: Record<Dispute['state'], Tone> = {
  open: 'wait',
  answered: 'go',
  upheld: 'good',
  rejected: 'quiet',
  withdrawn: 'quiet',
};

type Step = 'answer' | 'uphold' | 'reject';

/** Sales that households do not know as their own; what is due first stands first. */
export function Component() {
  const { t, locale, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [asked, setAsked] = useState<{ of: Dispute; step: Step }>();
  const done = { onDone: () => setAsked(undefined) };
  const answer = useAct(api.trace.answerDispute, done);
  const decide = useAct(api.trace.decideDispute, done);
  const act = asked?.step === 'answer' ? answer : decide;
  const columns: Column<Dispute>[] = [
    {
      key: 'household',
      title: t('dispute.household'),
      card: 'title',
      render: (d) => (
        <>
          {may(registry.household) ? (
            <Link to={paths.household(county, d.household)}>{d.headMasked}</Link>
          ) : (
            d.headMasked
          )}{' '}
          <span className="mute">{d.villageName}</span>
        </>
      ),
    },
    {
      key: 'sale',
      title: t('dispute.sale'),
      card: 'wide',
      render: (d) => (
        <>
          <Link className="num" to={paths.note(county, d.sale.id)}>
            {d.sale.number}
          </Link>{' '}
          {d.sale.cropName} {weight(d.sale.grams, locale)}
          <div className="mute">
            {d.sale.stationName} · {d.sale.byName}
          </div>
        </>
      ),
    },
    {
      key: 'says',
      title: t('dispute.says'),
      card: 'wide',
      render: (d) => (
        <>
          <b>{say(disputeKindWords[d.kind])}</b>
          {d.claimedGrams === null ? null : ` ${t('dispute.claimed', { weight: weight(d.claimedGrams, locale) })}`}
          {d.moves.map((move) => (
            <div key={`${move.to} ${String(move.at)}`} className="mute">
              {move.byName}：{move.words}
            </div>
          ))}
        </>
      ),
    },
    {
      key: 'state',
      title: t('dispute.state'),
      card: 'corner',
      render: (d) => (
        <>
          <StatusTag tone={tones[d.state]}>{say(disputeMoves.states[d.state])}</StatusTag>
          {d.reversal ? <div className="mute">{t('dispute.reversed')}</div> : null}
        </>
      ),
    },
    {
      key: 'due',
      title: t('dispute.due'),
      render: (d) =>
        disputeMoves.from(d.state).length === 0 ? (
          '—'
        ) : (
          <span className="num">
            {day(d.dueAt)} {d.overdue ? <StatusTag tone="stop">{t('dispute.overdue')}</StatusTag> : null}
          </span>
        ),
    },
    {
      key: 'do',
      title: '',
      card: 'wide',
      render: (d) => (
        <span className="row-actions">
          {may(trace.answerDispute) && disputeMoves.allows(d.state, 'answered') ? (
            <Button size="small" onClick={() => setAsked({ of: d, step: 'answer' })}>
              {t('dispute.answer')}
            </Button>
          ) : null}
          {may(trace.decideDispute) && disputeMoves.allows(d.state, 'upheld') ? (
            <>
              <Button size="small" onClick={() => setAsked({ of: d, step: 'uphold' })}>
                {t('dispute.uphold')}
              </Button>
              <Button size="small" onClick={() => setAsked({ of: d, step: 'reject' })}>
                {t('dispute.reject')}
              </Button>
            </>
          ) : null}
        </span>
      ),
    },
  ];
  return (
    <>
      <PageHeader title={t('menu.disputes')} about={t('dispute.about')} />
      <DataTable
        caption={t('menu.disputes')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(d) => d.id}
        filters={[
          {
            key: 'state',
            label: t('dispute.state'),
            options: disputeStates.map((value) => ({ value, label: say(disputeMoves.states[value]) })),
          },
        ]}
        empty={{ title: t('dispute.empty') }}
      />
      <ConfirmWithReason
        open={asked !== undefined}
        title={asked ? t(`dispute.${asked.step}`) : ''}
        label={t('dispute.words')}
        confirm={asked ? t(`dispute.${asked.step}`) : ''}
        busy={act.busy}
        error={act.error}
        onConfirm={(words) => {
          if (!asked) return;
          const params = { county, id: asked.of.id };
          if (asked.step === 'answer') answer.run({ params, body: { words } });
          else decide.run({ params, body: { decision: asked.step, words } });
        }}
        onCancel={() => setAsked(undefined)}
      >
        {asked ? t(`dispute.${asked.step}Words`) : null}
      </ConfirmWithReason>
    </>
  );
}
