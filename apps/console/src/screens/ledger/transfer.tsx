import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import type { Transfer } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { EvidenceLink } from './evidence.tsx';
import { TransfersOf } from './TransfersOf.tsx';
import { Reason, TransferTag } from './transfer-columns.tsx';

const transfer = (county: number, id: string) => ask('ledger', 'transfer', { params: { county, id } });

export const loader = ahead((county, _url, id) => [transfer(county, id)]);

/** One transfer: from whom to whom, why, and the paper it rests on. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const id = useParams().id ?? '';
  const query = useQuery(transfer(county, id));
  return (
    <Answer query={query}>
      {(x) => (
        <>
          <PageHeader
            title={t('ledger.transferOf', { money: yuan(x.fen) })}
            tags={<TransferTag transfer={x} />}
            back={{ to: paths.account(county, x.credit), label: x.creditName }}
          />
          <div className="stack">
            <Part title={t('ledger.fromTo')}>
              <div className="flow">
                <Link className="flow-end" to={paths.account(county, x.debit)}>
                  <small>{t('ledger.debit')}</small>
                  {x.debitName}
                </Link>
                <span className="flow-arrow num">{yuan(x.fen)}</span>
                <Link className="flow-end" to={paths.account(county, x.credit)}>
                  <small>{t('ledger.credit')}</small>
                  {x.creditName}
                </Link>
              </div>
              <Facts
                items={[
                  [
                    t('ledger.evidence'),
                    x.evidenceKind === 'order_line' ? (
                      <LineEvidence key="e" transfer={x} />
                    ) : (
                      <EvidenceLink key="e" kind={x.evidenceKind} id={x.evidence} />
                    ),
                  ],
                  [t('ledger.reason'), <Reason key="r" of={x.reason} />],
                  [t('ledger.at'), dayTime(x.at)],
                  x.pending
                    ? [
                        t('ledger.ends'),
                        <Link key="p" to={paths.transfer(county, x.pending)}>
                          {t('ledger.endsLink')}
                        </Link>,
                      ]
                    : undefined,
                  [
                    t('ledger.id'),
                    <span key="i" className="num id">
                      {x.id}
                    </span>,
                  ],
                ]}
              />
            </Part>
            <TransfersOf county={county} evidenceKind={x.evidenceKind} evidence={x.evidence} />
          </div>
        </>
      )}
    </Answer>
  );
}

/** The order of a line that paid a household its share: the household's own entry for this transfer names it. */
function LineEvidence({ transfer: x }: { transfer: Transfer }) {
  const { t } = useWords();
  const { county } = useCounty();
  const owner = useQuery(ask('ledger', 'account', { params: { county, id: x.credit } }));
  const entries = useQuery({
    ...ask('benefit', 'entries', { params: { county }, query: { household: owner.data?.owner, size: 200 } }),
    enabled: owner.data?.kind === 'household',
  });
  const number = entries.data?.rows.find((entry) => entry.transfer === x.id)?.evidenceNumber;
  const found = useQuery({
    ...ask('trade', 'orders', { params: { county }, query: { q: number, size: 1 } }),
    enabled: number !== undefined,
  });
  const order = found.data?.rows[0];
  return order ? <Link to={paths.order(county, order.id)}>{order.number}</Link> : <>{t('evidence.orderLine')}</>;
}
