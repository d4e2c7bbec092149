import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { perJin, shortDay, today, unitName, weight, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { Keypad } from './Keypad.tsx';
import { press, tidy } from './keypad.ts';
import { Whose } from './Whose.tsx';
import { type PriceOf, perUnit, readWeighed, type StepOf } from './weighed.ts';

/** Which variety and grade, at what price: the reference and the floor of the day stand beside each. */
export function PriceStep({
  id,
  weighed,
  change,
  left,
  back,
  grades,
  prices,
  varieties,
  onNext,
}: StepOf & {
  grades: readonly string[];
  prices: readonly PriceOf[];
  varieties: readonly string[];
  onNext: () => void;
}) {
  const { t, locale } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const { unit } = weighed;
  const read = readWeighed(weighed, prices);
  const { grams, fenPerKg, amountFen, day, priceText } = read;
  useEffect(() => input.current?.focus({ preventScroll: true }), []);
  const price = (fen: number) => (unit === 'jin' ? perJin(fen) : yuan(fen));
  return (
    <form
      className="station buy"
      onSubmit={(event) => {
        event.preventDefault();
        if (amountFen) onNext();
      }}
    >
      <PageHeader
        title={`${left?.cropName ?? ''} ${grams ? weight(grams, locale, unit) : ''}`}
        about={<Whose id={id} />}
        back={{ to: back, label: t('weigh.otherWeight') }}
      />
      {varieties.length > 0 ? (
        <label className="buy-variety">
          <span>{t('weigh.variety')}</span>
          {/* The phone's own list: one line here, however many there are. */}
          <select
            value={weighed.variety ?? ''}
            onChange={(event) => change({ variety: event.target.value || undefined })}
          >
            <option value="">{t('weigh.anyVariety')}</option>
            {varieties.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      ) : null}
      <fieldset className="buy-grades">
        <legend>{t('weigh.grade')}</legend>
        {grades.map((grade) => {
          const known = prices.find((one) => one.grade === grade);
          return (
            <label key={grade} className="buy-grade">
              <input
                type="radio"
                name="grade"
                checked={weighed.grade === grade}
                onChange={() => change({ grade, priceText: undefined })}
              />
              <b>{grade}</b>
              <span className="num">
                {known ? t('weigh.reference', { price: price(known.fenPerKg) }) : t('weigh.noReference')}
                {known?.floorFenPerKg ? (
                  <span>
                    {' '}
                    · {t(known.agreed ? 'weigh.agreedFloor' : 'weigh.floor', { price: price(known.floorFenPerKg) })}
                  </span>
                ) : null}
              </span>
            </label>
          );
        })}
      </fieldset>
      <label className="buy-figure">
        <span>{t('weigh.price', { unit: unitName(unit, locale) })}</span>
        <span className="buy-number">
          <em>¥</em>
          <input
            ref={input}
            inputMode="none"
            autoComplete="off"
            placeholder="0"
            value={priceText}
            onChange={(event) => change({ priceText: tidy(event.target.value, 2) })}
          />
        </span>
      </label>
      <p className={read.underFloor && !day?.agreed ? 'buy-say bad' : read.odd ? 'buy-say warn' : 'buy-say mute'}>
        {read.underFloor
          ? t(day?.agreed ? 'weigh.underAgreedFloor' : 'weigh.underFloor', {
              price: yuan(Math.round(perUnit(day?.floorFenPerKg ?? 0, unit))),
            })
          : read.odd
            ? t('weigh.oddPrice')
            : day && day.day !== today()
              ? t('weigh.priceOf', { day: shortDay(day.day, locale) })
              : ' '}
      </p>
      <Keypad onKey={(key) => change({ priceText: press(weighed.priceText ?? '', key, 2) })} />
      <div className="buy-end">
        <Button
          type="primary"
          htmlType="submit"
          size="large"
          block
          className="weigh-go"
          disabled={!fenPerKg || !amountFen}
        >
          {amountFen ? t('weigh.nextMoney', { money: yuan(amountFen) }) : t('action.next')}
        </Button>
      </div>
    </form>
  );
}
