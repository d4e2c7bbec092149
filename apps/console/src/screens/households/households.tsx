import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { registry } from '#registry/contract';
import type { HouseholdRow } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { useOwnDevice } from '../../offline/own-device.ts';
import { cropsQuestion, useCrops } from '../../parts/crops.ts';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { CountCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { useOnline } from '../../parts/use-online.ts';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { CarriedHouseholds } from './Carried.tsx';
import { VillageCards } from './VillageCards.tsx';
import { categoryTones, householdCategories, householdCategoryWords } from './words.ts';
import { YieldBounds } from './YieldBounds.tsx';

const list = (county: number, url: URLSearchParams) =>
  ask('registry', 'households', {
    params: { county },
    query: {
      ...pageOf(url),
      q: given(url, 'q'),
      village: given(url, 'village'),
      category: oneOf(householdCategories, url.get('category')),
      crop: given(url, 'crop'),
    },
  });

export const loader = ahead((county, url) => [list(county, url), cropsQuestion()]);

/** Households by code and village; names are masked until someone says why they need them. */
export function Component() {
  const { t, say, listed } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const crops = useCrops();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const device = useOwnDevice();
  const online = useOnline();
  // No answer at all, and a device that carries them: what it has is better than a sentence about the network.
  const cut = !online || device?.trouble === 'offline' || query.error instanceof TypeError;
  if (device && cut) return <CarriedHouseholds />;
  const columns: Column<HouseholdRow>[] = [
    { key: 'head', title: t('household.head'), render: (h) => h.headMasked, card: 'title', width: 110 },
    { key: 'code', title: t('household.code'), render: (h) => <span className="num">{h.code}</span>, width: 140 },
    { key: 'village', title: t('note.village'), render: (h) => h.villageName },
    {
      key: 'category',
      title: t('household.category'),
      card: 'corner',
      width: 100,
      render: (h) => <StatusTag tone={categoryTones[h.category]}>{say(householdCategoryWords[h.category])}</StatusTag>,
    },
    {
      key: 'members',
      title: t('household.members'),
      align: 'right',
      width: 80,
      render: (h) => <CountCell n={h.members} />,
    },
    {
      key: 'crops',
      card: 'wide',
      title: t('household.crops'),
      render: (h) => listed(h.crops.map((c) => crops.name(c.crop))) || '—',
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.households')}
        about={t('household.about')}
        actions={
          <>
            <YieldBounds />
            <VillageCards />
            {may(registry.addHousehold) ? (
              <Link className="button-link primary" to={paths.newHousehold(county)}>
                {t('household.add')}
              </Link>
            ) : null}
          </>
        }
      />
      <DataTable
        caption={t('menu.households')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(h) => h.id}
        rowHref={(h) => paths.household(county, h.id)}
        search={t('weigh.findHousehold')}
        filters={[
          {
            key: 'category',
            label: t('household.category'),
            options: householdCategories.map((value) => ({ value, label: say(householdCategoryWords[value]) })),
          },
          { key: 'crop', label: t('household.crop'), options: crops.options },
        ]}
        empty={{ title: t('household.empty'), words: t('household.emptyWords') }}
      />
    </>
  );
}
