import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { whyLeftOutWords } from '#benefit/contract';
import { ask } from '../../api/ask.ts';
import { day, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { DataTable, ShortTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { useCounty } from '../../session/session.ts';
import { EntryEvidence } from '../ledger/evidence.tsx';

/** What an agreement has brought so far, line by line, and what it speaks of that did not post. */
export function PostedUnder({ id }: { id: string }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({
    ...ask('benefit', 'agreementPosted', { params: { county, id }, query: pageOf(state.params) }),
    placeholderData: keepPreviousData,
  });
  const { data } = query;
  const sum = data ? t('agr.postedSum', { money: yuan(data.fen) }) : undefined;
  const inKind = data?.inKindFen ? t('agr.postedInKind', { money: yuan(data.inKindFen) }) : '';
  return (
    <>
      <Part title={t('agr.posted')} question={[sum, inKind].filter(Boolean).join(' · ')}>
        <DataTable
          caption={t('agr.posted')}
          state={state}
          query={query}
          rowKey={(e) => e.id}
          empty={{ title: t('agr.postedNone'), words: t('agr.postedNoneWords') }}
          columns={[
            { key: 'who', title: t('agr.with'), card: 'title', render: (e) => e.householdCode },
            { key: 'at', title: t('ledger.at'), render: (e) => day(e.at) },
            { key: 'evidence', title: t('ledger.evidence'), card: 'wide', render: (e) => <EntryEvidence of={e} /> },
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
      {data && data.leftOut.length > 0 ? (
        <Part title={t('agr.leftOut')} question={t('agr.leftOutQuestion')}>
          <ShortTable
            caption={t('agr.leftOut')}
            rows={data.leftOut}
            rowKey={(one) => `${one.evidenceKind}-${one.evidence}-${one.household}`}
            empty="—"
            columns={[
              { key: 'who', title: t('agr.with'), card: 'title', render: (one) => one.householdCode },
              { key: 'at', title: t('ledger.at'), render: (one) => day(one.at) },
              { key: 'evidence', title: t('ledger.evidence'), render: (one) => <EntryEvidence of={one} /> },
              { key: 'why', title: t('agr.because'), card: 'wide', render: (one) => say(whyLeftOutWords[one.why]) },
            ]}
          />
        </Part>
      ) : null}
    </>
  );
}
