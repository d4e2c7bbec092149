import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { benefit, dividendMoves, shareClassWords } from '#benefit/contract';
import { paymentWords } from '#trace/contract';
import type { Dividend } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Facts, Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { dividendTones } from '../work/payroll-tones.ts';
import { AlertTable, percent } from './dividends.tsx';

const question = (county: number, id: string) => ask('benefit', 'dividend', { params: { county, id } });

export const loader = ahead((county, _, id) => [question(county, id)]);

type Line = Dividend['lines'][number];

/** One dividend: each holder's line beside the bank and the floor, and what collectives did with theirs. */
export function Component() {
  const { county } = useCounty();
  const query = useQuery(question(county, useParams().id ?? ''));
  return <Answer query={query}>{(dividend) => <Sheet dividend={dividend} />}</Answer>;
}

function Sheet({ dividend }: { dividend: Dividend }) {
  const { t, say } = useWords();
  const { county, may, is } = useCounty();
  const [asking, setAsking] = useState<'approve' | 'withdraw'>();
  const done = { onDone: () => setAsking(undefined) };
  const approve = useAct(api.benefit.approveDividend, done);
  const withdraw = useAct(api.benefit.withdrawDividend, done);
  const { id, state, fen, lines } = dividend;
  const params = { county, id };
  const acts = (dividend.ours || is('operator')) && may(benefit.declareDividend);
  const can = (to: 'approved' | 'withdrawn') => acts && dividendMoves.allows(state, to);
  return (
    <>
      <PageHeader
        title={t('dividend.title', { number: dividend.number })}
        tags={<StatusTag tone={dividendTones[state]}>{say(dividendMoves.states[state])}</StatusTag>}
        about={`${dividend.orgName} · ${dividend.from} – ${dividend.to}`}
        back={{ to: paths.dividends(county), label: t('menu.dividends') }}
        actions={
          <>
            {can('withdrawn') ? (
              <MoveButton label={t('dividend.withdraw')} onClick={() => setAsking('withdraw')} />
            ) : null}
            {can('approved') ? (
              <MoveButton
                primary
                label={t('dividend.approve')}
                why={dividend.mine ? t('dividend.same') : undefined}
                onClick={() => setAsking('approve')}
              />
            ) : null}
          </>
        }
      />
      <div className="figures">
        <Figure label={t('dividend.fen')} value={yuan(fen)} note={say(paymentWords[dividend.paid])} tone="pine" />
        <Figure label={t('dividend.bank')} value={percent(dividend.bankBp)} note={dividend.recordDay} />
        <Figure label={t('dividend.holders')} value={lines.length} />
      </div>
      {dividend.alerts.length > 0 ? (
        <Part title={t('dividend.alerts')}>
          <AlertTable alerts={dividend.alerts} />
        </Part>
      ) : null}
      <Lines dividend={dividend} />
      {dividend.distributions.length > 0 ? <Distributions dividend={dividend} /> : null}
      <Part title={t('dividend.history')}>
        <Facts
          items={[
            dividend.commonFen !== null && [t('dividend.common'), yuan(dividend.commonFen)],
            dividend.preferredFen !== null && [t('dividend.preferred'), yuan(dividend.preferredFen)],
            [t('dividend.profit'), yuan(dividend.profitFen)],
            ...dividend.moves.map(
              (move) =>
                [
                  `${say(dividendMoves.states[move.to])} ${dayTime(move.at)}`,
                  [move.byName, move.words].filter(Boolean).join('：') || '—',
                ] as const,
            ),
          ]}
        />
      </Part>
      <Modal
        open={asking === 'approve'}
        title={t('dividend.approve')}
        okText={t('dividend.approve')}
        cancelText={t('action.cancel')}
        okButtonProps={{ loading: approve.busy }}
        onOk={() => approve.run({ params, body: { fen } })}
        onCancel={() => setAsking(undefined)}
      >
        <p>{t('dividend.approveWords', { yuan: yuan(fen), n: String(lines.length) })}</p>
        {approve.error ? <ErrorState error={approve.error} compact /> : null}
      </Modal>
      <ConfirmWithReason
        open={asking === 'withdraw'}
        title={t('dividend.withdraw')}
        label={t('dividend.reason')}
        confirm={t('dividend.withdraw')}
        busy={withdraw.busy}
        error={withdraw.error}
        onConfirm={(reason) => withdraw.run({ params, body: { reason } })}
        onCancel={() => setAsking(undefined)}
      />
    </>
  );
}

function Lines({ dividend }: { dividend: Dividend }) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const [sharing, setSharing] = useState<Line>();
  const low = (fen: number, least: number) => (fen < least ? 'price' : undefined);
  return (
    <Part title={t('dividend.lines')} question={t('dividend.linesQuestion')}>
      <ShortTable
        caption={t('dividend.lines')}
        rows={dividend.lines}
        rowKey={(line) => line.id}
        empty="—"
        columns={[
          {
            key: 'who',
            title: t('dividend.holder'),
            card: 'title',
            render: (line) => (
              <>
                {line.household ? (
                  <>
                    <b>{line.headMasked}</b> <span className="num mute">{line.householdCode}</span>
                  </>
                ) : (
                  <b>{t('dividend.collective', { village: line.villageName })}</b>
                )}
                <div>
                  <Link className="num" to={paths.agreement(county, line.agreement)}>
                    {line.agreementNumber}
                  </Link>
                </div>
              </>
            ),
          },
          {
            key: 'shares',
            title: t('dividend.shares'),
            align: 'right',
            render: (line) => (
              <span className="num">
                {line.shares} <span className="mute">{say(shareClassWords[line.class])}</span>
              </span>
            ),
          },
          {
            key: 'stake',
            title: t('dividend.stake'),
            align: 'right',
            render: (line) => <MoneyCell fen={line.stakeFen} />,
          },
          {
            key: 'fen',
            title: t('dividend.paid'),
            align: 'right',
            card: 'corner',
            render: (line) => <MoneyCell fen={line.fen} tone="strong" />,
          },
          {
            key: 'yearly',
            title: t('dividend.yearly'),
            align: 'right',
            render: (line) => <span className="num">{percent(line.yearlyBp)}</span>,
          },
          {
            key: 'bank',
            title: t('dividend.bankWould'),
            align: 'right',
            render: (line) => <MoneyCell fen={line.bankFen} tone={low(line.fen, line.bankFen)} />,
          },
          {
            key: 'floor',
            title: t('dividend.floorWould'),
            align: 'right',
            render: (line) => <MoneyCell fen={line.floorFen} tone={low(line.fen, line.floorFen)} />,
          },
          {
            key: 'do',
            title: '',
            card: 'wide',
            render: (line) =>
              line.leftFen && dividend.state === 'paid' && may(benefit.shareOutDividend) ? (
                <Button size="small" onClick={() => setSharing(line)}>
                  {t('dividend.shareOut')}
                </Button>
              ) : null,
          },
        ]}
      />
      <ShareOut dividend={dividend.id} line={sharing} onClose={() => setSharing(undefined)} />
    </Part>
  );
}

function ShareOut({ dividend, line, onClose }: { dividend: string; line: Line | undefined; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ yuan: number; words: string }>();
  const act = useAct(api.benefit.shareOutDividend, { onDone: onClose });
  const left = line?.leftFen ?? 0;
  return (
    <FormModal
      open={line !== undefined}
      title={t('dividend.shareOut')}
      okText={t('dividend.shareOut')}
      form={form}
      busy={act.busy}
      onClose={onClose}
    >
      <p>{t('dividend.shareOutWords')}</p>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ yuan: left / 100 }}
        onFinish={({ yuan: amount, words }) => {
          if (line)
            act.run({
              params: { county, id: dividend },
              body: { line: line.id, fen: Math.round(amount * 100), shares: [], words },
            });
        }}
      >
        <Form.Item
          name="yuan"
          label={t('dividend.shareFen')}
          extra={t('dividend.left', { yuan: yuan(left) })}
          rules={[{ required: true }]}
        >
          <InputNumber min={0.01} max={left / 100} precision={2} inputMode="decimal" />
        </Form.Item>
        <Form.Item name="words" label={t('dividend.shareWords')} rules={[{ required: true, min: 2 }]}>
          <Input maxLength={200} />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{ fen: 'yuan' }} />
      </Form>
    </FormModal>
  );
}

function Distributions({ dividend }: { dividend: Dividend }) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const approve = useAct(api.benefit.approveDistribution);
  const withdraw = useAct(api.benefit.withdrawDistribution);
  return (
    <Part title={t('dividend.distributions')}>
      <ShortTable
        caption={t('dividend.distributions')}
        rows={dividend.distributions}
        rowKey={(one) => one.id}
        empty="—"
        columns={[
          {
            key: 'number',
            title: t('dividend.number'),
            card: 'title',
            render: (one) => (
              <>
                <b className="num">{one.number}</b> {t('dividend.sharers', { n: String(one.households) })}
                <div className="mute">{one.words}</div>
              </>
            ),
          },
          {
            key: 'fen',
            title: t('dividend.fen'),
            align: 'right',
            render: (one) => <MoneyCell fen={one.fen} tone="strong" />,
          },
          {
            key: 'state',
            title: t('dividend.state'),
            card: 'corner',
            render: (one) => (
              <StatusTag tone={dividendTones[one.state]}>{say(dividendMoves.states[one.state])}</StatusTag>
            ),
          },
          {
            key: 'do',
            title: '',
            card: 'wide',
            render: (one) =>
              one.state === 'declared' && may(benefit.approveDistribution) ? (
                <span className="row-actions">
                  <MoveButton
                    label={t('dividend.approve')}
                    why={one.mine ? t('dividend.same') : undefined}
                    loading={approve.busy}
                    onClick={() => approve.run({ params: { county, id: one.id }, body: { fen: one.fen } })}
                  />
                  {may(benefit.withdrawDistribution) ? (
                    <Button loading={withdraw.busy} onClick={() => withdraw.run({ params: { county, id: one.id } })}>
                      {t('dividend.withdraw')}
                    </Button>
                  ) : null}
                </span>
              ) : null,
          },
        ]}
      />
      {approve.error || withdraw.error ? <ErrorState error={approve.error ?? withdraw.error} compact /> : null}
    </Part>
  );
}
