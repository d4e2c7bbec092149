import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type Income, incomeWords, type Mechanism, mechanismWords } from '#benefit/contract';
import { ask, monthOf } from '../../api/ask.ts';
import { day, monthName, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { canSpeak, speak, spokenStatement } from '../../offline/spoken.ts';
import { DataTable, ShortTable } from '../../parts/DataTable.tsx';
import { Icon } from '../../parts/icons.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Figure, Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { EntryEvidence } from '../ledger/evidence.tsx';
import { HouseholdHelpPart } from './HouseholdHelp.tsx';
import { HouseholdIncomesPart } from './HouseholdIncomes.tsx';

/** What a household sold and was paid or is owed, month by month, each row with its evidence. */
export function HouseholdStatementPart({ county, id }: { county: number; id: string }) {
  const { t, locale, say } = useWords();
  const state = useUrlState();
  const query = useQuery({
    ...ask('benefit', 'householdStatement', {
      params: { county, id },
      query: { from: monthOf(state.params, 'from'), to: monthOf(state.params, 'to') },
    }),
    placeholderData: keepPreviousData,
  });
  const way = ({ mechanism, income }: { mechanism: Mechanism; income: Income }) =>
    income === 'market'
      ? say(mechanismWords[mechanism])
      : `${say(mechanismWords[mechanism])} · ${say(incomeWords[income])}`;
  return (
    <Answer query={query}>
      {(s) => (
        <>
          <div className="figures">
            <Figure label={t('statement.earned')} value={yuan(s.earnedFen)} tone="pine" />
            <Figure label={t('statement.paid')} value={yuan(s.paidFen)} />
            {s.subsidyFen === 0 ? null : (
              <Figure
                label={t('statement.subsidy')}
                value={yuan(s.subsidyFen)}
                note={t('statement.subsidyWords', { money: yuan(s.earnedFen - s.subsidyFen) })}
              />
            )}
            {s.inKindFen === 0 ? null : (
              <Figure label={t('statement.inKind')} value={yuan(s.inKindFen)} note={t('statement.inKindWords')} />
            )}
            {s.underWayFen > 0 ? (
              <Figure label={t('statement.underWay')} value={yuan(s.underWayFen)} note={t('statement.underWayWords')} />
            ) : null}
            <Figure
              label={t('statement.owed')}
              value={yuan(s.owedFen)}
              note={s.owedFen > 0 ? t('statement.owedWords') : undefined}
            />
          </div>
          <Part
            title={t('statement.months')}
            more={
              <>
                {canSpeak() ? (
                  <Button icon={<Icon name="speak" />} onClick={() => speak(spokenStatement(s))}>
                    {t('weigh.speak')}
                  </Button>
                ) : null}
                <Button onClick={() => window.print()}>{t('action.print')}</Button>
              </>
            }
          >
            <ShortTable
              caption={t('statement.months')}
              rows={s.months}
              rowKey={(m) => `${m.month}-${m.mechanism}-${m.income}`}
              empty={t('statement.none')}
              columns={[
                {
                  key: 'month',
                  title: t('benefit.by.month'),
                  render: (m) => monthName(m.month, locale),
                  card: 'title',
                },
                { key: 'mechanism', title: t('benefit.by.mechanism'), render: (m) => way(m) },
                {
                  key: 'fen',
                  title: t('benefit.money'),
                  align: 'right',
                  card: 'corner',
                  render: (m) => <MoneyCell fen={m.fen} tone="strong" />,
                },
              ]}
            />
          </Part>
          <HouseholdHelpPart id={id} />
          <HouseholdIncomesPart county={county} id={id} />
          <Part title={t('statement.rows')} question={t('statement.rowsWords')}>
            <DataTable
              caption={t('statement.rows')}
              rows={s.rows}
              state={state}
              query={query}
              rowKey={(e) => e.id}
              filters={[
                { key: 'from', label: t('benefit.from'), type: 'month' },
                { key: 'to', label: t('benefit.to'), type: 'month' },
              ]}
              empty={{ title: t('statement.none'), words: t('statement.noneWords') }}
              columns={[
                { key: 'at', title: t('ledger.at'), render: (e) => day(e.at), card: 'title' },
                { key: 'mechanism', title: t('benefit.by.mechanism'), render: (e) => way(e) },
                {
                  key: 'evidence',
                  title: t('ledger.evidence'),
                  render: (e) => <EntryEvidence of={e} />,
                },
                {
                  key: 'fen',
                  title: t('benefit.money'),
                  align: 'right',
                  card: 'corner',
                  render: (e) => <MoneyCell fen={e.fen} tone="strong" />,
                },
              ]}
            />
          </Part>
        </>
      )}
    </Answer>
  );
}
