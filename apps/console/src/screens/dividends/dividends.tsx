import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { agreementMakers, benefit, dividendAlertWords, dividendMoves, dividendStates } from '#benefit/contract';
import { payments, paymentWords } from '#trace/contract';
import type { DividendAlert, DividendRow } from '../../api/answers.ts';
import { ask, given, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { addDays, today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, DataTable, ShortTable } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { useActableOrganisations } from '../../parts/organisations.ts';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { dividendTones } from '../work/payroll-tones.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('benefit', 'dividends', {
    params: { county },
    query: { ...pageOf(url), state: oneOf(dividendStates, url.get('state')), org: given(url, 'org') },
  });

/** 435 → 4.35 % */
export const percent = (bp: number): string => `${(bp / 100).toFixed(2)} %`;

/** Dividends, what is too low for the county to pass over, and the bank's rates they are compared with. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [declaring, setDeclaring] = useState(false);
  const columns: Column<DividendRow>[] = [
    {
      key: 'number',
      title: t('dividend.number'),
      card: 'title',
      width: 120,
      render: (d) => (
        <Link className="num" to={paths.dividend(county, d.id)}>
          {d.number}
        </Link>
      ),
    },
    { key: 'org', title: t('dividend.org'), card: 'wide', render: (d) => d.orgName },
    {
      key: 'period',
      title: t('dividend.period'),
      card: 'wide',
      render: (d) => (
        <span className="num">
          {d.from} – {d.to}
        </span>
      ),
    },
    {
      key: 'bank',
      title: t('dividend.bank'),
      align: 'right',
      render: (d) => <span className="num">{percent(d.bankBp)}</span>,
    },
    { key: 'fen', title: t('dividend.fen'), align: 'right', render: (d) => <MoneyCell fen={d.fen} tone="strong" /> },
    {
      key: 'state',
      title: t('dividend.state'),
      card: 'corner',
      width: 200,
      render: (d) => (
        <>
          <StatusTag tone={dividendTones[d.state]}>{say(dividendMoves.states[d.state])}</StatusTag>
          {d.openAlerts > 0 ? (
            <StatusTag tone="stop">{t('dividend.alertOpen', { n: String(d.openAlerts) })}</StatusTag>
          ) : null}
        </>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.dividends')}
        about={t('dividend.about')}
        actions={
          may(benefit.declareDividend) ? (
            <Button type="primary" onClick={() => setDeclaring(true)}>
              {t('dividend.new')}
            </Button>
          ) : null
        }
      />
      <div className="stack">
        {may(benefit.dividendAlerts) ? <Alerts /> : null}
        <DataTable
          caption={t('menu.dividends')}
          columns={columns}
          state={state}
          query={query}
          rowKey={(d) => d.id}
          filters={[
            {
              key: 'state',
              label: t('dividend.state'),
              options: dividendStates.map((value) => ({ value, label: say(dividendMoves.states[value]) })),
            },
          ]}
          empty={{ title: t('dividend.empty'), words: t('dividend.about') }}
        />
        <Rates />
      </div>
      <Declare open={declaring} onClose={() => setDeclaring(false)} />
    </>
  );
}

function Alerts() {
  const { t } = useWords();
  const { county } = useCounty();
  const query = useQuery(ask('benefit', 'dividendAlerts', { params: { county } }));
  const open = query.data?.filter((one) => one.answer === null) ?? [];
  if (open.length === 0) return null;
  return (
    <Part title={t('dividend.alerts')}>
      <AlertTable alerts={open} />
    </Part>
  );
}

/** Alerts with the county's answers, or the button to give one. */
export function AlertTable({ alerts }: { alerts: readonly DividendAlert[] }) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const [asked, setAsked] = useState<DividendAlert>();
  const answer = useAct(api.benefit.answerDividendAlert, { onDone: () => setAsked(undefined) });
  return (
    <>
      <ShortTable
        caption={t('dividend.alerts')}
        rows={alerts}
        rowKey={(one) => one.id}
        empty={t('dividend.noAlerts')}
        columns={[
          {
            key: 'kind',
            title: t('dividend.state'),
            card: 'title',
            width: 150,
            render: (one) => <StatusTag tone="stop">{say(dividendAlertWords[one.kind])}</StatusTag>,
          },
          {
            key: 'what',
            title: t('dividend.yearly'),
            card: 'wide',
            render: (one) => (
              <>
                <b className="num">
                  {t('dividend.alert', {
                    paid: percent(one.paidBp),
                    what: t(one.kind === 'below_bank' ? 'dividend.bank' : 'dividend.floorWould'),
                    least: percent(one.leastBp),
                  })}
                </b>
                <div className="mute">
                  {one.orgName}{' '}
                  <Link className="num" to={paths.dividend(county, one.dividend)}>
                    {one.dividendNumber}
                  </Link>{' '}
                  <Link className="num" to={paths.agreement(county, one.agreement)}>
                    {one.agreementNumber}
                  </Link>
                </div>
                {one.answer ? (
                  <p>
                    {one.answeredName}：{one.answer}
                  </p>
                ) : null}
              </>
            ),
          },
          {
            key: 'do',
            title: '',
            card: 'wide',
            width: 100,
            render: (one) =>
              one.answer === null && may(benefit.answerDividendAlert) ? (
                <Button size="small" onClick={() => setAsked(one)}>
                  {t('dividend.answer')}
                </Button>
              ) : null,
          },
        ]}
      />
      <ConfirmWithReason
        open={asked !== undefined}
        title={t('dividend.answer')}
        label={t('dividend.answer')}
        confirm={t('dividend.answer')}
        busy={answer.busy}
        error={answer.error}
        onConfirm={(words) => {
          if (asked) answer.run({ params: { county, id: asked.id }, body: { answer: words } });
        }}
        onCancel={() => setAsked(undefined)}
      >
        {t('dividend.answerWords')}
      </ConfirmWithReason>
    </>
  );
}

function Rates() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const query = useQuery(ask('benefit', 'depositRates', { params: { county } }));
  const [adding, setAdding] = useState(false);
  const [form] = Form.useForm<{ day: string; percent: number; source: string }>();
  const set = useAct(api.benefit.setDepositRate, { onDone: () => setAdding(false) });
  return (
    <Part
      title={t('dividend.rates')}
      question={t('dividend.ratesQuestion')}
      more={
        may(benefit.setDepositRate) ? <Button onClick={() => setAdding(true)}>{t('dividend.addRate')}</Button> : null
      }
    >
      <Answer query={query} rows={2}>
        {(rates) => (
          <ShortTable
            caption={t('dividend.rates')}
            rows={rates}
            rowKey={(one) => one.id}
            empty={t('dividend.noRates')}
            columns={[
              {
                key: 'day',
                title: t('dividend.rateDay'),
                card: 'title',
                render: (one) => <span className="num">{one.day}</span>,
              },
              {
                key: 'bp',
                title: t('dividend.rate'),
                card: 'corner',
                render: (one) => <b className="num">{percent(one.bp)}</b>,
              },
              {
                key: 'source',
                title: t('dividend.rateSource'),
                card: 'wide',
                render: (one) => (
                  <>
                    {one.source} <span className="mute">{one.byName}</span>
                  </>
                ),
              },
            ]}
          />
        )}
      </Answer>
      <FormModal
        open={adding}
        title={t('dividend.addRate')}
        form={form}
        busy={set.busy}
        onClose={() => setAdding(false)}
      >
        <Form
          form={form}
          layout="vertical"
          initialValues={{ day: today() }}
          onFinish={({ day, percent, source }) =>
            set.run({ params: { county }, body: { day, bp: Math.round(percent * 100), source } })
          }
        >
          <Form.Item name="day" label={t('dividend.rateDay')} rules={[{ required: true }]}>
            <Input type="date" max={today()} />
          </Form.Item>
          <Form.Item name="percent" label={t('dividend.rate')} rules={[{ required: true }]}>
            <InputNumber min={0.01} max={20} precision={2} inputMode="decimal" />
          </Form.Item>
          <Form.Item name="source" label={t('dividend.rateSource')} rules={[{ required: true, min: 2 }]}>
            <Input maxLength={200} />
          </Form.Item>
          <FormProblem error={set.error} form={form} fields={{ bp: 'percent' }} />
        </Form>
      </FormModal>
    </Part>
  );
}

interface Values {
  org: string;
  from: string;
  to: string;
  recordDay: string;
  common?: number | null;
  preferred?: number | null;
  profit: number;
  paid: (typeof payments)[number];
}

const fenOf = (yuan: number | null | undefined): number | null => (yuan ? Math.round(yuan * 100) : null);

function Declare({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const orgs = useActableOrganisations(agreementMakers.shareholding);
  const act = useAct(api.benefit.declareDividend, {
    onDone: (made) => void navigate(paths.dividend(county, made.id)),
  });
  const money = <InputNumber min={0.01} precision={2} inputMode="decimal" />;
  return (
    <FormModal
      open={open}
      title={t('dividend.new')}
      okText={t('dividend.new')}
      form={form}
      busy={act.busy}
      onClose={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{
          ...{ org: orgs[0]?.value, from: addDays(today(), -364), to: today(), recordDay: today(), paid: 'later' },
        }}
        onFinish={({ common, preferred, profit, ...values }: Values) =>
          act.run({
            params: { county },
            body: {
              ...values,
              ...{ commonFen: fenOf(common), preferredFen: fenOf(preferred), profitFen: fenOf(profit) ?? 1 },
            },
          })
        }
      >
        <Form.Item name="org" label={t('dividend.org')} rules={[{ required: true }]}>
          <Select options={orgs} showSearch optionFilterProp="label" />
        </Form.Item>
        <div className="form-row">
          <Form.Item name="from" label={t('dividend.from')} rules={[{ required: true }]}>
            <Input type="date" />
          </Form.Item>
          <Form.Item name="to" label={t('dividend.to')} rules={[{ required: true }]}>
            <Input type="date" max={today()} />
          </Form.Item>
          <Form.Item name="recordDay" label={t('dividend.recordDay')} rules={[{ required: true }]}>
            <Input type="date" max={today()} />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="common" label={t('dividend.common')}>
            {money}
          </Form.Item>
          <Form.Item name="preferred" label={t('dividend.preferred')}>
            {money}
          </Form.Item>
          <Form.Item name="profit" label={t('dividend.profit')} rules={[{ required: true }]}>
            {money}
          </Form.Item>
        </div>
        <Form.Item name="paid" label={t('payroll.paidBy')} extra={t('payroll.paidHint')}>
          <Select options={payments.map((value) => ({ value, label: say(paymentWords[value]) }))} />
        </Form.Item>
        <FormProblem
          error={act.error}
          form={form}
          fields={{ commonFen: 'common', preferredFen: 'preferred', profitFen: 'profit' }}
        />
      </Form>
    </FormModal>
  );
}
