import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { catalog, type MarkState, markKinds, markMoves, markNames, markStates } from '#catalog/contract';
import { urlOf } from '#platform/http/client.ts';
import type { Mark } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { cropsQuestion } from '../../parts/crops.ts';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag, type Tone } from '../../parts/StatusTag.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { RecordMark } from './RecordMark.tsx';

const list = (county: number, url: URLSearchParams) =>
  ask('catalog', 'marks', {
    params: { county },
    query: {
      ...pageOf(url),
      q: given(url, 'q'),
      kind: oneOf(markNames, url.get('kind')),
      state: oneOf(markStates, url.get('state')),
      ending: url.get('ending') ? true : undefined,
    },
  });

export const loader = ahead((county, url) => [list(county, url), cropsQuestion()]);

const tones: Record<MarkState, Tone> = { review: 'wait', approved: 'good', returned: 'quiet', withdrawn: 'quiet' };
const standings = { 'not-yet': 'marks.notYet', soon: 'marks.soon', expired: 'marks.expired' } as const;

/** Brand certificates: what waits for the county first, then what ends first. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [recording, setRecording] = useState(false);
  const [asked, setAsked] = useState<{ of: Mark; to: MarkState }>();
  const move = useAct(api.catalog.moveMark, { onDone: () => setAsked(undefined) });
  const columns: Column<Mark>[] = [
    {
      key: 'kind',
      title: t('marks.kind'),
      card: 'title',
      render: (m) => (
        <>
          {say(markKinds[m.kind].words)} <span className="num mute">{m.number}</span>
        </>
      ),
    },
    {
      key: 'org',
      title: t('marks.org'),
      card: 'wide',
      render: (m) => (
        <>
          {m.orgName}
          <div className="mute">
            {m.product ? (
              <Link to={paths.product(county, m.product)}>{m.productName}</Link>
            ) : (
              t('marks.allOfCrop', { crop: m.cropName })
            )}
          </div>
        </>
      ),
    },
    { key: 'issuer', title: t('marks.issuer'), card: 'wide', render: (m) => m.issuer },
    {
      key: 'valid',
      title: t('marks.valid'),
      card: 'wide',
      render: (m) => (
        <>
          <span className="num">
            {m.validFrom} – {m.validUntil ?? t('marks.noEnd')}
          </span>{' '}
          {m.standing !== 'valid' && m.state === 'approved' ? (
            <StatusTag tone={m.standing === 'expired' ? 'stop' : 'wait'}>{t(standings[m.standing])}</StatusTag>
          ) : null}
        </>
      ),
    },
    {
      key: 'state',
      title: t('marks.state'),
      card: 'corner',
      render: (m) => (
        <>
          <StatusTag tone={tones[m.state]}>{say(markMoves.states[m.state])}</StatusTag>
          {m.moves.at(-1)?.reason ? <div className="mute">{m.moves.at(-1)?.reason}</div> : null}
        </>
      ),
    },
    {
      key: 'do',
      title: '',
      card: 'wide',
      render: (m) => (
        <span className="row-actions">
          {m.hasFile ? (
            <a href={urlOf(catalog.markPaper, { params: { county, id: m.id } })} download>
              {t('received.open')}
            </a>
          ) : null}
          {may(catalog.moveMark)
            ? markMoves.from(m.state).map((next) => (
                <Button
                  key={next.to}
                  size="small"
                  type={next.to === 'approved' ? 'primary' : 'default'}
                  loading={move.busy}
                  onClick={() =>
                    next.to === 'approved'
                      ? move.run({ params: { county, id: m.id }, body: { to: next.to } })
                      : setAsked({ of: m, to: next.to })
                  }
                >
                  {say(next.label)}
                </Button>
              ))
            : null}
        </span>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.marks')}
        about={t('marks.about')}
        actions={
          may(catalog.recordMark) ? (
            <Button type="primary" onClick={() => setRecording(true)}>
              {t('marks.add')}
            </Button>
          ) : null
        }
      />
      {move.error && !asked ? <ErrorState error={move.error} compact /> : null}
      <DataTable
        caption={t('menu.marks')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(m) => m.id}
        search={t('marks.search')}
        filters={[
          {
            key: 'kind',
            label: t('marks.kind'),
            options: markNames.map((value) => ({ value, label: say(markKinds[value].words) })),
          },
          {
            key: 'state',
            label: t('marks.state'),
            options: markStates.map((value) => ({ value, label: say(markMoves.states[value]) })),
          },
        ]}
        extra={
          <Checkbox
            checked={Boolean(state.get('ending'))}
            onChange={(event) => state.set({ ending: event.target.checked ? 'yes' : undefined, page: 1 })}
          >
            {t('marks.ending')}
          </Checkbox>
        }
        empty={{ title: t('marks.none'), words: t('marks.noneText') }}
      />
      <RecordMark open={recording} onClose={() => setRecording(false)} />
      <ConfirmWithReason
        open={Boolean(asked)}
        title={asked ? `${say(markKinds[asked.of.kind].words)} ${asked.of.number}` : ''}
        confirm={asked ? say(markMoves.states[asked.to]) : ''}
        danger={asked?.to === 'withdrawn'}
        busy={move.busy}
        error={move.error}
        onCancel={() => setAsked(undefined)}
        onConfirm={(reason) =>
          asked && move.run({ params: { county, id: asked.of.id }, body: { to: asked.to, reason } })
        }
      />
    </>
  );
}
