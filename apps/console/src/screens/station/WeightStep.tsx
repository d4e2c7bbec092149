import { Button, Segmented } from 'antd';
import { type ReactNode, useEffect, useRef } from 'react';
import { unitName, type WeightUnit, weight, weightNumber, weightRound } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { yieldState } from '../../offline/pack.ts';
import { Icon } from '../../parts/icons.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { Keypad } from './Keypad.tsx';
import { press, tidy } from './keypad.ts';
import { baudRates, useScale } from './use-scale.ts';
import { BlockedPlot, standsAgainst } from './WhichPlot.tsx';
import { Whose } from './Whose.tsx';
import { readWeighed, type StepOf } from './weighed.ts';

/** Between the figure and the keys, in pixels. */
const CLEAR = 8;

/** How much: typed on big keys, or read from a scale. */
export function WeightStep({
  id,
  weighed,
  change,
  left,
  back,
  onNext,
  children,
}: StepOf & { onNext: () => void; children?: ReactNode }) {
  const { t, locale } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const { unit, weightText } = weighed;
  const { grams } = readWeighed(weighed, []);
  const state = left && grams ? yieldState(left, grams) : 'fine';
  const leftGrams = left ? Math.max(0, left.limitGrams - left.boughtGrams) : 0;
  const name = left ? `${left.cropName} · ${t('weigh.weight')}` : t('weigh.weight');
  const blocked = standsAgainst(left?.plots ?? [], weighed.plot) !== undefined;
  const keys = useRef<HTMLDivElement>(null);
  useEffect(() => {
    input.current?.focus({ preventScroll: true });
    // With large letters the keys lie below the window; where they are in sight nothing moves. What blocks is read first.
    if (!blocked) keys.current?.scrollIntoView({ block: 'nearest' });
  }, [blocked]);
  const figure = useRef<HTMLLabelElement>(null);
  const tooMuch = state === 'too-much';
  useEffect(() => {
    if (!tooMuch || !figure.current || !keys.current) return;
    // What stands against the weight makes the figure taller, and it would lie over the first keys.
    const over = figure.current.getBoundingClientRect().bottom + CLEAR - keys.current.getBoundingClientRect().top;
    if (over > 0) window.scrollBy({ top: -over, behavior: 'instant' });
  }, [tooMuch]);
  const setUnit = (to: WeightUnit) => {
    change({ unit: to, weightText: '', priceText: undefined });
    input.current?.focus();
  };
  return (
    <form
      className="station buy"
      onSubmit={(event) => {
        event.preventDefault();
        if (grams && state !== 'too-much' && !blocked) onNext();
      }}
    >
      <PageHeader
        title={left?.cropName ?? t('weigh.howMuch')}
        about={<Whose id={id} />}
        back={{ to: back, label: t('weigh.otherCrop') }}
      />
      <label className="buy-figure" ref={figure}>
        {/* With large letters only the figure and the keys are in sight: what stands against the weight is said here. */}
        {left && state === 'too-much' ? (
          <span className="bad" role="alert">
            {t('weigh.tooMuch', { left: weightRound(leftGrams, locale, unit) })}
          </span>
        ) : (
          <span>{name}</span>
        )}
        <span className="buy-number">
          {/* The keypad below types; `inputMode none` keeps the phone's own keyboard away, a real one still works. */}
          <input
            ref={input}
            // Its name stays when the words above it say what is wrong.
            aria-label={name}
            aria-invalid={state === 'too-much'}
            inputMode="none"
            autoComplete="off"
            placeholder="0"
            value={weightText}
            onChange={(event) => change({ weightText: tidy(event.target.value, 2) })}
          />
          <em>{unitName(unit, locale)}</em>
        </span>
      </label>
      <p className={state === 'fine' ? 'buy-say mute' : state === 'near' ? 'buy-say warn' : 'buy-say bad'}>
        {left && state !== 'too-much' ? <YieldWords state={state} left={weightRound(leftGrams, locale, unit)} /> : ' '}
      </p>
      <div className="buy-row">
        <Segmented
          aria-label={t('weigh.unit')}
          options={(['jin', 'kg'] as const).map((value) => ({ value, label: unitName(value, locale) }))}
          value={unit}
          onChange={setUnit}
        />
        <ScaleReading unit={unit} onTake={(text) => change({ weightText: text })} />
      </div>
      {children}
      <BlockedPlot plots={left?.plots ?? []} chosen={weighed.plot} />
      <Keypad ref={keys} onKey={(key) => change({ weightText: press(weightText, key, 2) })} />
      <div className="buy-end">
        <Button
          type="primary"
          htmlType="submit"
          size="large"
          block
          className="weigh-go"
          disabled={!grams || state === 'too-much' || blocked}
        >
          {t('action.next')}
        </Button>
      </div>
    </form>
  );
}

function YieldWords({ state, left }: { state: Exclude<ReturnType<typeof yieldState>, 'too-much'>; left: string }) {
  const { t } = useWords();
  if (state === 'above') return t('weigh.aboveYield', { left });
  return state === 'near' ? t('weigh.nearYield', { left }) : t('weigh.left', { left });
}

/** The scale on a cable: what it says now, and one press to take it. */
function ScaleReading({ unit, onTake }: { unit: WeightUnit; onTake: (text: string) => void }) {
  const { t, locale } = useWords();
  const scale = useScale();
  if (!scale.able) return null;
  if (scale.state !== 'on') {
    return (
      <Button size="large" icon={<Icon name="scale" />} onClick={() => void scale.connect(scale.baud)}>
        {scale.state === 'failed' ? t('weigh.scaleAgain') : t('weigh.scale')}
      </Button>
    );
  }
  const { newest } = scale;
  return (
    <div className="buy-scale">
      {newest ? (
        <Button
          size="large"
          type={scale.still ? 'primary' : 'default'}
          disabled={newest.grams <= 0}
          onClick={() => onTake(tidy(weightNumber(newest.grams, unit), 2))}
        >
          {t(scale.still ? 'weigh.scaleTake' : 'weigh.scaleMoving', { weight: weight(newest.grams, locale, unit) })}
        </Button>
      ) : (
        <>
          <span className="mute">{t('weigh.scaleQuiet')}</span>
          <Segmented
            aria-label={t('weigh.scaleSpeed')}
            options={baudRates.map((value) => ({ value, label: String(value) }))}
            value={scale.baud}
            onChange={(value) => void scale.connect(value)}
          />
        </>
      )}
    </div>
  );
}
