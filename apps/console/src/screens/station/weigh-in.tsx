import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Input, Segmented } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { payments, paymentWords } from '#trace/contract';
import type { HouseholdRow } from '../../api/answers.ts';
import { asProblem } from '../../api/as-problem.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import {
  perJin,
  readWeight,
  readYuan,
  today,
  unitName,
  type WeightUnit,
  weightRound,
  yuan,
  yuanInput,
} from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { Icon } from '../../parts/icons.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { Answer, EmptyState, ErrorState, Loading } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { type KeypadKey, keypadKeys, press, tidy } from './keypad.ts';
import { useStations } from './stations.ts';

const households = (county: number, q: string) =>
  ask('registry', 'households', { params: { county }, query: { q, size: 20 } });
const household = (county: number, id: string) => ask('registry', 'household', { params: { county, id } });
const capacity = (county: number, id: string) => ask('trace', 'capacity', { params: { county, id } });
const prices = (county: number, crop: string) =>
  ask('catalog', 'referencePrices', { params: { county }, query: { day: today(), crop } });

/** Weigh in: whose, what, how much. Three short steps in the URL, so that the phone's back button works. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const { chosen } = useStations();
  const state = useUrlState();
  const id = state.get('household');
  const crop = state.get('crop');
  if (!chosen) return <EmptyState title={t('station.none')}>{t('station.noneWords')}</EmptyState>;
  if (!id) return <PickHousehold onPick={(row) => state.set({ household: row.id, crop: undefined })} />;
  if (!crop) return <PickCrop id={id} onPick={(code, replace) => state.set({ crop: code }, { replace })} />;
  return <Weigh key={`${id}-${crop}`} county={county} station={chosen.id} id={id} crop={crop} />;
}

function PickHousehold({ onPick }: { onPick: (row: HouseholdRow) => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [q, setQ] = useState('');
  const found = useQuery({ ...households(county, q.trim()), placeholderData: keepPreviousData });
  return (
    <div className="station">
      <PageHeader title={t('weigh.whose')} back={{ to: paths.station(county), label: t('menu.station') }} />
      <Input
        size="large"
        type="search"
        allowClear
        autoFocus
        aria-label={t('weigh.findHousehold')}
        placeholder={t('weigh.findHousehold')}
        value={q}
        onChange={(event) => setQ(event.target.value)}
        prefix={<Icon name="search" />}
      />
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
  const left = useQuery(capacity(county, id));
  const only = left.data?.length === 1 ? left.data[0]?.crop : undefined;
  // With one crop there is nothing to ask; going back then leads to the households, not here again.
  useEffect(() => {
    if (only) onPick(only, true);
  }, [only, onPick]);
  if (only) return <Loading />;
  return (
    <div className="station">
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
              {rows.map((row) => (
                <li key={row.crop}>
                  <button type="button" className="list-row" onClick={() => onPick(row.crop)}>
                    <span>
                      <b>{row.cropName}</b>
                      <span className="mute">
                        {row.leftGrams > 0
                          ? t('weigh.left', { left: weightRound(row.leftGrams, locale, 'kg') })
                          : t('weigh.nothingLeft')}
                      </span>
                    </span>
                    <Icon name="next" />
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </div>
  );
}

function Whose({ id }: { id: string }) {
  const { county } = useCounty();
  const { data } = useQuery(household(county, id));
  if (!data) return <>…</>;
  const head = data.members.find((m) => m.relation === 'head');
  return (
    <span className="whose">
      <b>{head?.name}</b> {`${data.code} · ${data.villageName}`}
    </span>
  );
}

const usualGrades = ['特级', '一级', '二级', '统货'];
type Field = 'weight' | 'price';
const UNIT_KEPT = 'shanhuo.station.unit';

function Weigh({ county, station, id, crop }: { county: number; station: string; id: string; crop: string }) {
  const { t, locale, say } = useWords();
  const navigate = useNavigate();
  const [unit, setUnit] = useState<WeightUnit>(() => (localStorage.getItem(UNIT_KEPT) === 'kg' ? 'kg' : 'jin'));
  const [weightText, setWeightText] = useState('');
  const [ownPrice, setOwnPrice] = useState<string>();
  const [ownGrade, setOwnGrade] = useState<string>();
  const [paid, setPaid] = useState<(typeof payments)[number]>('cash');
  const [field, setField] = useState<Field>('weight');
  const inputs = { weight: useRef<HTMLInputElement>(null), price: useRef<HTMLInputElement>(null) };

  const left = useQuery(capacity(county, id)).data?.find((row) => row.crop === crop);
  const reference = useQuery(prices(county, crop));
  const grades = useMemo(() => {
    const known = reference.data?.map((price) => price.grade) ?? [];
    return known.length > 0 ? [...new Set(known)] : usualGrades;
  }, [reference.data]);
  const grade = ownGrade ?? grades[0] ?? '统货';
  const day = reference.data?.find((price) => price.grade === grade);

  // The price is kept for a kilogram; it is shown and typed for the unit of the scale.
  const perUnit = (fenPerKg: number) => (unit === 'jin' ? fenPerKg / 2 : fenPerKg);
  const priceText = ownPrice ?? (day ? yuanInput(Math.round(perUnit(day.fenPerKg))) : '');
  const grams = readWeight(weightText, unit);
  const fenPerUnit = readYuan(priceText);
  const fenPerKg = fenPerUnit === undefined ? undefined : unit === 'jin' ? fenPerUnit * 2 : fenPerUnit;
  const amount = grams && fenPerKg ? Math.round((grams * fenPerKg) / 1000) : undefined;
  const tooMuch = Boolean(left && grams && grams > left.leftGrams);
  const odd = Boolean(day && fenPerKg && (fenPerKg < day.fenPerKg * 0.8 || fenPerKg > day.fenPerKg * 1.25));
  const underFloor = Boolean(day?.floorFenPerKg && fenPerKg && fenPerKg < day.floorFenPerKg);

  const act = useAct(api.trace.weighIn, {
    onDone: (note) => void navigate(`${paths.note(county, note.id)}?fresh=1`, { replace: true }),
  });
  const problem = act.error ? asProblem(act.error, t, true) : undefined;

  const change = (text: string) => {
    if (field === 'weight') setWeightText(text);
    else setOwnPrice(text);
  };
  const focus = (to: Field) => {
    setField(to);
    inputs[to].current?.focus();
  };
  const onKey = (key: KeypadKey) => change(press(field === 'weight' ? weightText : priceText, key, 2));
  const changeUnit = (next: WeightUnit) => {
    localStorage.setItem(UNIT_KEPT, next);
    setUnit(next);
    setWeightText('');
    setOwnPrice(undefined);
    focus('weight');
  };
  const ready = Boolean(grams && fenPerKg && !tooMuch);

  return (
    <div className="station weigh">
      <PageHeader
        title={left?.cropName ?? t('weigh.howMuch')}
        about={<Whose id={id} />}
        back={{ to: paths.weighIn(county, { station, household: id }), label: t('weigh.otherCrop') }}
      />
      {reference.error ? <ErrorState error={reference.error} compact /> : null}
      <div className="weigh-fields">
        <label className={field === 'weight' ? 'weigh-field on' : 'weigh-field'}>
          <span>{t('weigh.weight')}</span>
          <span className="weigh-figure">
            {/* The keypad below types; `inputMode none` keeps the phone's own keyboard away, a real one still works. */}
            <input
              ref={inputs.weight}
              inputMode="none"
              autoComplete="off"
              // biome-ignore lint/a11y/noAutofocus: this step is this field
              autoFocus
              placeholder="0"
              value={weightText}
              onFocus={() => setField('weight')}
              onChange={(event) => setWeightText(tidy(event.target.value, 2))}
            />
            <em>{unitName(unit, locale)}</em>
          </span>
          <small className={tooMuch ? 'bad' : 'mute'}>
            {left
              ? tooMuch
                ? t('weigh.tooMuch', { left: weightRound(left.leftGrams, locale, unit) })
                : t('weigh.left', { left: weightRound(left.leftGrams, locale, unit) })
              : ' '}
          </small>
        </label>
        <label className={field === 'price' ? 'weigh-field on' : 'weigh-field'}>
          <span>{t('weigh.price', { unit: unitName(unit, locale) })}</span>
          <span className="weigh-figure">
            <em>¥</em>
            <input
              ref={inputs.price}
              inputMode="none"
              autoComplete="off"
              placeholder="0"
              value={priceText}
              onFocus={() => setField('price')}
              onChange={(event) => setOwnPrice(tidy(event.target.value, 2))}
            />
          </span>
          <small className={underFloor ? 'bad' : 'mute'}>
            {day
              ? underFloor
                ? t('weigh.underFloor', { price: yuan(Math.round(perUnit(day.floorFenPerKg ?? 0))) })
                : t('weigh.reference', { price: unit === 'jin' ? perJin(day.fenPerKg) : yuan(day.fenPerKg) })
              : t('weigh.noReference')}
          </small>
        </label>
      </div>
      <div className="weigh-choices">
        <Segmented
          aria-label={t('weigh.grade')}
          options={grades}
          value={grade}
          onChange={(value) => {
            setOwnGrade(value);
            setOwnPrice(undefined);
          }}
        />
        <Segmented
          aria-label={t('weigh.unit')}
          options={(['jin', 'kg'] as const).map((value) => ({ value, label: unitName(value, locale) }))}
          value={unit}
          onChange={changeUnit}
        />
      </div>
      <div className="keypad">
        {keypadKeys.map((key) => (
          <button
            key={key}
            type="button"
            className="keypad-key"
            aria-label={key === 'back' ? t('weigh.erase') : key}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onKey(key)}
          >
            {key === 'back' ? <Icon name="erase" size={28} /> : key}
          </button>
        ))}
      </div>
      <div className="weigh-end">
        <Segmented
          block
          aria-label={t('weigh.paid')}
          options={payments.map((value) => ({ value, label: say(paymentWords[value]) }))}
          value={paid}
          onChange={setPaid}
        />
        {odd && !underFloor ? <p className="warn">{t('weigh.oddPrice')}</p> : null}
        {problem ? (
          <p className="form-problem" role="alert">
            {problem.title}
            {problem.fields.length > 1 ? problem.fields.map((f) => ` ${f.message}`) : null}
          </p>
        ) : null}
        <Button
          type="primary"
          size="large"
          block
          className="weigh-go"
          disabled={!ready}
          loading={act.busy}
          onClick={() => {
            if (!grams || !fenPerKg) return;
            act.run({ params: { county }, body: { station, household: id, crop, grade, grams, fenPerKg, paid } });
          }}
        >
          {amount ? t('weigh.go', { money: yuan(amount) }) : t('weigh.goEmpty')}
        </Button>
      </div>
    </div>
  );
}
