import { App, Button, Form, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { fulfilment } from '#fulfilment/contract';
import { deliveryMoves, pledgeMoneyOf, pledgeMoneyWords, presale } from '#presale/contract';
import { trade } from '#trade/contract';
import type { Pledge } from '../../api/answers.ts';
import { asProblem } from '../../api/as-problem.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { day, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, DataTable, type Filter } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import type { UrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { SendDialog } from '../orders/SendDialog.tsx';
import { deliveryTones, moneyTones } from './project-tones.ts';

/** Pledges with what is owed for them, and the buttons of those who pack, send, thank or give back. */
export function PledgeTable({
  caption,
  rows,
  query,
  state,
  filters,
  projects = false,
}: {
  caption: string;
  /** where they are not a page of a longer list */
  rows?: readonly Pledge[];
  query: Parameters<typeof DataTable<Pledge>>[0]['query'];
  state: UrlState;
  filters?: readonly Filter[];
  /** whether they are of several projects, so that each row says of which */
  projects?: boolean;
}) {
  const { t, say, locale } = useWords();
  const { county, may } = useCounty();
  const { message } = App.useApp();
  const [asked, setAsked] = useState<{ act: 'send' | 'thank' | 'refund'; pledge: Pledge }>();
  const [packing, setPacking] = useState<string>();
  const close = () => setAsked(undefined);
  const pack = useAct(api.presale.packPledge, {
    onDone: (parcel) => void message.success(t('crowd.packed', { number: parcel.number })),
  });
  const refund = useAct(api.presale.refundPledge, { onDone: close });
  const now = new Date();
  const acts = (p: Pledge): ReactNode => {
    const of = (act: 'send' | 'thank' | 'refund', danger = false) => (
      <Button size="small" danger={danger} onClick={() => setAsked({ act, pledge: p })}>
        {t(`crowd.${act}`)}
      </Button>
    );
    const { delivery } = p;
    if (delivery === null || delivery === 'received') return null;
    return (
      <span className="row-actions">
        {p.goods && deliveryMoves.allows(delivery, 'packed') && may(presale.packPledge) ? (
          <Button
            size="small"
            type="primary"
            loading={pack.busy && packing === p.id}
            onClick={() => {
              setPacking(p.id);
              pack.run({ params: { county, id: p.id }, body: {} });
            }}
          >
            {t('crowd.pack')}
          </Button>
        ) : null}
        {p.parcel && delivery === 'packed' && may(fulfilment.sendParcel) ? of('send') : null}
        {!p.goods && delivery === 'owed' && may(presale.thankPledge) ? of('thank') : null}
        {may(presale.refundPledge) ? of('refund', true) : null}
      </span>
    );
  };
  const columns: Column<Pledge>[] = [
    {
      key: 'order',
      title: t('crowd.pledge'),
      card: 'title',
      width: 150,
      render: (p) => (
        <>
          {may(trade.order) ? (
            <Link className="num" to={paths.order(county, p.order)}>
              {p.orderNumber}
            </Link>
          ) : (
            <span className="num">{p.orderNumber}</span>
          )}
          {projects ? (
            <div>
              <Link to={paths.project(county, p.project)}>{p.titleZh}</Link>
            </div>
          ) : null}
        </>
      ),
    },
    {
      key: 'tier',
      title: t('crowd.tier'),
      card: 'wide',
      width: 156,
      render: (p) => (
        <>
          {locale === 'en' && p.tierNameEn ? p.tierNameEn : p.tierNameZh} <span className="num">× {p.n}</span>
        </>
      ),
    },
    {
      key: 'fen',
      title: t('crowd.pledgeMoney'),
      align: 'right',
      render: (p) => <MoneyCell fen={p.fen} tone="strong" />,
    },
    {
      key: 'money',
      title: t('crowd.state'),
      width: 110,
      render: (p) => {
        const money = pledgeMoneyOf(p, now);
        return <StatusTag tone={moneyTones[money]}>{say(pledgeMoneyWords[money])}</StatusTag>;
      },
    },
    {
      key: 'delivery',
      title: t('crowd.delivery'),
      card: 'corner',
      width: 110,
      render: (p) =>
        p.delivery ? (
          <>
            <StatusTag tone={deliveryTones[p.delivery]}>{say(deliveryMoves.states[p.delivery])}</StatusTag>
            {p.recalled ? <div className="bad">{t('lot.recalled')}</div> : null}
            {p.overdue ? <div className="bad">{t('crowd.overdue')}</div> : null}
          </>
        ) : (
          <span className="mute">{t('crowd.deliveryNone')}</span>
        ),
    },
    {
      key: 'by',
      title: t('crowd.deliverBy'),
      width: 110,
      render: (p) => <span className="num">{day(p.deliverBy)}</span>,
    },
    {
      key: 'region',
      title: t('crowd.region'),
      card: 'wide',
      render: (p) => {
        return (
          <>
            {!p.goods ? (
              <span className="mute">{t('order.nothingSent')}</span>
            ) : p.contact ? (
              <>
                {p.contact.name} <span className="num">{p.contact.phone}</span>
                <div>
                  {p.shipRegionName} {p.contact.street}
                </div>
              </>
            ) : (
              p.shipRegionName
            )}
            {p.note ? <div className="mute">{p.note}</div> : null}
          </>
        );
      },
    },
    {
      key: 'parcel',
      title: t('crowd.parcel'),
      card: 'wide',
      width: 130,
      render: (p) =>
        p.thanks ??
        ([p.parcel?.carrier, p.parcel?.waybill].filter(Boolean).join(' ') || <span className="mute">—</span>),
    },
    { key: 'do', title: '', card: 'wide', width: 120, render: acts },
  ];
  return (
    <>
      {pack.error ? (
        <p className="form-problem" role="alert">
          {asProblem(pack.error, t).title}
        </p>
      ) : null}
      <DataTable
        caption={caption}
        columns={columns}
        rows={rows}
        state={state}
        query={query}
        rowKey={(p) => p.id}
        filters={filters}
        empty={{ title: t('crowd.pledgesNone') }}
      />
      <SendDialog
        county={county}
        parcel={
          asked?.act === 'send' && asked.pledge.parcel
            ? { id: asked.pledge.parcel.id, number: asked.pledge.orderNumber }
            : undefined
        }
        onClose={close}
      />
      <Thank pledge={asked?.act === 'thank' ? asked.pledge : undefined} onClose={close} />
      <ConfirmWithReason
        open={asked?.act === 'refund'}
        title={t('crowd.refund')}
        label={t('crowd.reason')}
        confirm={t('crowd.refund')}
        danger
        busy={refund.busy}
        error={refund.error}
        onConfirm={(reason) => {
          if (asked) refund.run({ params: { county, id: asked.pledge.id }, body: { reason } });
        }}
        onCancel={close}
      >
        {asked ? t('crowd.refundWords', { yuan: yuan(asked.pledge.fen) }) : null}
      </ConfirmWithReason>
    </>
  );
}

function Thank({ pledge, onClose }: { pledge: Pledge | undefined; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ words: string }>();
  const act = useAct(api.presale.thankPledge, { onDone: onClose });
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={pledge !== undefined}
      title={t('crowd.thank')}
      okText={t('crowd.thank')}
      onClose={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        onFinish={({ words }) => {
          if (pledge) act.run({ params: { county, id: pledge.id }, body: { words: words.trim() } });
        }}
      >
        <Form.Item
          name="words"
          label={t('crowd.thank')}
          extra={t('crowd.thankWords')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('field.required') }]}
        >
          <Input.TextArea rows={4} maxLength={500} showCount />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
