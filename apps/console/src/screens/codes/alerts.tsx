import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { alertKinds, alertMoves, alertStates, alertWords, trace } from '#trace/contract';
import type { CodeAlert } from '../../api/answers.ts';
import { ahead, ask, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { CountCell } from '../../parts/money.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { alertTones } from './alert-tones.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('trace', 'codeAlerts', {
    params: { county },
    query: {
      ...pageOf(url),
      state: oneOf(alertStates, url.get('state')),
      kind: oneOf(alertKinds, url.get('kind')),
      lot: url.get('lot') ?? undefined,
    },
  });
const rule = (county: number) => ask('trace', 'scanRule', { params: { county } });

export const loader = ahead((county, url) => [list(county, url), rule(county)]);

/** What looks at codes say is wrong, and the rule that says so. */
export function Component() {
  const { t, say, listed } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const rules = useQuery(rule(county));
  const [changing, setChanging] = useState(false);
  const columns: Column<CodeAlert>[] = [
    { key: 'kind', title: t('alert.kind'), card: 'title', render: (a) => say(alertWords[a.kind]) },
    {
      key: 'state',
      title: t('alert.state'),
      card: 'corner',
      render: (a) => <StatusTag tone={alertTones[a.state]}>{say(alertMoves.states[a.state])}</StatusTag>,
    },
    { key: 'lot', title: t('alert.lot'), render: (a) => <span className="num">{a.lotNumber}</span> },
    {
      key: 'pack',
      title: t('alert.pack'),
      align: 'right',
      render: (a) => (a.pack === 0 ? t('alert.wholeLot') : <CountCell n={a.pack} />),
    },
    { key: 'scans', title: t('alert.scans'), align: 'right', render: (a) => <CountCell n={a.scans} /> },
    { key: 'provinces', title: t('alert.provinces'), render: (a) => listed(a.provinces) || '—' },
    {
      key: 'last',
      title: t('alert.lastAt'),
      card: 'wide',
      render: (a) => <span className="num">{dayTime(a.lastAt)}</span>,
    },
  ];
  return (
    <div className="stack">
      <PageHeader title={t('menu.codeAlerts')} about={t('alert.about')} />
      <DataTable
        caption={t('menu.codeAlerts')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(a) => a.id}
        rowHref={(a) => paths.codeAlert(county, a.id)}
        filters={[
          {
            key: 'state',
            label: t('alert.state'),
            options: alertStates.map((value) => ({ value, label: say(alertMoves.states[value]) })),
          },
          {
            key: 'kind',
            label: t('alert.kind'),
            options: alertKinds.map((value) => ({ value, label: say(alertWords[value]) })),
          },
        ]}
        empty={{ title: t('alert.none'), words: t('alert.noneWords') }}
      />
      <Answer query={rules} rows={1}>
        {(known) => (
          <Part
            title={t('alert.rule', { name: known.name })}
            more={
              may(trace.setScanRule) ? <Button onClick={() => setChanging(true)}>{t('alert.ruleChange')}</Button> : null
            }
          >
            <p>{t('alert.ruleWords', known)}</p>
            <ChangeRule open={changing} rule={known} onClose={() => setChanging(false)} />
          </Part>
        )}
      </Answer>
    </div>
  );
}

type Rule = { name: string; provinces: number; scans: number; days: number; often: number };

function ChangeRule({ open, rule: known, onClose }: { open: boolean; rule: Rule; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Rule>();
  const act = useAct(api.trace.setScanRule, { onDone: onClose });
  const limits = { provinces: [2, 34], scans: [2, 1000], days: [1, 730], often: [2, 100_000] } as const;
  const labels = {
    provinces: t('alert.ruleProvinces'),
    scans: t('alert.ruleScans'),
    days: t('alert.ruleDays'),
    often: t('alert.ruleOften'),
  };
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={open}
      title={t('alert.ruleChange')}
      okText={t('alert.ruleSave')}
      onClose={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={known}
        onFinish={(body) => act.run({ params: { county }, body })}
      >
        <Form.Item name="name" label={t('alert.ruleName')} rules={[{ required: true, whitespace: true }]}>
          <Input maxLength={60} />
        </Form.Item>
        {(Object.keys(limits) as (keyof typeof limits)[]).map((name) => (
          <Form.Item key={name} name={name} label={labels[name]} rules={[{ required: true }]}>
            <InputNumber min={limits[name][0]} max={limits[name][1]} precision={0} />
          </Form.Item>
        ))}
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
