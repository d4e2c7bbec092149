import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link, useParams } from 'react-router';
import { paymentMoves, trade } from '#trade/contract';
import type { PaymentDetail } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { outcomeTones, paymentTones, wordOf } from './words.ts';

const one = (county: number, id: string) => ask('trade', 'payment', { params: { county, id } });

export const loader = ahead((county, _, id) => [one(county, id)]);

/** One payment: what it is for, every word of its provider, and what came of each. */
export function Component() {
  const { county } = useCounty();
  const { id = '' } = useParams();
  const query = useQuery(one(county, id));
  return <Answer query={query}>{(payment) => <Payment payment={payment} />}</Answer>;
}

function Payment({ payment }: { payment: PaymentDetail }) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const asking = useAct(api.trade.askAgain);
  const said = asking.answer ? (asking.answer.said ?? 'none') : undefined;
  const open = payment.state === 'pending' || payment.state === 'closed';
  return (
    <>
      <PageHeader
        title={`${t('pays.payment')} ${yuan(payment.amountFen)}`}
        back={{ to: paths.payments(county), label: t('menu.payments') }}
        tags={
          <StatusTag tone={paymentTones[payment.state] ?? 'quiet'}>{say(paymentMoves.states[payment.state])}</StatusTag>
        }
        actions={
          open && may(trade.askAgain) ? (
            <Button
              type="primary"
              loading={asking.busy}
              onClick={() => asking.run({ params: { county, id: payment.id } })}
            >
              {t('pays.askAgain')}
            </Button>
          ) : null
        }
      />
      {said ? <output className="note-line">{t(`pays.said.${said}`)}</output> : null}
      {asking.error ? <ErrorState compact error={asking.error} /> : null}
      <Part title={t('pays.payment')}>
        <Facts
          items={[
            [t('pays.provider'), `${wordOf(t, 'provider', payment.provider)} · ${wordOf(t, 'method', payment.method)}`],
            [
              t('pays.number'),
              <span key="e" className="num">
                {payment.providerNumber ?? '—'}
              </span>,
            ],
            [
              t('pays.createdAt'),
              <span key="d" className="num">
                {dayTime(payment.createdAt)}
              </span>,
            ],
            [
              t('pays.paidAt'),
              payment.paidAt ? (
                <span key="c" className="num">
                  {dayTime(payment.paidAt)}
                </span>
              ) : (
                '—'
              ),
            ],
            payment.expiresAt
              ? [
                  t('pays.expiresAt'),
                  <span key="b" className="num">
                    {dayTime(payment.expiresAt)}
                  </span>,
                ]
              : undefined,
            payment.asks > 0 ? [t('pays.asks'), t('pays.asksTimes', { n: payment.asks })] : undefined,
            payment.askAt
              ? [
                  t('pays.askAt'),
                  <span key="a" className="num">
                    {dayTime(payment.askAt)}
                  </span>,
                ]
              : undefined,
            payment.why ? [t('pays.why'), payment.why] : undefined,
            [
              t('pays.order'),
              payment.orders.map((o) => (
                <Link key={o.id} className="num" to={paths.order(county, o.id)}>
                  {o.number} · {yuan(o.fen)}{' '}
                </Link>
              )),
            ],
          ]}
        />
        {payment.counties.length > 1 ? <p className="mute">{t('pays.otherCounties')}</p> : null}
      </Part>
      <Part title={t('pays.notices')} question={t('pays.noticesAbout')}>
        {payment.notices.length === 0 ? <p className="mute">{t('pays.noNotices')}</p> : null}
        {payment.notices.map((notice) => {
          const outcome = notice.outcome ?? 'waiting';
          return (
            <details key={notice.id} className="raw">
              <summary>
                <span className="num">{dayTime(notice.receivedAt)}</span>{' '}
                <span className="mute">{t(notice.asked ? 'pays.asked' : 'pays.sent')}</span>{' '}
                <StatusTag tone={outcomeTones[outcome] ?? 'quiet'}>{wordOf(t, 'pays.outcome', outcome)}</StatusTag>
              </summary>
              <p className="mute">
                {t('pays.number')} <span className="num">{notice.notice}</span>
              </p>
              <h3>{t('pays.raw')}</h3>
              <pre>{pretty(notice.body)}</pre>
              {Object.keys(notice.headers).length > 0 ? (
                <>
                  <h3>{t('pays.headers')}</h3>
                  <pre>
                    {Object.entries(notice.headers)
                      .map(([name, value]) => `${name}: ${value}`)
                      .join('\n')}
                  </pre>
                </>
              ) : null}
            </details>
          );
        })}
      </Part>
      <Part title={t('pays.refunds')} flush>
        <ShortTable
          caption={t('pays.refunds')}
          rows={payment.refunds}
          rowKey={(r) => r.id}
          empty={t('pays.noRefunds')}
          columns={[
            {
              key: 'at',
              title: t('pays.createdAt'),
              card: 'title',
              render: (r) => <span className="num">{dayTime(r.askedAt)}</span>,
            },
            {
              key: 'order',
              title: t('pays.order'),
              render: (r) => (r.order ? <Link to={paths.order(county, r.order)}>{r.orderNumber}</Link> : '—'),
            },
            { key: 'reason', title: t('field.reason'), card: 'wide', render: (r) => r.why ?? r.reason },
            {
              key: 'state',
              title: t('pays.state'),
              render: (r) => (
                <StatusTag tone={r.state === 'done' ? 'good' : r.state === 'failed' ? 'stop' : 'wait'}>
                  {wordOf(t, 'refund', r.state)}
                </StatusTag>
              ),
            },
            {
              key: 'fen',
              title: t('pays.amount'),
              align: 'right',
              card: 'corner',
              render: (r) => <MoneyCell fen={r.fen} tone="strong" />,
            },
          ]}
        />
      </Part>
    </>
  );
}

/** JSON with its lines apart; anything else as it came. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
