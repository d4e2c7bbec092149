import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { benefit, payrollMoves, payUnitWords } from '#benefit/contract';
import { paymentWords } from '#trace/contract';
import type { Payroll } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Facts, Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { usePhone } from '../../parts/use-media.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { payrollTones } from './payroll-tones.ts';

const question = (county: number, id: string) => ask('benefit', 'payroll', { params: { county, id } });

export const loader = ahead((county, _, id) => [question(county, id)]);

/** One payroll: every slip down to its counts, and who approves it. */
export function Component() {
  const { county } = useCounty();
  const query = useQuery(question(county, useParams().id ?? ''));
  return <Answer query={query}>{(payroll) => <Sheet payroll={payroll} />}</Answer>;
}

function Sheet({ payroll }: { payroll: Payroll }) {
  const { t, say, listed } = useWords();
  const { county, may, is } = useCounty();
  const [asking, setAsking] = useState<'submit' | 'approve' | 'discard'>();
  const phone = usePhone();
  // A month of days is a long column: on a phone it opens when it is asked for.
  const linesSum = (lines: Payroll['slips'][number]['lines']) => {
    const sums = [...Map.groupBy(lines, (line) => line.per)].map(
      ([per, some]) => `${some.reduce((sum, line) => sum + line.units, 0)} ${say(payUnitWords[per])}`,
    );
    return t('payroll.linesSum', { n: lines.length, units: listed(sums) });
  };
  const done = { onDone: () => setAsking(undefined) };
  const submit = useAct(api.benefit.submitPayroll, done);
  const approve = useAct(api.benefit.approvePayroll, done);
  const discard = useAct(api.benefit.discardPayroll, done);
  const { id, state, fen, slips } = payroll;
  const params = { county, id };
  const acts = (payroll.ours || is('operator')) && may(benefit.drawPayroll);
  const can = (to: 'submitted' | 'approved' | 'discarded') => acts && payrollMoves.allows(state, to);
  return (
    <>
      <PageHeader
        title={t('payroll.title', { number: payroll.number })}
        tags={<StatusTag tone={payrollTones[state]}>{say(payrollMoves.states[state])}</StatusTag>}
        about={`${payroll.orgName} · ${payroll.from} – ${payroll.to}`}
        back={{ to: paths.payrolls(county), label: t('menu.payrolls') }}
        actions={
          <>
            {can('discarded') ? <MoveButton label={t('payroll.discard')} onClick={() => setAsking('discard')} /> : null}
            {can('submitted') ? (
              <MoveButton primary label={t('payroll.submit')} onClick={() => setAsking('submit')} />
            ) : null}
            {can('approved') ? (
              <MoveButton
                primary
                label={t('payroll.approve')}
                why={payroll.mine ? t('payroll.same') : undefined}
                onClick={() => setAsking('approve')}
              />
            ) : null}
          </>
        }
      />
      <div className="figures">
        <Figure label={t('payroll.fen')} value={yuan(fen)} note={say(paymentWords[payroll.paid])} tone="pine" />
        <Figure label={t('payroll.workers')} value={slips.length} />
      </div>
      <div className="columns">
        <Part title={t('payroll.lines')}>
          <ShortTable
            caption={t('payroll.lines')}
            rows={slips}
            rowKey={(slip) => slip.id}
            empty="—"
            columns={[
              {
                key: 'who',
                title: t('payroll.worker'),
                card: 'title',
                width: 170,
                render: (slip) => (
                  <>
                    <b>{slip.nameMasked}</b> <span className="mute">{t(`relation.${slip.relation}`)}</span>{' '}
                    <span className="num mute">{slip.householdCode}</span>
                    <div>
                      <Link className="num" to={paths.agreement(county, slip.agreement)}>
                        {slip.agreementNumber}
                      </Link>
                    </div>
                  </>
                ),
              },
              {
                key: 'lines',
                title: t('payroll.lines'),
                card: 'wide',
                render: (slip) => (
                  <details className="payroll-lines" open={!phone}>
                    <summary>{linesSum(slip.lines)}</summary>
                    <ul className="plain-list num">
                      {slip.lines.map((line) => (
                        <li key={line.count}>
                          {t('payroll.line', {
                            day: line.day,
                            units: `${line.units} ${say(payUnitWords[line.per])}`,
                            yuan: yuan(line.fenPerUnit),
                          })}
                          {line.reason ? <span className="mute"> {line.reason}</span> : null}
                        </li>
                      ))}
                    </ul>
                  </details>
                ),
              },
              {
                key: 'fen',
                title: t('payroll.fen'),
                align: 'right',
                card: 'corner',
                render: (slip) => <MoneyCell fen={slip.fen} tone="strong" />,
              },
            ]}
          />
        </Part>
        <Part title={t('payroll.history')}>
          <Facts
            items={payroll.moves.map((move) => [
              `${say(payrollMoves.states[move.to])} ${dayTime(move.at)}`,
              [move.byName, move.words].filter(Boolean).join('：') || '—',
            ])}
          />
        </Part>
      </div>
      <Modal
        open={asking === 'submit' || asking === 'approve'}
        title={t(asking === 'approve' ? 'payroll.approve' : 'payroll.submit')}
        okText={t(asking === 'approve' ? 'payroll.approve' : 'payroll.submit')}
        cancelText={t('action.cancel')}
        okButtonProps={{ loading: submit.busy || approve.busy }}
        onOk={() => (asking === 'approve' ? approve.run({ params, body: { fen } }) : submit.run({ params }))}
        onCancel={() => setAsking(undefined)}
      >
        <p>
          {asking === 'approve'
            ? t('payroll.approveWords', { yuan: yuan(fen), n: String(slips.length) })
            : t('payroll.submitWords')}
        </p>
        {submit.error || approve.error ? <ErrorState error={submit.error ?? approve.error} compact /> : null}
      </Modal>
      <ConfirmWithReason
        open={asking === 'discard'}
        title={t('payroll.discard')}
        label={t('payroll.reason')}
        confirm={t('payroll.discard')}
        busy={discard.busy}
        error={discard.error}
        onConfirm={(reason) => discard.run({ params, body: { reason } })}
        onCancel={() => setAsking(undefined)}
      >
        {t('payroll.discardWords')}
      </ConfirmWithReason>
    </>
  );
}
