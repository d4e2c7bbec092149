import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { benefit, outcomeWords, sampleUnitWords } from '#benefit/contract';
import type { Sample } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { count, dayTime, today, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, ShortTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Facts, Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { outcomeTones } from './fair-tones.ts';
import { percent } from './percent.ts';

const question = (county: number, id: string) => ask('benefit', 'sample', { params: { county, id } });

export const loader = ahead((county, _, id) => [question(county, id)]);

/** One sample: what it says beside what is claimed, how it was drawn, and what each who was asked said. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const id = useParams().id ?? '';
  const query = useQuery(question(county, id));
  const [closing, setClosing] = useState(false);
  const close = useAct(api.benefit.closeSample, { onDone: () => setClosing(false) });
  return (
    <Answer query={query}>
      {(sample) => {
        const left = sample.size - sample.asked;
        const early = left > 0 && today() <= sample.dueOn;
        return (
          <>
            <PageHeader
              title={sample.number}
              tags={
                <StatusTag tone={sample.closedAt ? 'good' : 'wait'}>
                  {t(sample.closedAt ? 'sample.closed' : 'sample.open')}
                </StatusTag>
              }
              about={`${sample.regionName} · ${sample.fromMonth} – ${sample.toMonth} · ${say(sampleUnitWords[sample.unit])}`}
              back={{ to: paths.section(county, 'samples'), label: t('menu.samples') }}
              actions={
                !sample.closedAt && may(benefit.closeSample) ? (
                  <MoveButton
                    primary
                    label={t('sample.close')}
                    why={early ? t('sample.left', { n: left, day: sample.dueOn }) : undefined}
                    onClick={() => setClosing(true)}
                  />
                ) : null
              }
            />
            <Findings sample={sample} />
            <div className="columns">
              <div className="stack">
                <Items sample={sample} />
              </div>
              <div className="stack">
                <Part title={t('sample.draw')}>
                  <Facts
                    items={[
                      [t('sample.size'), t('sample.sizeOf', { population: sample.population, size: sample.size })],
                      [t('sample.confidence'), `${sample.confidenceBp / 100}%`],
                      [t('sample.margin'), `±${sample.marginBp / 100}%`],
                      [t('sample.due'), sample.dueOn],
                      [t('sample.draw'), `${sample.byName} ${dayTime(sample.drawnAt)}`],
                      [t('sample.seed'), <code key="seed">{sample.seed}</code>],
                    ]}
                  />
                  <p className="mute">{t('sample.seedWords', { n: sample.size })}</p>
                </Part>
              </div>
            </div>
            <Modal
              open={closing}
              title={t('sample.close')}
              okText={t('sample.close')}
              cancelText={t('action.cancel')}
              okButtonProps={{ loading: close.busy }}
              onOk={() => close.run({ params: { county, id } })}
              onCancel={() => setClosing(false)}
            >
              <p>{t('sample.closeWords')}</p>
              {close.error ? <ErrorState error={close.error} compact /> : null}
            </Modal>
          </>
        );
      }}
    </Answer>
  );
}

function Findings({ sample }: { sample: Sample }) {
  const { t } = useWords();
  const { estimate } = sample;
  return (
    <div className="figures">
      <Figure label={t('sample.claimed')} value={yuan(sample.claimedFen)} />
      <Figure
        label={t('sample.actual')}
        value={estimate ? yuan(estimate.actualFen) : '—'}
        tone="pine"
        note={
          estimate?.actualLowFen != null && estimate.actualHighFen != null
            ? t('sample.interval', { low: yuan(estimate.actualLowFen), high: yuan(estimate.actualHighFen) })
            : t('sample.none')
        }
      />
      <Figure
        label={t('sample.share')}
        value={estimate ? percent(estimate.share) : '—'}
        note={
          estimate ? t('sample.interval', { low: percent(estimate.shareLow), high: percent(estimate.shareHigh) }) : null
        }
      />
      <Figure
        label={t('sample.progress')}
        value={`${count(sample.asked)} / ${count(sample.size)}`}
        note={estimate?.unreachable ? t('sample.unreachable', { n: estimate.unreachable }) : null}
      />
    </div>
  );
}

function Items({ sample }: { sample: Sample }) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  type Item = Sample['items'][number];
  const proof = (id: string | null, label: string) =>
    id && may(benefit.proof) ? (
      <a key={id} href={`/api/counties/${county}/samples/${sample.id}/proofs/${id}`} target="_blank" rel="noreferrer">
        {label}{' '}
      </a>
    ) : null;
  const columns: Column<Item>[] = [
    { key: 'n', title: '#', render: (one) => <span className="num">{one.n}</span> },
    {
      key: 'village',
      title: t('sample.village'),
      card: 'title',
      render: (one) => <span className="nowrap">{one.villageName}</span>,
    },
    {
      key: 'claimed',
      title: t('sample.claimed'),
      align: 'right',
      render: (one) => <MoneyCell fen={one.claimedFen} />,
    },
    {
      key: 'actual',
      title: t('check.actual'),
      align: 'right',
      render: (one) => <MoneyCell fen={one.actualFen} tone="strong" />,
    },
    {
      key: 'checker',
      title: t('sample.checker'),
      render: (one) => <span className="nowrap">{one.checkerName}</span>,
    },
    { key: 'words', title: t('sample.words'), card: 'wide', render: (one) => one.words || '—' },
    {
      key: 'proofs',
      title: t('sample.proofs'),
      render: (one) => (
        <>
          {proof(one.photo, t('sample.photo'))}
          {proof(one.voice, t('sample.voice'))}
        </>
      ),
    },
    {
      key: 'outcome',
      title: t('sample.outcome'),
      card: 'corner',
      render: (one) => (
        <StatusTag tone={one.outcome ? outcomeTones[one.outcome] : 'quiet'}>
          {one.outcome ? say(outcomeWords[one.outcome]) : t('sample.waiting')}
        </StatusTag>
      ),
    },
  ];
  return (
    <Part title={t('sample.items')}>
      <ShortTable
        caption={t('sample.items')}
        rows={sample.items}
        rowKey={(one) => String(one.n)}
        empty="—"
        columns={columns}
      />
    </Part>
  );
}
