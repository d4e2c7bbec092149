import { Input } from 'antd';
import { useEffect, useState } from 'react';
import { readCardText } from '#registry/contract';
import { weightRound } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { useOwnDevice } from '../../offline/own-device.ts';
import { Icon } from '../../parts/icons.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { Answer, EmptyState, ErrorState, Loading } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { UnlockForm } from '../device/UnlockForm.tsx';
import { Confirm } from './Confirm.tsx';
import { keepUnit, keptUnit } from './kept-unit.ts';
import { PriceStep } from './PriceStep.tsx';
import { ScanCard } from './ScanCard.tsx';
import { type FoundHousehold, useCapacity, useCard, useHouseholds, usePrices, useVarieties } from './source.ts';
import { useStations } from './stations.ts';
import { WeightStep } from './WeightStep.tsx';
import { WhichPlot } from './WhichPlot.tsx';
import { Whose } from './Whose.tsx';
import type { Weighed } from './weighed.ts';

/**
 * Buying in, one question a page: whose, what, how much, which grade at what price, and the whole again before it is
 * written. The step stands in the URL, so that the phone's back button does what people expect.
 */
export function Component() {
  const { t } = useWords();
  const { chosen } = useStations();
  const device = useOwnDevice();
  const state = useUrlState();
  const id = state.get('household');
  const crop = state.get('crop');
  if (!chosen) return <EmptyState title={t('station.none')}>{t('station.noneWords')}</EmptyState>;
  if (device?.state === 'locked') return <UnlockForm />;
  if (!id)
    return (
      <PickHousehold
        onPick={(row) => state.set({ household: row.id, crop: undefined, plot: undefined, step: undefined })}
      />
    );
  if (!crop)
    return <PickCrop id={id} onPick={(code, replace) => state.set({ crop: code, plot: undefined }, { replace })} />;
  return <Weigh key={`${id}-${crop}`} station={chosen.id} id={id} crop={crop} />;
}

function PickHousehold({ onPick }: { onPick: (row: FoundHousehold) => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [q, setQ] = useState('');
  const found = useHouseholds(q.trim());
  // A card names one household: there is nothing left to press.
  const card = useCard(onPick);
  // A scanner on a cable types what it reads; so does who cannot hold the card before a camera.
  const type = (text: string) => {
    const said = readCardText(text, county);
    if (!said || !('letters' in said)) return setQ(text);
    setQ('');
    void card.read(said.letters);
  };
  return (
    <div className="station buy">
      <PageHeader title={t('weigh.whose')} back={{ to: paths.station(county), label: t('menu.station') }} />
      <div className="buy-find">
        <Input
          size="large"
          type="search"
          allowClear
          autoFocus
          autoCapitalize="none"
          aria-label={t('weigh.findHousehold')}
          placeholder={t('weigh.findShort')}
          value={q}
          onChange={(event) => type(event.target.value)}
          prefix={<Icon name="search" />}
        />
        <ScanCard onCard={(letters) => void card.read(letters)} />
      </div>
      {card.unknown ? (
        <p className="buy-say bad" role="alert">
          {t('weigh.cardUnknown')}
        </p>
      ) : null}
      {card.error ? <ErrorState error={card.error} compact /> : null}
      <Answer query={found}>
        {({ rows, total }) =>
          rows.length === 0 ? (
            <EmptyState title={t('weigh.noHousehold')}>{t('weigh.noHouseholdWords')}</EmptyState>
          ) : (
            <>
              <ul className="plain-list press-list">
                {rows.map((row) => (
                  <li key={row.id}>
                    <button type="button" className="list-row" onClick={() => onPick(row)}>
                      <span>
                        <b>{row.headMasked}</b>
                        <span className="mute">
                          {row.code} · {row.villageName}
                        </span>
                      </span>
                      <Icon name="next" />
                    </button>
                  </li>
                ))}
              </ul>
              {total > rows.length ? (
                <p className="mute">{t('weigh.moreHouseholds', { n: total - rows.length })}</p>
              ) : null}
            </>
          )
        }
      </Answer>
    </div>
  );
}

function PickCrop({ id, onPick }: { id: string; onPick: (crop: string, replace?: boolean) => void }) {
  const { t, locale } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const left = useCapacity(id);
  const only = left.data?.length === 1 ? left.data[0]?.crop : undefined;
  // With one crop there is nothing to ask; going back then leads to the households, not here again.
  useEffect(() => {
    if (only) onPick(only, true);
  }, [only, onPick]);
  if (only) return <Loading />;
  return (
    <div className="station buy">
      <PageHeader
        title={t('weigh.what')}
        about={<Whose id={id} />}
        back={{ to: paths.weighIn(county, { station: state.get('station') }), label: t('weigh.otherHousehold') }}
      />
      <Answer query={left}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title={t('weigh.noCrop')}>{t('weigh.noCropWords')}</EmptyState>
          ) : (
            <ul className="plain-list press-list">
              {rows.map((row) => {
                const leftGrams = Math.max(0, row.limitGrams - row.boughtGrams);
                return (
                  <li key={row.crop}>
                    <button type="button" className="list-row" onClick={() => onPick(row.crop)}>
                      <span>
                        <b>{row.cropName}</b>
                        <span className={leftGrams > 0 ? 'mute' : 'bad'}>
                          {leftGrams > 0
                            ? t('weigh.left', { left: weightRound(leftGrams, locale, 'jin') })
                            : t('weigh.nothingLeft')}
                        </span>
                      </span>
                      <Icon name="next" />
                    </button>
                  </li>
                );
              })}
            </ul>
          )
        }
      </Answer>
    </div>
  );
}

const usualGrades = ['特级', '一级', '二级', '统货'];
/** In the URL: the keeper was asked and named none. */
const ANY_PLOT = 'any';

function Weigh({ station, id, crop }: { station: string; id: string; crop: string }) {
  const { t } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const capacity = useCapacity(id);
  const prices = usePrices(crop, id, station);
  const varieties = useVarieties(crop);
  const left = capacity.data?.find((row) => row.crop === crop);
  const grades = [...new Set(prices.data?.map((price) => price.grade) ?? [])];
  const [said, setSaid] = useState<Omit<Weighed, 'grade'> & { grade?: string }>(() => ({
    unit: keptUnit(),
    weightText: '',
    priceText: undefined,
  }));
  const shown = grades.length > 0 ? grades : usualGrades;
  const plots = left?.plots ?? [];
  const named = plots.find((one) => one.id === state.get('plot'))?.id;
  const weighed: Weighed = { ...said, grade: said.grade ?? shown[0] ?? '统货', plot: named };
  const change = (part: Partial<Weighed>) => {
    if (part.unit) keepUnit(part.unit);
    setSaid((before) => ({ ...before, ...part }));
  };
  // After a reload nothing is weighed any more, whatever step the address names.
  const step = weighed.weightText === '' ? undefined : state.get('step');
  const go = (to: string) => state.set({ step: to });
  const back = (to?: string) =>
    paths.weighIn(county, { station, household: id, ...(to && { crop, step: to, plot: state.get('plot') }) });
  const common = { id, crop, weighed, change, left };
  if (plots.length > 1 && !named && state.get('plot') !== ANY_PLOT) {
    const choose = (plot: string | null) => state.set({ plot: plot ?? ANY_PLOT });
    return <WhichPlot id={id} title={left?.cropName ?? ''} plots={plots} back={back()} onChoose={choose} />;
  }
  if (step === 'price') {
    return (
      <PriceStep
        {...common}
        grades={shown}
        prices={prices.data ?? []}
        varieties={varieties}
        back={back('weight')}
        onNext={() => go('confirm')}
      />
    );
  }
  if (step === 'confirm') {
    return <Confirm {...common} station={station} prices={prices.data ?? []} back={back('price')} />;
  }
  return (
    <WeightStep {...common} back={back()} onNext={() => go('price')}>
      {prices.error ? <p className="warn">{t('weigh.noReference')}</p> : null}
    </WeightStep>
  );
}
