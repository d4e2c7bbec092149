import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { trace } from '#trace/contract';
import type { Purchase } from '../../api/answers.ts';
import { ahead, ask, dayOf, given } from '../../api/ask.ts';
import { dayTime, produce } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell, PricePerWeight, WeightCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { NoteTag } from './NoteTag.tsx';

const list = (county: number, url: URLSearchParams) =>
  ask('trace', 'purchases', {
    params: { county },
    query: {
      ...pageOf(url),
      day: dayOf(url, 'day'),
      q: given(url, 'q'),
      station: given(url, 'station'),
      household: given(url, 'household'),
      lot: given(url, 'lot'),
    },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** Purchase notes: every weighing, newest first. */
export function Component() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<Purchase>[] = [
    { key: 'number', title: t('note.number'), render: (n) => n.number, width: 130, card: 'line' },
    {
      key: 'at',
      card: 'wide',
      title: t('note.at'),
      render: (n) => <span className="num">{dayTime(n.at)}</span>,
      width: 140,
    },
    { key: 'head', title: t('note.household'), render: (n) => `${n.headMasked} · ${n.villageName}`, card: 'title' },
    { key: 'crop', title: t('note.crop'), render: produce },
    { key: 'grams', title: t('note.grams'), render: (n) => <WeightCell grams={n.grams} />, align: 'right' },
    {
      key: 'price',
      title: t('note.price'),
      render: (n) => <PricePerWeight fenPerKg={n.fenPerKg} />,
      align: 'right',
      card: 'none',
    },
    {
      key: 'amount',
      title: t('note.amount'),
      render: (n) => <MoneyCell fen={n.amountFen} tone="strong" />,
      align: 'right',
      card: 'corner',
    },
    { key: 'station', title: t('note.station'), render: (n) => n.stationName, card: 'none' },
    { key: 'state', title: t('note.state'), render: (n) => <NoteTag note={n} />, width: 90 },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.notes')}
        about={t('notes.about')}
        actions={
          may(trace.weighIn) ? (
            <Link className="button-link primary" to={paths.weighIn(county)}>
              {t('station.weigh')}
            </Link>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.notes')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(n) => n.id}
        rowHref={(n) => paths.note(county, n.id)}
        search={t('notes.search')}
        filters={[{ key: 'day', label: t('notes.day'), type: 'date' }]}
        empty={{ title: t('notes.empty'), words: t('notes.emptyWords') }}
      />
    </>
  );
}
