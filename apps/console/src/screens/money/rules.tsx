import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { feeBearerWords, settlementPartWords, trade } from '#trade/contract';
import type { FreightRule, SettlementRule } from '../../api/answers.ts';
import { asProblem } from '../../api/as-problem.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { weight, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { useRuleColumns } from '../../parts/rule-cells.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { RuleForm } from './RuleForm.tsx';
import { SetFreight } from './SetFreight.tsx';

const rules = (county: number) => ask('trade', 'settlementRules', { params: { county } });
const freight = (county: number) => ask('trade', 'freightRules', { params: { county } });

export const loader = ahead((county) => [rules(county), freight(county)]);

/** How a line's money is split and what freight costs: rules as data, each with the paper it rests on. */
export function Component() {
  const { t, locale, say } = useWords();
  const { county, may } = useCounty();
  const [ruleOf, setRuleOf] = useState<SettlementRule | 'new'>();
  const [ending, setEnding] = useState<SettlementRule>();
  const order = useAct(api.trade.orderSettlementRules);
  const end = useAct(api.trade.endSettlementRule, { onDone: () => setEnding(undefined) });
  const [freightOf, setFreightOf] = useState<FreightRule | 'new'>();
  const split = useQuery(rules(county));
  const ruleColumns = useRuleColumns<SettlementRule>();
  const carriage = useQuery(freight(county));
  /** The rule and its neighbour change places; the whole order is sent, so that nobody moves what he has not seen. */
  const move = (rows: readonly SettlementRule[], r: SettlementRule, by: -1 | 1) => {
    const ids = rows.map(({ id }) => id);
    const at = ids.indexOf(r.id);
    [ids[at], ids[at + by]] = [ids[at + by] as string, r.id];
    order.run({ params: { county }, body: { rules: ids } });
  };
  return (
    <>
      <PageHeader title={t('menu.rules')} about={t('rules.about')} />
      <Part
        title={t('rules.split')}
        question={t('rules.splitWords')}
        more={
          <span className="part-buttons">
            <Link className="button-link" to={paths.preview(county)}>
              {t('rules.preview')}
            </Link>
            {may(trade.addSettlementRule) ? <Button onClick={() => setRuleOf('new')}>{t('rules.add')}</Button> : null}
          </span>
        }
      >
        {order.error ? <p className="bad">{asProblem(order.error, t).title}</p> : null}
        <Answer query={split}>
          {(rows) => (
            <ShortTable<SettlementRule>
              caption={t('rules.split')}
              rows={rows}
              rowKey={(r) => r.id}
              empty={t('rules.none')}
              columns={[
                ...ruleColumns,
                { key: 'shares', card: 'wide', title: t('rules.shares'), render: (r) => <Shares rule={r} /> },
                {
                  key: 'fee',
                  title: t('rules.fee'),
                  width: 90,
                  render: (r) => say(feeBearerWords[r.feeBearer]),
                },
                ...(may(trade.orderSettlementRules)
                  ? [
                      {
                        key: 'acts',
                        card: 'wide' as const,
                        title: t('rules.acts'),
                        render: (r: SettlementRule) => (
                          <span className="row-acts">
                            <Button
                              size="small"
                              aria-label={t('rules.up', { name: r.name })}
                              disabled={rows[0]?.id === r.id || order.busy}
                              onClick={() => move(rows, r, -1)}
                            >
                              ↑
                            </Button>
                            <Button
                              size="small"
                              aria-label={t('rules.down', { name: r.name })}
                              disabled={rows.at(-1)?.id === r.id || order.busy}
                              onClick={() => move(rows, r, 1)}
                            >
                              ↓
                            </Button>
                            {r.endsAt ? null : (
                              <>
                                <Button size="small" onClick={() => setRuleOf(r)}>
                                  {t('rules.replace')}
                                </Button>
                                <Button size="small" onClick={() => setEnding(r)}>
                                  {t('rules.end')}
                                </Button>
                              </>
                            )}
                          </span>
                        ),
                      },
                    ]
                  : []),
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
      <ConfirmWithReason
        open={ending !== undefined}
        title={t('rules.endOf', { name: ending?.name ?? '' })}
        confirm={t('rules.end')}
        danger
        busy={end.busy}
        error={end.error}
        onConfirm={(reason) => ending && end.run({ params: { county, id: ending.id }, body: { reason } })}
        onCancel={() => setEnding(undefined)}
      >
        {t('rules.endWords')}
      </ConfirmWithReason>
      <RuleForm rule={ruleOf} onClose={() => setRuleOf(undefined)} />
      <SetFreight rule={freightOf} onClose={() => setFreightOf(undefined)} />
    </>
  );
}

const percent = (bp: number) => `${(bp / 100).toFixed(2).replace(/\.?0+$/, '')}%`;

/** What a rule gives to whom, what is left for the merchant, and below it the least and most of a part. */
function Shares({ rule }: { rule: SettlementRule }) {
  const { t, say } = useWords();
  const { stationBp, platformBp, fundBp, levyBp, householdBp, householdFenPerPack } = rule;
  const perPack = householdFenPerPack > 0 ? t('rules.eachPack', { yuan: yuan(householdFenPerPack) }) : '';
  const shares = [
    { part: 'station', gives: stationBp > 0 ? percent(stationBp) : '' },
    { part: 'platform', gives: platformBp > 0 ? percent(platformBp) : '' },
    { part: 'fund', gives: fundBp > 0 ? percent(fundBp) : '' },
    { part: 'household', gives: [householdBp > 0 ? percent(householdBp) : '', perPack].filter(Boolean).join(' + ') },
    { part: 'levy', gives: levyBp > 0 ? percent(levyBp) : '' },
  ] as const;
  const rest = 10_000 - stationBp - platformBp - fundBp - levyBp - householdBp;
  return (
    <div className="rule-shares">
      <span className="rule-share">
        {say(settlementPartWords.merchant)}{' '}
        <b className="num">
          {perPack ? t('rules.restLess', { percent: percent(rest), less: perPack }) : percent(rest)}
        </b>
      </span>
      {shares.map(({ part, gives }) =>
        gives ? (
          <span key={part} className="rule-share">
            {say(settlementPartWords[part])} <b className="num">{gives}</b>
          </span>
        ) : null,
      )}
      {rule.bounds.map(({ part, per, floorFen, capFen }) => (
        <small key={`${part} ${per}`} className="mute rule-bound">
          {[
            say(settlementPartWords[part]),
            t(per === 'line' ? 'rules.perLine' : 'rules.perOrder'),
            floorFen === null ? '' : t('rules.atLeast', { yuan: yuan(floorFen) }),
            capFen === null ? '' : t('rules.atMost', { yuan: yuan(capFen) }),
          ]
            .filter(Boolean)
            .join(' ')}
        </small>
      ))}
    </div>
  );
}
