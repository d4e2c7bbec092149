import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { agreementMakers, benefit, payrollMoves, payrollStates } from '#benefit/contract';
import { payments, paymentWords } from '#trace/contract';
import type { PayrollRow } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { useActableOrganisations } from '../../parts/organisations.ts';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { payrollTones } from './payroll-tones.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('benefit', 'payrolls', {
    params: { county },
    query: { ...pageOf(url), state: oneOf(payrollStates, url.get('state')), org: given(url, 'org') },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** Payrolls, the newest first. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [drawing, setDrawing] = useState(false);
  const columns: Column<PayrollRow>[] = [
    {
      key: 'number',
      title: t('payroll.number'),
      card: 'title',
      width: 130,
      render: (p) => (
        <Link className="num" to={paths.payroll(county, p.id)}>
          {p.number}
        </Link>
      ),
    },
    { key: 'org', title: t('payroll.org'), card: 'wide', render: (p) => p.orgName },
    {
      key: 'period',
      title: t('payroll.period'),
      card: 'wide',
      render: (p) => (
        <span className="num">
          {p.from} – {p.to}
        </span>
      ),
    },
    {
      key: 'workers',
      title: t('payroll.workers'),
      align: 'right',
      render: (p) => <span className="num">{p.workers}</span>,
    },
    { key: 'fen', title: t('payroll.fen'), align: 'right', render: (p) => <MoneyCell fen={p.fen} tone="strong" /> },
    {
      key: 'state',
      title: t('payroll.state'),
      card: 'corner',
      width: 150,
      render: (p) => <StatusTag tone={payrollTones[p.state]}>{say(payrollMoves.states[p.state])}</StatusTag>,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.payrolls')}
        about={t('payroll.about')}
        actions={
          may(benefit.drawPayroll) ? (
            <Button type="primary" onClick={() => setDrawing(true)}>
              {t('payroll.new')}
            </Button>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.payrolls')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(p) => p.id}
        filters={[
          {
            key: 'state',
            label: t('payroll.state'),
            options: payrollStates.map((value) => ({ value, label: say(payrollMoves.states[value]) })),
          },
        ]}
        empty={{ title: t('payroll.empty'), words: t('payroll.about') }}
      />
      <DrawPayroll open={drawing} onClose={() => setDrawing(false)} />
    </>
  );
}

interface Values {
  org: string;
  from: string;
  to: string;
  paid: (typeof payments)[number];
}

function DrawPayroll({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const orgs = useActableOrganisations(agreementMakers.employment);
  const draw = useAct(api.benefit.drawPayroll, {
    onDone: (made) => void navigate(paths.payroll(county, made.id)),
  });
  return (
    <FormModal
      open={open}
      title={t('payroll.new')}
      okText={t('payroll.new')}
      form={form}
      busy={draw.busy}
      onClose={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ org: orgs[0]?.value, from: `${today().slice(0, 8)}01`, to: today(), paid: 'later' }}
        onFinish={(values: Values) => draw.run({ params: { county }, body: values })}
      >
        <Form.Item name="org" label={t('payroll.org')} rules={[{ required: true }]}>
          <Select options={orgs} showSearch optionFilterProp="label" />
        </Form.Item>
        <div className="form-row">
          <Form.Item name="from" label={t('payroll.from')} rules={[{ required: true }]}>
            <Input type="date" />
          </Form.Item>
          <Form.Item name="to" label={t('payroll.to')} rules={[{ required: true }]}>
            <Input type="date" />
          </Form.Item>
        </div>
        <Form.Item name="paid" label={t('payroll.paidBy')} extra={t('payroll.paidHint')}>
          <Select options={payments.map((value) => ({ value, label: say(paymentWords[value]) }))} />
        </Form.Item>
        <FormProblem error={draw.error} form={form} />
      </Form>
    </FormModal>
  );
}
