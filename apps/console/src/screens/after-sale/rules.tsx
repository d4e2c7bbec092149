import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { freightBearerWords, trade } from '#trade/contract';
import type { AfterSaleRule } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { useRuleColumns } from '../../parts/rule-cells.tsx';
import { Answer } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';
import { AddAfterSaleRule } from './AddAfterSaleRule.tsx';

const rules = (county: number) => ask('trade', 'afterSaleRules', { params: { county } });

export const loader = ahead((county) => [rules(county)]);

/** Terms of after-sale and of damaged fruit: rules as data, each with the paper it rests on. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const [adding, setAdding] = useState(false);
  const query = useQuery(rules(county));
  const ruleColumns = useRuleColumns<AfterSaleRule>();
  return (
    <>
      <PageHeader title={t('menu.afterSaleRules')} about={t('asr.about')} />
      <Part
        title={t('asr.list')}
        more={may(trade.addAfterSaleRule) ? <Button onClick={() => setAdding(true)}>{t('asr.add')}</Button> : null}
      >
        <Answer query={query}>
          {(rows) => (
            <ShortTable<AfterSaleRule>
              caption={t('asr.list')}
              rows={rows}
              rowKey={(r) => r.id}
              empty={t('asr.none')}
              columns={[
                ...ruleColumns,
                {
                  key: 'return',
                  title: t('asr.return'),
                  render: (r) => (r.returnDays === 0 ? t('asr.noReturn') : t('asr.days', { n: r.returnDays })),
                },
                {
                  key: 'damage',
                  title: t('asr.damage'),
                  card: 'wide',
                  render: (r) =>
                    t('asr.damageIs', {
                      hours: r.damageHours,
                      free: r.damageFreeBp / 100,
                      step: r.damageStepBp / 100,
                      cap: r.damageCapBp / 100,
                    }),
                },
                {
                  key: 'auto',
                  title: t('asr.auto'),
                  render: (r) => <span className="num">{`${t('asr.autoUpTo')} ${yuan(r.damageAutoFen)}`}</span>,
                },
                { key: 'bearer', title: t('asr.bearer'), render: (r) => t(`case.bearer.${r.damageBearer}`) },
                {
                  key: 'clocks',
                  title: t('asr.clocks'),
                  card: 'wide',
                  render: (r) =>
                    t('asr.clocksAre', { merchant: r.merchantHours, buyer: r.buyerDays, county: r.countyDays }),
                },
                {
                  key: 'weigh',
                  title: t('asr.weigh'),
                  render: (r) => <span className="num">{`${t('asr.autoUpTo')} ${yuan(r.weighToleranceFen)}`}</span>,
                },
                {
                  key: 'freight',
                  title: t('case.freight'),
                  card: 'wide',
                  render: (r) => (
                    <>
                      {t('case.fault.seller')}：{say(freightBearerWords[r.returnFaultBearer])}
                      <br />
                      {t('case.fault.buyer')}：{say(freightBearerWords[r.returnChoiceBearer])}
                    </>
                  ),
                },
              ]}
            />
          )}
        </Answer>
      </Part>
      <AddAfterSaleRule open={adding} onClose={() => setAdding(false)} />
    </>
  );
}
