import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { payments, paymentWords } from '#trace/contract';
import { asProblem } from '../../api/as-problem.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { perJin, weight, weightRound, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { buyOnDevice } from '../../offline/device.ts';
import { yieldState } from '../../offline/pack.ts';
import { canSpeak, speak, spokenNote } from '../../offline/spoken.ts';
import { Icon } from '../../parts/icons.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { useCarried, useHousehold } from './source.ts';
import { Whose } from './Whose.tsx';
import { type PriceOf, readWeighed, type StepOf } from './weighed.ts';

const SPEAK_KEPT = 'shanhuo.station.speak';

/** Everything once more, seen and heard; one press writes it. */
export function Confirm({
  id,
  crop,
  weighed,
  left,
  back,
  station,
  prices,
}: StepOf & { station: string; prices: readonly PriceOf[] }) {
  const { t, say, locale } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const carried = useCarried();
  const household = useHousehold(id);
  const [paid, setPaid] = useState<(typeof payments)[number]>('cash');
  const [aloud, setAloud] = useState(() => localStorage.getItem(SPEAK_KEPT) !== 'off');
  const { unit, grade, variety } = weighed;
  const { grams = 0, fenPerKg = 0, amountFen = 0, day, underFloor } = readWeighed(weighed, prices);
  const state = left ? yieldState(left, grams) : 'fine';
  const words = household
    ? spokenNote(
        {
          ...{
            headMasked: household.headMasked,
            cropName: left?.cropName ?? crop,
            variety,
            grade,
            grams,
            fenPerKg,
            amountFen,
          },
          paid,
        },
        unit,
      )
    : '';
  useEffect(() => {
    if (aloud && words) speak(words);
  }, [aloud, words]);

  const act = useAct(api.trace.weighIn, {
    onDone: (note) => void navigate(`${paths.note(county, note.id)}?fresh=1`, { replace: true }),
  });
  // On a device the note is written there first, signal or not; what sends it is the same either way.
  const own = useAct((input: Parameters<typeof buyOnDevice>[0]) => buyOnDevice(input), {
    quiet: true,
    onDone: (note) => void navigate(`${paths.deviceNote(county, note.said.id)}?fresh=1`, { replace: true }),
  });
  const error = act.error ?? own.error;
  const problem = error ? asProblem(error, t, true) : undefined;
  const busy = act.busy || own.busy;
  const write = () => {
    const { plot } = weighed;
    const said = {
      household: id,
      crop,
      grade,
      grams,
      fenPerKg,
      paid,
      ...(plot && { plot }),
      ...(variety && { variety }),
    };
    if (carried) own.run({ ...said, amountFen, referenceFenPerKg: day?.fenPerKg ?? null });
    else act.run({ params: { county }, body: { station, ...said } });
  };
  return (
    <div className="station buy">
      <PageHeader
        title={t('weigh.confirm')}
        about={<Whose id={id} />}
        back={{ to: back, label: t('weigh.otherPrice') }}
      />
      <dl className="buy-sum">
        <div>
          <dt>{left?.cropName ?? crop}</dt>
          <dd>{[variety, grade].filter(Boolean).join(' · ')}</dd>
        </div>
        <div>
          <dt>{t('weigh.weight')}</dt>
          <dd className="num">{weight(grams, locale, unit)}</dd>
        </div>
        <div>
          <dt>{t('note.price')}</dt>
          <dd className="num">
            {unit === 'jin'
              ? t('unit.perJin', { price: perJin(fenPerKg) })
              : t('unit.perKg', { price: yuan(fenPerKg) })}
          </dd>
        </div>
        <div className="buy-total">
          <dt>{t('note.amount')}</dt>
          <dd className="num">{yuan(amountFen)}</dd>
        </div>
      </dl>
      {underFloor ? (
        <p className={day?.agreed ? 'buy-say mute' : 'buy-say bad'}>
          {t(day?.agreed ? 'weigh.floorAdded' : 'weigh.underFloorShort')}
        </p>
      ) : null}
      {left && state !== 'fine' ? (
        <p className={state === 'near' ? 'buy-say warn' : 'buy-say bad'}>
          {t(state === 'near' ? 'weigh.nearYield' : 'weigh.aboveYield', {
            left: weightRound(Math.max(0, left.limitGrams - left.boughtGrams), locale, unit),
          })}
        </p>
      ) : null}
      <fieldset className="buy-paid">
        <legend>{t('weigh.paid')}</legend>
        {payments.map((value) => (
          <label key={value} className="buy-grade">
            <input type="radio" name="paid" checked={paid === value} onChange={() => setPaid(value)} />
            <b>{say(paymentWords[value])}</b>
          </label>
        ))}
      </fieldset>
      {canSpeak() ? (
        <div className="buy-row">
          <Button size="large" icon={<Icon name="speak" />} onClick={() => speak(words)}>
            {t('weigh.speak')}
          </Button>
          <label className="buy-check">
            <input
              type="checkbox"
              checked={aloud}
              onChange={(event) => {
                localStorage.setItem(SPEAK_KEPT, event.target.checked ? 'on' : 'off');
                if (!event.target.checked) speechSynthesis.cancel();
                setAloud(event.target.checked);
              }}
            />
            {t('weigh.speakAlways')}
          </label>
        </div>
      ) : null}
      <div className="buy-end">
        {problem ? (
          <p className="form-problem" role="alert">
            {problem.title}
            {problem.fields.length > 1 ? problem.fields.map((f) => ` ${f.message}`) : null}
          </p>
        ) : null}
        <Button type="primary" size="large" block className="weigh-go" loading={busy} onClick={write}>
          {t(paid === 'later' ? 'weigh.goLater' : 'weigh.go', { money: yuan(amountFen) })}
        </Button>
      </div>
    </div>
  );
}
