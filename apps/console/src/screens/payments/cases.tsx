import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import {
  differenceKinds,
  differenceKindWords,
  differenceMoves,
  differenceStates,
  feeBearerWords,
  trade,
} from '#trade/contract';
import type { BillRow, BorneRow, DifferenceRow } from '../../api/answers.ts';
import { ahead, ask, monthOf, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { addDays, dayTime, today, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable, ShortTable } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { caseTones, wordOf } from './words.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('trade', 'reconcileCases', {
    params: { county },
    query: {
      ...pageOf(url),
      state: oneOf(differenceStates, url.get('state')),
      kind: oneOf(differenceKinds, url.get('kind')),
    },
  });
const bills = (county: number, url: URLSearchParams) =>
  ask('trade', 'bills', { params: { county }, query: { month: monthOf(url, 'month') } });

export const loader = ahead((county, url) => [list(county, url), bills(county, url)]);

/** What does not agree with the providers' bills and the bank, and the bills themselves with their fees. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const billQuery = useQuery({ ...bills(county, state.params), placeholderData: keepPreviousData });
  const [comparing, setComparing] = useState(false);
  const columns: Column<DifferenceRow>[] = [
    {
      key: 'kind',
      title: t('difference.kind'),
      card: 'title',
      render: (c) => say(differenceKindWords[c.kind]),
    },
    {
      key: 'state',
      title: t('difference.state'),
      card: 'corner',
      render: (c) => <StatusTag tone={caseTones[c.state] ?? 'quiet'}>{say(differenceMoves.states[c.state])}</StatusTag>,
    },
    { key: 'provider', title: t('pays.provider'), render: (c) => wordOf(t, 'provider', c.provider) },
    { key: 'day', title: t('difference.day'), render: (c) => <span className="num">{c.day}</span> },
    { key: 'ours', title: t('difference.ours'), align: 'right', render: (c) => <MoneyCell fen={c.ourFen} /> },
    { key: 'theirs', title: t('difference.theirs'), align: 'right', render: (c) => <MoneyCell fen={c.theirFen} /> },
    {
      key: 'diff',
      title: t('difference.diff'),
      align: 'right',
      render: (c) => <MoneyCell fen={c.theirFen - c.ourFen} tone="strong" />,
    },
    {
      key: 'opened',
      title: t('difference.openedAt'),
      card: 'wide',
      render: (c) => <span className="num">{dayTime(c.openedAt)}</span>,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.differences')}
        about={t('difference.about')}
        actions={
          may(trade.compareBill) ? (
            <Button type="primary" onClick={() => setComparing(true)}>
              {t('bill.run')}
            </Button>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.differences')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(c) => c.id}
        rowHref={(c) => paths.reconcileCase(county, c.id)}
        filters={[
          {
            key: 'state',
            label: t('difference.state'),
            options: differenceStates.map((value) => ({ value, label: say(differenceMoves.states[value]) })),
          },
          {
            key: 'kind',
            label: t('difference.kind'),
            options: differenceKinds.map((value) => ({ value, label: say(differenceKindWords[value]) })),
          },
        ]}
        empty={{ title: t('difference.empty'), words: t('difference.emptyWords') }}
      />
      <Part
        title={t('bill.title')}
        question={
          billQuery.data?.rows.length ? t('bill.feeSum', { yuan: yuan(billQuery.data.feeFen) }) : t('bill.question')
        }
        flush
      >
        <ShortTable<BillRow>
          caption={t('bill.title')}
          rows={billQuery.data?.rows ?? []}
          rowKey={(b) => `${b.provider}-${b.day}`}
          empty={billQuery.isPending ? '…' : t('bill.empty')}
          columns={[
            { key: 'day', title: t('bill.day'), card: 'title', render: (b) => <span className="num">{b.day}</span> },
            { key: 'provider', title: t('pays.provider'), render: (b) => wordOf(t, 'provider', b.provider) },
            {
              key: 'differences',
              title: t('bill.differences'),
              card: 'corner',
              render: (b) => <StatusTag tone={b.differences > 0 ? 'stop' : 'good'}>{b.differences}</StatusTag>,
            },
            {
              key: 'theirs',
              title: t('bill.theirPayments'),
              align: 'right',
              render: (b) => <MoneyCell fen={b.paymentsFen} />,
            },
            {
              key: 'ours',
              title: t('bill.ourPayments'),
              align: 'right',
              render: (b) => <MoneyCell fen={b.ourPaymentsFen} />,
            },
            {
              key: 'theirBack',
              title: t('bill.theirRefunds'),
              align: 'right',
              render: (b) => <MoneyCell fen={b.refundsFen} />,
            },
            {
              key: 'ourBack',
              title: t('bill.ourRefunds'),
              align: 'right',
              render: (b) => <MoneyCell fen={b.ourRefundsFen} />,
            },
            {
              key: 'billFee',
              title: t('bill.billFee'),
              align: 'right',
              render: (b) => <MoneyCell fen={b.billFeeFen} />,
            },
            {
              key: 'fee',
              title: t('bill.fee'),
              align: 'right',
              render: (b) => <MoneyCell fen={b.feeFen} tone="strong" />,
            },
            {
              key: 'booked',
              title: t('bill.booked'),
              align: 'right',
              render: (b) => <MoneyCell fen={b.bookedFen} />,
            },
            {
              key: 'borne',
              title: t('bill.borneBy'),
              card: 'wide',
              render: (b) => <BorneBy bill={b} />,
            },
          ]}
        />
      </Part>
      <Part title={t('bill.borne')} question={t('bill.borneWords')} flush>
        <ShortTable<BorneRow>
          caption={t('bill.borne')}
          rows={billQuery.data?.borne ?? []}
          rowKey={(b) => `${b.bearer}-${b.org ?? ''}`}
          empty={billQuery.isPending ? '…' : t('bill.borneNone')}
          columns={[
            {
              key: 'bearer',
              title: t('bill.bearer'),
              card: 'title',
              render: (b) => b.orgName ?? say(feeBearerWords[b.bearer]),
            },
            {
              key: 'rows',
              title: t('bill.borneRows'),
              align: 'right',
              render: (b) => <span className="num">{b.rows}</span>,
            },
            {
              key: 'fen',
              title: t('bill.borneFen'),
              align: 'right',
              card: 'corner',
              render: (b) => <MoneyCell fen={b.fen} tone="strong" />,
            },
          ]}
        />
      </Part>
      <CompareBill open={comparing} onClose={() => setComparing(false)} />
    </>
  );
}

/** Who bore what of a bill's fee in this county; whoever bore nothing is not named. */
function BorneBy({ bill }: { bill: BillRow }) {
  const { say } = useWords();
  const borne = [
    { bearer: 'platform', fen: bill.platformFen },
    { bearer: 'merchant', fen: bill.merchantFen },
    { bearer: 'fund', fen: bill.fundFen },
  ] as const;
  const some = borne.filter(({ fen }) => fen !== 0);
  if (some.length === 0) return <span className="mute">—</span>;
  return (
    <span className="rule-shares">
      {some.map(({ bearer, fen }) => (
        <span key={bearer} className="rule-share">
          {say(feeBearerWords[bearer])} <MoneyCell fen={fen} />
        </span>
      ))}
    </span>
  );
}

function CompareBill({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ provider: string; day: string }>();
  const ways = useQuery({ ...ask('trade', 'paymentWays'), enabled: open });
  const act = useAct(api.trade.compareBill);
  const billed = (ways.data ?? []).filter((way) => way.provider !== 'bank' && way.provider !== 'station');
  const last = addDays(today(), -1);
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={open}
      title={t('bill.run')}
      okText={t('bill.run')}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ day: last }}
        onFinish={(body) => act.run({ params: { county }, body })}
      >
        <Form.Item
          name="provider"
          label={t('pays.provider')}
          rules={[{ required: true, message: t('field.required') }]}
        >
          <Select
            loading={ways.isFetching}
            options={billed.map(({ provider }) => ({ value: provider, label: wordOf(t, 'provider', provider) }))}
          />
        </Form.Item>
        <Form.Item name="day" label={t('bill.day')} rules={[{ required: true, message: t('field.required') }]}>
          <Input type="date" max={last} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
        {act.answer ? (
          <output className="note-line">
            {t('bill.done', { day: act.answer.day, rows: act.answer.rows, n: act.answer.differences })}
          </output>
        ) : null}
      </Form>
    </FormModal>
  );
}
