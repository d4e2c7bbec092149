import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { Link, useLocation, useParams } from 'react-router';
import { plotWarningWords, trace } from '#trace/contract';
import type { PlotDetail, Work } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { shortDay, today, weightRound } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { mu } from '../households/words.ts';
import { PlotState, usePlotSize } from './PlotCells.tsx';
import { Sketch } from './Sketch.tsx';
import { WorkLog } from './WorkLog.tsx';

const plot = (county: number, id: string) => ask('trace', 'plot', { params: { county, id } });

export const loader = ahead((county, _url, id) => [plot(county, id)]);

/** One plot: whether it may be harvested, what was done on it, what it is and was. */
export function Component() {
  const { t, say, locale } = useWords();
  const { county, may } = useCounty();
  const id = useParams().id ?? '';
  const query = useQuery(plot(county, id));
  const [ending, setEnding] = useState(false);
  const [striking, setStriking] = useState<Work>();
  const warnings = (useLocation().state as { warnings?: (keyof typeof plotWarningWords)[] } | null)?.warnings ?? [];
  const strike = useAct(api.trace.strikeWork, { onDone: () => setStriking(undefined) });
  return (
    <Answer query={query}>
      {(all) => {
        const one = all.plot;
        const worked = all.ended === null;
        return (
          <>
            <PageHeader
              title={one.name}
              tags={<PlotState plot={one} />}
              about={`${one.number} · ${one.ownerName} · ${one.villageName}`}
              back={{ to: paths.plots(county), label: t('menu.plots') }}
              actions={
                <>
                  {worked && may(trace.endPlot) ? (
                    <Button onClick={() => setEnding(true)}>{t('plot.end')}</Button>
                  ) : null}
                  {worked && may(trace.changePlot) ? (
                    <Link className="button-link" to={paths.editPlot(county, id)}>
                      {t('plot.edit')}
                    </Link>
                  ) : null}
                  {may(trace.recordWork) ? (
                    <Link className="button-link primary" to={paths.plotWork(county, id)}>
                      {t('work.add')}
                    </Link>
                  ) : null}
                </>
              }
            />
            {warnings.map((code) => (
              <p key={code} className="warn" role="status">
                {say(plotWarningWords[code])}
              </p>
            ))}
            {one.blocked ? (
              <p className="plot-blocked" role="status">
                {t('plot.blockedWords', {
                  ...{ plot: one.name, product: one.blocked.product },
                  day: shortDay(one.blocked.freeOn, locale),
                })}
              </p>
            ) : null}
            {all.ended ? (
              <p className="mute">{t('plot.endedOn', { day: all.ended.on, reason: all.ended.reason })}</p>
            ) : null}
            <div className="columns">
              <div className="stack">
                <Part title={t('plot.log')}>
                  <WorkLog
                    county={county}
                    plot={id}
                    works={all.works}
                    onStrike={may(trace.strikeWork) ? setStriking : undefined}
                    strikesSprays={may(trace.setPesticide)}
                  />
                </Part>
                {all.versions.length > 1 ? <Versions versions={all.versions} /> : null}
              </div>
              <div className="stack">
                <PlotFacts plot={one} />
              </div>
            </div>
            <EndDialog open={ending} county={county} id={id} from={one.from} onClose={() => setEnding(false)} />
            <ConfirmWithReason
              open={striking !== undefined}
              title={t('work.strike')}
              confirm={t('work.strike')}
              danger
              busy={strike.busy}
              error={strike.error}
              onConfirm={(reason) =>
                striking && strike.run({ params: { county, id, work: striking.id }, body: { reason } })
              }
              onCancel={() => {
                strike.reset();
                setStriking(undefined);
              }}
            >
              {t('work.strikeWords')}
            </ConfirmWithReason>
          </>
        );
      }}
    </Answer>
  );
}

function PlotFacts({ plot: one }: { plot: PlotDetail['plot'] }) {
  const { t, locale } = useWords();
  const { county } = useCounty();
  const size = usePlotSize();
  const owner = one.household ? (
    <Link to={paths.household(county, one.household, { tab: 'plots' })}>{one.ownerName || one.householdCode}</Link>
  ) : (
    one.ownerName
  );
  return (
    <Part title={t('plot.facts')}>
      {one.boundary ? <Sketch boundary={one.boundary} /> : null}
      <Facts
        items={[
          [t('household.crop'), one.cropName],
          [t('plot.size'), size(one)],
          [
            t('plot.boundary'),
            one.boundaryCentimu === null ? t('plot.noBoundary') : t('plot.drawn', { mu: mu(one.boundaryCentimu) }),
          ],
          [t('plot.yield'), weightRound(one.yieldGrams, locale, 'kg')],
          [t('plot.from'), one.from],
          [t('plot.owner'), owner],
        ]}
      />
    </Part>
  );
}

function Versions({ versions }: { versions: PlotDetail['versions'] }) {
  const { t, locale } = useWords();
  const size = usePlotSize();
  return (
    <Part title={t('plot.versions')}>
      <ShortTable
        caption={t('plot.versions')}
        rows={versions}
        rowKey={(v) => String(v.version)}
        empty=""
        columns={[
          {
            key: 'term',
            title: t('plot.from'),
            card: 'title',
            render: (v) => <span className="num">{t('plot.term', { from: v.from, to: v.to ?? t('plot.now') })}</span>,
          },
          { key: 'crop', title: t('household.crop'), render: (v) => v.cropName },
          { key: 'size', title: t('plot.size'), render: (v) => size(v) },
          { key: 'yield', title: t('plot.yield'), render: (v) => weightRound(v.yieldGrams, locale, 'kg') },
          { key: 'why', title: t('plot.why'), card: 'wide', render: (v) => v.reason ?? '—' },
        ]}
      />
    </Part>
  );
}

function EndDialog({
  open,
  county,
  id,
  from,
  onClose,
}: {
  open: boolean;
  county: number;
  id: string;
  from: string;
  onClose: () => void;
}) {
  const { t } = useWords();
  const [on, setOn] = useState(today());
  const act = useAct(api.trace.endPlot, { onDone: onClose });
  return (
    <ConfirmWithReason
      open={open}
      title={t('plot.end')}
      confirm={t('plot.end')}
      danger
      busy={act.busy}
      error={act.error}
      onConfirm={(reason) => act.run({ params: { county, id }, body: { on, reason } })}
      onCancel={() => {
        act.reset();
        onClose();
      }}
    >
      <p>{t('plot.endWords')}</p>
      <label htmlFor="end-on">{t('plot.endOn')}</label>
      <Input
        id="end-on"
        type="date"
        min={from}
        max={today()}
        value={on}
        onChange={(event) => setOn(event.target.value)}
      />
    </ConfirmWithReason>
  );
}
