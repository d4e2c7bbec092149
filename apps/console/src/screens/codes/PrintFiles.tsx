import { useQuery } from '@tanstack/react-query';
import { App, Button, Segmented } from 'antd';
import { useState } from 'react';
import { type LabelSize, labelSizes, type PrintFormat, printFormats, trace } from '#trace/contract';
import type { Lot } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { count, dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { SmallNumber } from '../../parts/SmallNumber.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

const formats = Object.keys(printFormats) as PrintFormat[];
const sizes = Object.keys(labelSizes) as LabelSize[];

/** Codes of a lot as a file, who took which, and new codes for those that were stolen. */
export function PrintFiles({ lot }: { lot: Lot }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const { message } = App.useApp();
  const packs = lot.packs ?? 1;
  const [from, setFrom] = useState(1);
  const [to, setTo] = useState(packs);
  const [format, setFormat] = useState<PrintFormat>('csv');
  const [size, setSize] = useState<LabelSize>('60x40');
  const [sheet, setSheet] = useState<'roll' | 'a4'>('a4');
  const [renewing, setRenewing] = useState(false);
  const jobs = useQuery(ask('trace', 'printJobs', { params: { county, id: lot.id } }));
  const fileOf = (id: string) => `/api/counties/${county}/print-jobs/${id}/file`;
  const make = useAct(api.trace.makePrintJob, {
    onDone: ({ id, codes }) => {
      void message.success(t('print.ready', { n: count(codes) }));
      location.assign(fileOf(id));
    },
  });
  const renew = useAct(api.trace.reissueCodes, {
    onDone: (done) => {
      setRenewing(false);
      void message.success(t('reissue.done', { from: done.from }));
    },
  });
  const { most } = printFormats[format];
  return (
    <Part
      title={t('print.title')}
      question={t('print.words')}
      more={
        may(trace.reissueCodes) ? (
          <Button danger onClick={() => setRenewing(true)}>
            {t('reissue.title')}
          </Button>
        ) : null
      }
    >
      {may(trace.makePrintJob) ? (
        <>
          <div className="label-tools">
            <SmallNumber label={t('print.from')} max={packs} value={from} onChange={setFrom} />
            <SmallNumber label={t('print.to')} max={packs} value={to} onChange={setTo} />
            <Segmented
              size="small"
              aria-label={t('print.format')}
              options={formats.map((value) => ({ value, label: value.toUpperCase() }))}
              value={format}
              onChange={setFormat}
            />
            {format === 'csv' ? null : (
              <>
                <Segmented
                  size="small"
                  aria-label={t('label.size')}
                  options={sizes.map((value) => ({ value, label: value.replace('x', '×') }))}
                  value={size}
                  onChange={setSize}
                />
                <Segmented
                  size="small"
                  aria-label={t('print.sheet')}
                  options={[
                    { value: 'a4', label: t('print.a4') },
                    { value: 'roll', label: t('print.roll') },
                  ]}
                  value={sheet}
                  onChange={(value) => setSheet(value as 'roll' | 'a4')}
                />
              </>
            )}
            <Button
              type="primary"
              loading={make.busy}
              disabled={to < from || to - from + 1 > most}
              onClick={() => make.run({ params: { county, id: lot.id }, body: { from, to, format, size, sheet } })}
            >
              {t('print.take')}
            </Button>
          </div>
          {to - from + 1 > most ? <p className="hint">{t('print.most', { n: count(most) })}</p> : null}
          {make.error ? <ErrorState error={make.error} compact /> : null}
        </>
      ) : null}
      <Answer query={jobs} rows={2}>
        {(rows) => (
          <ShortTable
            caption={t('print.jobs')}
            rows={rows}
            rowKey={(job) => job.id}
            empty={t('print.noJobs')}
            columns={[
              {
                key: 'range',
                title: t('print.range'),
                card: 'title',
                render: (job) => (
                  <span className="num">
                    {job.from}–{job.to}
                  </span>
                ),
              },
              {
                key: 'format',
                title: t('print.format'),
                render: (job) =>
                  job.format === 'csv'
                    ? 'CSV'
                    : `${job.format.toUpperCase()} ${job.size.replace('x', '×')} ${t(`print.${job.sheet}`)}`,
              },
              { key: 'by', title: t('print.by'), render: (job) => job.byName },
              {
                key: 'at',
                title: t('print.at'),
                card: 'wide',
                render: (job) => <span className="num">{dayTime(job.at)}</span>,
              },
            ]}
          />
        )}
      </Answer>
      <ConfirmWithReason
        open={renewing}
        title={t('reissue.title')}
        confirm={t('reissue.title')}
        danger
        busy={renew.busy}
        error={renew.error}
        onCancel={() => setRenewing(false)}
        onConfirm={(reason) => renew.run({ params: { county, id: lot.id }, body: { from, reason } })}
      >
        <p>{t('reissue.words')}</p>
        <SmallNumber label={t('reissue.from')} max={packs} value={from} onChange={setFrom} />
      </ConfirmWithReason>
    </Part>
  );
}
