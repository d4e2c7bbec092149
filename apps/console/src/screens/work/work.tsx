import { useQuery } from '@tanstack/react-query';
import { Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { agreementMakers, benefit, mostUnits, payUnitWords } from '#benefit/contract';
import type { WorkSheet } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { addDays, today, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { useActableOrganisations } from '../../parts/organisations.ts';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, EmptyState, ErrorState } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { useCounty } from '../../session/session.ts';

type Worker = WorkSheet['workers'][number];

/** What an employer's workers did on a day, on a phone at the gate. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const orgs = useActableOrganisations(agreementMakers.employment);
  const org = state.get('org') ?? orgs[0]?.value;
  const day = state.get('day') ?? today();
  const query = useQuery({
    ...ask('benefit', 'workSheet', { params: { county }, query: { org: org ?? '', day } }),
    enabled: org !== undefined,
  });
  return (
    <>
      <PageHeader title={t('menu.work')} about={t('labour.about')} />
      <div className="list-tools">
        {orgs.length > 1 ? (
          <Select
            aria-label={t('labour.org')}
            value={org}
            options={orgs}
            showSearch
            optionFilterProp="label"
            onChange={(value) => state.set({ org: value })}
          />
        ) : null}
        <span className="day-steps">
          <Button aria-label={t('labour.before')} onClick={() => state.set({ day: addDays(day, -1) })}>
            ‹
          </Button>
          <Input
            type="date"
            aria-label={t('labour.day')}
            value={day}
            max={today()}
            onChange={(event) => state.set({ day: event.target.value })}
          />
          <Button
            aria-label={t('labour.after')}
            disabled={day >= today()}
            onClick={() => state.set({ day: addDays(day, 1) })}
          >
            ›
          </Button>
        </span>
      </div>
      {org ? (
        <Answer query={query}>{(sheet) => <Sheet key={`${sheet.org} ${sheet.day}`} sheet={sheet} />}</Answer>
      ) : (
        <EmptyState title={t('labour.none')}>{t('labour.noneWords')}</EmptyState>
      )}
    </>
  );
}

function Sheet({ sheet }: { sheet: WorkSheet }) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const { org, day, workers } = sheet;
  const [written, setWritten] = useState<Record<string, number | null>>({});
  const [back, setBack] = useState<Worker>();
  const record = useAct(api.benefit.recordCounts, { onDone: () => setWritten({}) });
  const take = useAct(api.benefit.takePacking);
  const reverse = useAct(api.benefit.reverseCount, { onDone: () => setBack(undefined) });
  if (workers.length === 0) return <EmptyState title={t('labour.none')}>{t('labour.noneWords')}</EmptyState>;
  const counts = workers.flatMap(({ household, member }) => {
    const units = written[member];
    return units ? { household, member, units } : [];
  });
  const packed = workers.some((one) => one.packed !== null);
  const writes = may(benefit.recordCounts);
  return (
    <Part title={t('labour.workers')} question={sheet.orgName} flush>
      <ul className="work-sheet">
        {workers.map((one) => {
          const name = `${one.householdCode} ${one.nameMasked}`;
          const unit = say(payUnitWords[one.per]);
          return (
            <li key={one.member}>
              <div>
                <b>
                  {one.nameMasked} <span className="mute">{t(`relation.${one.relation}`)}</span>
                </b>{' '}
                <span className="num mute">{one.householdCode}</span>
                <div className="mute">
                  {one.job} · <span className="num">{t('labour.pay', { yuan: yuan(one.fenPerUnit), unit })}</span>
                  {one.packed !== null ? <> · {t('labour.packed', { n: String(one.packed) })}</> : null}
                </div>
              </div>
              {one.count ? (
                <div className="work-done">
                  <b className="num">
                    {one.units} {unit}
                  </b>
                  {one.payroll ? (
                    <StatusTag tone="quiet">{t('labour.inPayroll', { number: one.payroll })}</StatusTag>
                  ) : null}
                  {writes ? (
                    <Button size="small" type="text" onClick={() => setBack(one)}>
                      {t('labour.back')}
                    </Button>
                  ) : null}
                </div>
              ) : (
                <InputNumber
                  min={1}
                  max={mostUnits[one.per]}
                  precision={0}
                  inputMode="numeric"
                  aria-label={t('labour.units', { name })}
                  suffix={unit}
                  disabled={!writes}
                  value={written[one.member] ?? null}
                  onChange={(value) => setWritten({ ...written, [one.member]: value })}
                />
              )}
            </li>
          );
        })}
      </ul>
      {record.error || take.error ? <ErrorState error={record.error ?? take.error} compact /> : null}
      {writes ? (
        <div className="work-acts">
          <MoveButton
            label={t('labour.take')}
            why={sheet.over ? (packed ? undefined : t('labour.takeNone')) : t('labour.takeLater')}
            loading={take.busy}
            onClick={() => take.run({ params: { county }, body: { org, day } })}
          />
          <MoveButton
            primary
            label={t('labour.save', { n: String(counts.length) })}
            why={counts.length > 0 ? undefined : t('labour.saveNone')}
            loading={record.busy}
            onClick={() => record.run({ params: { county }, body: { org, day, counts } })}
          />
        </div>
      ) : null}
      <ConfirmWithReason
        open={back !== undefined}
        title={t('labour.back')}
        label={t('payroll.reason')}
        confirm={t('labour.back')}
        busy={reverse.busy}
        error={reverse.error}
        onConfirm={(reason) => {
          if (back?.count) reverse.run({ params: { county, id: back.count }, body: { reason } });
        }}
        onCancel={() => setBack(undefined)}
      >
        {t('labour.backWords')}
      </ConfirmWithReason>
    </Part>
  );
}
