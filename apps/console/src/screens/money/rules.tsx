import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { trade } from '#trade/contract';
import type { FreightRule, SettlementRule } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { weight, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';
import { AddRule } from './AddRule.tsx';
import { SetFreight } from './SetFreight.tsx';

const rules = (county: number) => ask('trade', 'settlementRules', { params: { county } });
const freight = (county: number) => ask('trade', 'freightRules', { params: { county } });

export const loader = ahead((county) => [rules(county), freight(county)]);

/** How a line's money is split and what freight costs: rules as data, each with the paper it rests on. */
export function Component() {
  const { t, locale } = useWords();
  const { county, may } = useCounty();
  const [adding, setAdding] = useState(false);
  const [freightOf, setFreightOf] = useState<FreightRule | 'new'>();
  const split = useQuery(rules(county));
  const carriage = useQuery(freight(county));
  const percent = (bp: number) => <span className="num">{`${(bp / 100).toFixed(2).replace(/\.?0+$/, '')}%`}</span>;
  const scope = (r: SettlementRule) =>
    [r.orgName, r.productName, r.category].filter(Boolean).join(' · ') || t('rules.everything');
  return (
    <>
      <PageHeader title={t('menu.rules')} about={t('rules.about')} />
      <Part
        title={t('rules.split')}
        question={t('rules.splitWords')}
        more={may(trade.addSettlementRule) ? <Button onClick={() => setAdding(true)}>{t('rules.add')}</Button> : null}
      >
        <Answer query={split}>
          {(rows) => (
            <ShortTable<SettlementRule>
              caption={t('rules.split')}
              rows={rows}
              rowKey={(r) => r.id}
              empty={t('rules.none')}
              columns={[
                { key: 'position', title: t('rules.position'), width: 60, render: (r) => r.position, card: 'none' },
                { key: 'name', title: t('rules.name'), card: 'title', render: (r) => r.name },
                { key: 'scope', card: 'wide', title: t('rules.scope'), render: scope },
                { key: 'station', title: t('share.station'), align: 'right', render: (r) => percent(r.stationBp) },
                { key: 'platform', title: t('share.platform'), align: 'right', render: (r) => percent(r.platformBp) },
                { key: 'fund', title: t('share.fund'), align: 'right', render: (r) => percent(r.fundBp) },
                {
                  key: 'household',
                  title: t('rules.perPack'),
                  align: 'right',
                  render: (r) => <MoneyCell fen={r.householdFenPerPack} />,
                },
                {
                  key: 'rest',
                  title: t('rules.merchant'),
                  render: () => <span className="nowrap">{t('rules.rest')}</span>,
                  card: 'none',
                },
                {
                  key: 'basis',
                  card: 'wide',
                  title: t('rules.basis'),
                  render: (r) => <span className="basis">{r.basis}</span>,
                },
                {
                  key: 'valid',
                  card: 'wide',
                  title: t('rules.valid'),
                  render: (r) => (
                    <span className="num">
                      {r.validUntil ? `${r.validFrom} – ${r.validUntil}` : t('rules.from', { day: r.validFrom })}
                    </span>
                  ),
                },
              ]}
            />
          )}
        </Answer>
      </Part>
      <Part
        title={t('rules.freight')}
        question={t('rules.freightWords')}
        more={
          may(trade.setFreightRule) ? (
            <Button onClick={() => setFreightOf('new')}>{t('rules.addFreight')}</Button>
          ) : null
        }
      >
        <Answer query={carriage}>
          {(rows) => (
            <ShortTable<FreightRule>
              caption={t('rules.freight')}
              rows={rows}
              rowKey={(r) => r.id}
              empty={t('rules.noFreight')}
              columns={[
                { key: 'to', title: t('order.to'), card: 'title', render: (r) => r.toName },
                {
                  key: 'first',
                  title: t('rules.first'),
                  align: 'right',
                  render: (r) => <span className="num">{`${yuan(r.firstFen)} / ${weight(r.firstGrams, locale)}`}</span>,
                },
                {
                  key: 'step',
                  title: t('rules.step'),
                  align: 'right',
                  render: (r) => <span className="num">{`${yuan(r.stepFen)} / ${weight(r.stepGrams, locale)}`}</span>,
                },
                {
                  key: 'free',
                  title: t('rules.free'),
                  align: 'right',
                  render: (r) => (r.freeFromFen ? <MoneyCell fen={r.freeFromFen} /> : '—'),
                },
                {
                  key: 'cold',
                  title: t('freight.cold'),
                  align: 'right',
                  render: (r) =>
                    r.coldFirstFen === null ? (
                      t('freight.noCold')
                    ) : (
                      <span className="num">{`${yuan(r.coldFirstFen)} + ${yuan(r.coldStepFen)}`}</span>
                    ),
                },
                ...(may(trade.setFreightRule)
                  ? [
                      {
                        key: 'edit',
                        title: t('action.edit'),
                        render: (r: FreightRule) => (
                          <Button size="small" onClick={() => setFreightOf(r)}>
                            {t('action.edit')}
                          </Button>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
          )}
        </Answer>
      </Part>
      <AddRule open={adding} onClose={() => setAdding(false)} />
      <SetFreight rule={freightOf} onClose={() => setFreightOf(undefined)} />
    </>
  );
}
