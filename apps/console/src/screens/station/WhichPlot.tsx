import { shortDay, today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import type { Capacity } from '../../offline/pack.ts';

type Plots = Capacity['plots'];

/** A block that was carried for days may be over by now. */
const stillBlocked = ({ blocked }: Plots[number]) => (blocked && blocked.freeOn > today() ? blocked : undefined);

/** The plot that stands against buying: the one chosen or, where none is, any of them. */
export function standsAgainst(plots: Plots, chosen: string | undefined): Plots[number] | undefined {
  return plots.find((one) => (chosen === undefined || one.id === chosen) && stillBlocked(one));
}

/** Off which plot it comes, where a household has several of the crop; what was sprayed is said before anything is weighed. */
export function WhichPlot({
  plots,
  chosen,
  onChoose,
}: {
  plots: Plots;
  chosen: string | undefined;
  onChoose: (plot: string | undefined) => void;
}) {
  const { t, locale } = useWords();
  const against = standsAgainst(plots, chosen);
  const blocked = against && stillBlocked(against);
  const words = (of: NonNullable<typeof blocked>) => t('plot.until', { day: shortDay(of.freeOn, locale) });
  if (plots.length === 0) return null;
  if (plots.length === 1) {
    const only = plots[0] as Plots[number];
    return blocked ? (
      <p className="buy-say bad" role="alert">
        {t('plot.blockedWords', { plot: only.name, product: blocked.product, day: shortDay(blocked.freeOn, locale) })}
      </p>
    ) : null;
  }
  return (
    <fieldset className="buy-grades">
      <legend>{t('weigh.plot')}</legend>
      <label className="buy-grade">
        <input type="radio" name="plot" checked={chosen === undefined} onChange={() => onChoose(undefined)} />
        <b>{t('weigh.anyPlot')}</b>
      </label>
      {plots.map((one) => {
        const until = stillBlocked(one);
        return (
          <label key={one.id} className="buy-grade">
            <input
              type="radio"
              name="plot"
              disabled={Boolean(until)}
              checked={chosen === one.id}
              onChange={() => onChoose(one.id)}
            />
            <b>{one.name}</b>
            <span className="num">{until ? `${until.product} · ${words(until)}` : one.number}</span>
          </label>
        );
      })}
      {blocked ? (
        <p className="buy-say bad" role="alert">
          {t('weigh.choosePlot')}
        </p>
      ) : null}
    </fieldset>
  );
}
