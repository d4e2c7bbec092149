import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { subscriptionEndWords, subscriptionMoves, subscriptionStates, trace } from '#trace/contract';
import type { Subscription } from '../../api/answers.ts';
import { asProblem } from '../../api/as-problem.ts';
import { ahead, ask, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag, type Tone } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { queryWords, scheduleWords } from './subscription-words.ts';

const filters = [...subscriptionStates, 'failing'] as const;
const list = (county: number, url: URLSearchParams) =>
  ask('trace', 'traceSubscriptions', {
    params: { county },
    query: { ...pageOf(url), state: oneOf(filters, url.get('state')) },
  });

export const loader = ahead((county, url) => [list(county, url)]);

const tones: Record<Subscription['state'], Tone> = { running: 'good', paused: 'wait', ended: 'quiet' };
const steps = { pause: 'paused', resume: 'running', end: 'ended' } as const;
type Step = keyof typeof steps;

/** Who is told of the county's events by other programs, how that goes, and what may be done about it. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [asked, setAsked] = useState<{ of: Subscription; step: Step }>();
  const done = { onDone: () => setAsked(undefined) };
  const acts = {
    pause: useAct(api.trace.pauseSubscription, done),
    resume: useAct(api.trace.resumeSubscription, done),
    end: useAct(api.trace.endSubscription, done),
  };
  const act = asked && acts[asked.step];
  const columns: Column<Subscription>[] = [
    {
      key: 'who',
      title: t('subscription.who'),
      card: 'title',
      render: (s) => (
        <>
          {s.byName} <span className="mute">{s.byOrgs.join(t('subscription.comma'))}</span>
          <div className="mute num">{t('subscription.since', { at: dayTime(s.createdAt) })}</div>
        </>
      ),
    },
    { key: 'what', title: t('subscription.what'), card: 'wide', render: (s) => <Asked of={s} /> },
    {
      key: 'dest',
      title: t('subscription.dest'),
      card: 'wide',
      render: (s) => (
        <>
          <span className="long">{s.dest.replace(/^https:\/\//, '')}</span>
          <div className="mute">{t(s.signed ? 'subscription.signed' : 'subscription.unsigned')}</div>
        </>
      ),
    },
    { key: 'how', title: t('subscription.how'), card: 'wide', render: (s) => <Standing of={s} /> },
    {
      key: 'state',
      title: t('note.state'),
      card: 'corner',
      render: (s) => (
        <StatusTag tone={s.state === 'running' && s.failures > 0 ? 'stop' : tones[s.state]}>
          {s.state === 'running' && s.failures > 0 ? t('subscription.failing') : say(subscriptionMoves.states[s.state])}
        </StatusTag>
      ),
    },
    {
      key: 'do',
      title: t('subscription.do'),
      card: 'wide',
      render: (s) =>
        s.mayChange && may(trace.pauseSubscription) && s.state !== 'ended' ? (
          <Actions of={s} onAsk={(step) => setAsked({ of: s, step })} />
        ) : null,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.subscriptions')}
        about={t('subscription.about')}
        back={{ to: paths.events(county), label: t('menu.events') }}
      />
      <DataTable
        caption={t('menu.subscriptions')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(s) => s.id}
        filters={[
          {
            key: 'state',
            label: t('note.state'),
            options: filters.map((value) => ({
              value,
              label: value === 'failing' ? t('subscription.failing') : say(subscriptionMoves.states[value]),
            })),
          },
        ]}
        empty={{ title: t('subscription.none'), words: t('subscription.noneWords') }}
      />
      <ConfirmWithReason
        open={asked !== undefined}
        title={t(`subscription.${asked?.step ?? 'pause'}Title`, { dest: asked?.of.dest.split('/')[2] ?? '' })}
        confirm={asked ? say(subscriptionMoves.moves.find((m) => m.act === asked.step)?.label ?? EMPTY) : ''}
        danger={asked?.step === 'end'}
        busy={act?.busy}
        error={act?.error}
        onConfirm={(why) => asked && act?.run({ params: { county, id: asked.of.id }, body: { why } })}
        onCancel={() => {
          act?.reset();
          setAsked(undefined);
        }}
      >
        {t(`subscription.${asked?.step ?? 'pause'}Words`)}
      </ConfirmWithReason>
    </>
  );
}

const EMPTY = { zh: '', en: '' };

/** What is asked, in words, under the query's name. */
function Asked({ of }: { of: Subscription }) {
  const words = useWords();
  const { t } = words;
  const conditions = of.query ? queryWords(of.query, words) : [];
  return (
    <>
      <b className="long">{of.queryName}</b>
      <div>
        {of.query === null
          ? t('subscription.queryGone')
          : conditions.length === 0
            ? t('subscription.everything')
            : conditions.join(t('subscription.also'))}
      </div>
      <div className="mute">
        {scheduleWords(of.schedule, words)}
        {of.schedule && of.reportIfEmpty ? ` · ${t('subscription.alsoEmpty')}` : null}
      </div>
    </>
  );
}

/** When it was told last and will be next, what went wrong, and who stopped it. */
function Standing({ of }: { of: Subscription }) {
  const { t, say } = useWords();
  const { lastMove } = of;
  return (
    <>
      <div className="num">
        {of.lastNotifiedAt ? t('subscription.last', { at: dayTime(of.lastNotifiedAt) }) : t('subscription.never')}
      </div>
      {of.failures > 0 ? (
        <div className="bad">
          {t('subscription.failures', { n: of.failures })} <span className="long">{of.lastFailure}</span>
        </div>
      ) : null}
      {of.nextAt ? <div className="num mute">{t('subscription.next', { at: dayTime(of.nextAt) })}</div> : null}
      {of.endedBecause && of.endedAt ? (
        <div className="mute">
          {say(subscriptionEndWords[of.endedBecause])} <span className="num">{dayTime(of.endedAt)}</span>
        </div>
      ) : null}
      {lastMove && of.state !== 'running' ? (
        <div className="mute">
          {lastMove.byName}
          {lastMove.byCounty ? t('subscription.ofCounty') : ''}：{lastMove.why}
        </div>
      ) : null}
    </>
  );
}

/** Its moves, each asked for a reason; and an empty report sent now, with what was answered. */
function Actions({ of, onAsk }: { of: Subscription; onAsk: (step: Step) => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const act = useAct(api.trace.trySubscription, { quiet: true });
  const failure = act.error ? asProblem(act.error, t).title : act.answer?.failure;
  return (
    <>
      <span className="row-actions">
        {subscriptionMoves.from(of.state).map((move) => (
          <MoveButton
            key={move.act}
            label={say(move.label)}
            danger={move.act === 'end'}
            onClick={() => onAsk(move.act as Step)}
          />
        ))}
        <MoveButton
          label={t('subscription.try')}
          loading={act.busy}
          onClick={() => act.run({ params: { county, id: of.id } })}
        />
      </span>
      <div role="status" className={failure ? 'bad long' : 'mute'}>
        {failure ? t('subscription.tryFailed', { why: failure }) : null}
        {act.answer && !failure ? t('subscription.tryWell', { ms: act.answer.ms }) : null}
      </div>
    </>
  );
}
