import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { conflictMoves, conflictStates, conflictWords, noticeWords, trace } from '#trace/contract';
import type { NoteConflict, OfflineNote } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, weight, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell, WeightCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag, type Tone } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

const conflicts = (county: number, url: URLSearchParams) =>
  ask('trace', 'noteConflicts', {
    params: { county },
    query: { ...pageOf(url), state: oneOf(conflictStates, url.get('state')) },
  });
const sent = (county: number, url: URLSearchParams) =>
  ask('trace', 'offlineNoteList', {
    params: { county },
    query: { ...pageOf(url), q: given(url, 'q'), state: oneOf(['accepted', 'refused'], url.get('state')) },
  });

export const loader = ahead((county, url) => [url.get('tab') === 'sent' ? sent(county, url) : conflicts(county, url)]);

/** What devices sent later: what does not fit the rules and is for the county to decide, and everything that came. */
export function Component() {
  const { t } = useWords();
  const state = useUrlState();
  const tab = state.get('tab') === 'sent' ? 'sent' : 'conflicts';
  return (
    <>
      <PageHeader title={t('menu.noteConflicts')} about={t('conflict.about')} />
      <Tabs
        activeKey={tab}
        onChange={(key) =>
          state.set({ tab: key === 'sent' ? key : undefined, state: undefined, q: undefined, page: 1 })
        }
        items={[
          { key: 'conflicts', label: t('conflict.tab'), children: tab === 'conflicts' ? <Conflicts /> : null },
          { key: 'sent', label: t('conflict.sentTab'), children: tab === 'sent' ? <Sent /> : null },
        ]}
      />
    </>
  );
}

const tones: Record<NoteConflict['state'], Tone> = { open: 'wait', confirmed: 'good', reversed: 'quiet' };

function Conflicts() {
  const { t, say, locale } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...conflicts(county, state.params), placeholderData: keepPreviousData });
  const [deciding, setDeciding] = useState<{ to: 'confirm' | 'reverse'; of: NoteConflict }>();
  const onDone = () => setDeciding(undefined);
  const confirm = useAct(api.trace.confirmNote, { onDone });
  const reverse = useAct(api.trace.reverseConflict, { onDone });
  const act = deciding?.to === 'reverse' ? reverse : confirm;
  const why = ({ kind, detail }: NoteConflict): string => {
    if (detail.limitGrams !== undefined && detail.boughtGrams !== undefined) {
      const [bought, limit] = [weight(detail.boughtGrams, locale), weight(detail.limitGrams, locale)];
      return t('conflict.yield', { bought, limit });
    }
    if (detail.plot !== undefined && detail.day !== undefined) {
      return t('plot.blockedWords', { plot: detail.plot, product: detail.product ?? '', day: detail.day });
    }
    if (detail.floorFenPerKg !== undefined) return t('conflict.floor', { price: yuan(detail.floorFenPerKg) });
    if (detail.referenceFenPerKg !== undefined) {
      return t('conflict.reference', { price: yuan(detail.referenceFenPerKg) });
    }
    return kind === 'reversal-too-late' ? (detail.reason ?? '') : '';
  };
  const columns: Column<NoteConflict>[] = [
    {
      key: 'kind',
      title: t('conflict.what'),
      card: 'title',
      render: (c) => (
        <span>
          <b>{say(conflictWords[c.kind])}</b>
          <br />
          <span className="mute">{why(c)}</span>
        </span>
      ),
    },
    {
      key: 'note',
      title: t('note.title'),
      width: 150,
      card: 'line',
      render: (c) => (
        <span className="num">
          <Link to={paths.note(county, c.purchase)}>{c.number}</Link>
          {c.deviceNumber ? <span className="mute"> {c.deviceNumber}</span> : null}
        </span>
      ),
    },
    {
      key: 'who',
      title: t('note.household'),
      render: (c) => `${c.headMasked} ${c.householdCode} · ${c.villageName}`,
      card: 'wide',
    },
    {
      key: 'goods',
      title: t('note.grams'),
      render: (c) => (
        <span>
          {c.cropName} <WeightCell grams={c.grams} />
        </span>
      ),
    },
    {
      key: 'money',
      title: t('note.amount'),
      align: 'right',
      render: (c) => <MoneyCell fen={c.amountFen} tone="strong" />,
    },
    {
      key: 'state',
      title: t('note.state'),
      width: 230,
      card: 'wide',
      render: (c) =>
        c.state === 'open' && may(trace.confirmNote) ? (
          <span className="row-actions">
            {conflictMoves.from('open').map((move) => (
              <Button
                key={move.act}
                danger={move.act === 'reverse'}
                onClick={() => setDeciding({ to: move.act as 'confirm' | 'reverse', of: c })}
              >
                {say(move.label)}
              </Button>
            ))}
          </span>
        ) : (
          <span>
            <StatusTag tone={tones[c.state]}>{say(conflictMoves.states[c.state])}</StatusTag>
            {c.decidedByName ? (
              <span className="mute">
                {' '}
                {c.decidedByName} · {c.reason}
              </span>
            ) : null}
          </span>
        ),
    },
  ];
  const move = conflictMoves.from('open').find((one) => one.act === deciding?.to);
  return (
    <>
      <DataTable
        caption={t('conflict.tab')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(c) => c.id}
        filters={[
          {
            key: 'state',
            label: t('note.state'),
            options: conflictStates.map((value) => ({ value, label: say(conflictMoves.states[value]) })),
          },
        ]}
        empty={{ title: t('conflict.none'), words: t('conflict.noneWords') }}
      />
      <ConfirmWithReason
        open={deciding !== undefined}
        title={move ? say(move.label) : ''}
        confirm={move ? say(move.label) : ''}
        danger={deciding?.to === 'reverse'}
        busy={act.busy}
        error={act.error}
        onConfirm={(reason) => deciding && act.run({ params: { county, id: deciding.of.id }, body: { reason } })}
        onCancel={() => {
          confirm.reset();
          reverse.reset();
          setDeciding(undefined);
        }}
      >
        {t(deciding?.to === 'reverse' ? 'conflict.reverseWords' : 'conflict.confirmWords', {
          number: deciding?.of.number ?? '',
        })}
      </ConfirmWithReason>
    </>
  );
}

function Sent() {
  const { t, say } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...sent(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<OfflineNote>[] = [
    {
      key: 'number',
      title: t('device.number'),
      width: 150,
      card: 'title',
      render: (n) =>
        n.state === 'accepted' && n.kind === 'purchase' ? (
          <Link className="num" to={paths.note(county, n.id)}>
            {n.number}
          </Link>
        ) : (
          <span className="num">{n.number}</span>
        ),
    },
    {
      key: 'kind',
      title: t('conflict.kind'),
      render: (n) => t(n.kind === 'reversal' ? 'note.isReversal' : 'note.title'),
    },
    {
      key: 'person',
      title: t('device.person'),
      render: (n) => `${n.personName} · ${n.deviceName} ${n.letters}`,
      card: 'wide',
    },
    { key: 'grams', title: t('note.grams'), align: 'right', render: (n) => <WeightCell grams={n.grams} /> },
    { key: 'money', title: t('note.amount'), align: 'right', render: (n) => <MoneyCell fen={n.amountFen} /> },
    { key: 'at', title: t('note.at'), width: 150, render: (n) => <span className="num">{dayTime(n.notedAt)}</span> },
    {
      key: 'received',
      title: t('conflict.received'),
      width: 150,
      render: (n) => <span className="num">{dayTime(n.receivedAt)}</span>,
    },
    {
      key: 'state',
      title: t('note.state'),
      card: 'wide',
      render: (n) => (
        <span>
          {n.state === 'refused' ? <StatusTag tone="stop">{t('device.state.refused')}</StatusTag> : null}{' '}
          <span className="mute">{n.message ?? n.notices.map((kind) => say(noticeWords[kind])).join('；')}</span>
        </span>
      ),
    },
  ];
  return (
    <DataTable
      caption={t('conflict.sentTab')}
      columns={columns}
      state={state}
      query={query}
      rowKey={(n) => n.id}
      search={t('device.number')}
      filters={[
        {
          key: 'state',
          label: t('note.state'),
          options: [
            { value: 'accepted', label: t('conflict.accepted') },
            { value: 'refused', label: t('device.state.refused') },
          ],
        },
      ]}
      empty={{ title: t('conflict.noneSent'), words: t('device.noneWords') }}
    />
  );
}
