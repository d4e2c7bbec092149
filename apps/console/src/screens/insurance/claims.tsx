import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { benefit } from '#benefit/contract';
import type { InsuranceClaim, InsurancePayment } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { day, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { MoneyCell, StandingMoney } from '../../parts/money.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, EmptyState } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';
import { RecordPayment } from './RecordPayment.tsx';

const question = (county: number) => ask('benefit', 'insuranceClaims', { params: { county } });

export const loader = ahead((county) => [question(county)]);

/** What insurers owe for floor prices, and what they paid of it. */
export function Component() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const query = useQuery(question(county));
  const [paying, setPaying] = useState<InsuranceClaim>();
  return (
    <>
      <PageHeader title={t('menu.insurance')} about={t('ins.about')} />
      <Answer query={query}>
        {({ claims, payments }) =>
          claims.length === 0 ? (
            <EmptyState title={t('ins.none')}>{t('ins.noneWords')}</EmptyState>
          ) : (
            <div className="stack">
              <Part title={t('ins.claims')} question={t('ins.claimsQuestion')}>
                <ShortTable
                  caption={t('ins.claims')}
                  rows={claims}
                  rowKey={(one) => one.org}
                  empty="—"
                  columns={[
                    { key: 'org', title: t('agr.org'), card: 'title', render: (one) => one.orgName },
                    {
                      key: 'of',
                      title: t('ins.of'),
                      render: (one) => t('ins.notes', { households: one.households, notes: one.notes }),
                    },
                    { key: 'since', title: t('ins.since'), render: (one) => (one.since ? day(one.since) : '—') },
                    {
                      key: 'claimed',
                      title: t('ins.claimed'),
                      align: 'right',
                      render: (one) => <MoneyCell fen={one.claimedFen} />,
                    },
                    {
                      key: 'paid',
                      title: t('ins.paid'),
                      align: 'right',
                      render: (one) => <MoneyCell fen={one.paidFen} />,
                    },
                    {
                      key: 'open',
                      title: t('ins.open'),
                      align: 'right',
                      card: 'corner',
                      render: (one) =>
                        one.openFen === 0 ? (
                          <StatusTag tone="good">{t('ins.settled')}</StatusTag>
                        ) : (
                          <>
                            <MoneyCell fen={one.openFen} tone="strong" />
                            {one.openFen < 0 ? <div className="bad">{t('ins.tooMuch')}</div> : null}
                          </>
                        ),
                    },
                    {
                      key: 'do',
                      title: '',
                      card: 'wide',
                      align: 'right',
                      render: (one) =>
                        one.ours && one.openFen > 0 && may(benefit.recordInsurancePayment) ? (
                          <Button onClick={() => setPaying(one)}>{t('ins.record')}</Button>
                        ) : null,
                    },
                  ]}
                />
              </Part>
              <Payments rows={payments} ours={claims.filter((one) => one.ours).map((one) => one.org)} />
            </div>
          )
        }
      </Answer>
      {paying ? <RecordPayment claim={paying} onClose={() => setPaying(undefined)} /> : null}
    </>
  );
}

function Payments({ rows, ours }: { rows: readonly InsurancePayment[]; ours: readonly string[] }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const [wrong, setWrong] = useState<InsurancePayment>();
  const reverse = useAct(api.benefit.reverseInsurancePayment, { onDone: () => setWrong(undefined) });
  return (
    <Part title={t('ins.payments')} question={t('ins.paymentsQuestion')}>
      <ShortTable
        caption={t('ins.payments')}
        rows={rows}
        rowKey={(one) => one.id}
        empty={t('ins.noPayments')}
        columns={[
          {
            key: 'insurer',
            title: t('ins.insurer'),
            card: 'title',
            render: (one) => (
              <>
                {one.insurer} <span className="mute num">{one.reference}</span>
              </>
            ),
          },
          { key: 'day', title: t('ins.day'), render: (one) => <span className="num">{one.day}</span> },
          { key: 'org', title: t('agr.org'), card: 'wide', render: (one) => one.orgName },
          {
            key: 'paper',
            title: t('ins.paper'),
            card: 'wide',
            render: (one) => (
              <>
                <a href={`/api/counties/${county}/insurance-payments/${one.id}/paper`}>{t('ins.seePaper')}</a>{' '}
                {one.words}
                {one.takenBack === null ? null : (
                  <div className="bad">{t('help.takenBack', { why: one.takenBack })}</div>
                )}
              </>
            ),
          },
          {
            key: 'by',
            title: t('help.by'),
            render: (one) => (
              <>
                {one.byName}{' '}
                {one.takenBack === null && ours.includes(one.org) && may(benefit.reverseInsurancePayment) ? (
                  <button type="button" className="text-button" onClick={() => setWrong(one)}>
                    {t('help.takeBack')}
                  </button>
                ) : null}
              </>
            ),
          },
          {
            key: 'fen',
            title: t('ins.amount'),
            align: 'right',
            card: 'corner',
            render: (one) => <StandingMoney fen={one.fen} takenBack={one.takenBack} />,
          },
        ]}
      />
      <ConfirmWithReason
        open={wrong !== undefined}
        title={t('help.takeBack')}
        confirm={t('help.takeBack')}
        danger
        busy={reverse.busy}
        error={reverse.error}
        onConfirm={(reason) => wrong && reverse.run({ params: { county, id: wrong.id }, body: { reason } })}
        onCancel={() => setWrong(undefined)}
      >
        {wrong ? `${wrong.insurer} ${wrong.reference} ${yuan(wrong.fen)}` : null}
      </ConfirmWithReason>
    </Part>
  );
}
