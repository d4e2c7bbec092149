import { shortDay, today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import type { Capacity } from '../../offline/pack.ts';
import { Icon } from '../../parts/icons.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { Whose } from './Whose.tsx';

type Plots = Capacity['plots'];

/** What stands against a harvest off a plot today; a block that was carried for days may be over by now. */
const standing = ({ blocked }: Plots[number]) => (blocked && blocked.freeOn > today() ? blocked : undefined);

/** The plot that stands against buying: the one chosen or, where none is, any of them. */
export function standsAgainst(plots: Plots, chosen: string | undefined): Plots[number] | undefined {
  return plots.find((one) => (chosen === undefined || one.id === chosen) && standing(one));
}

/** Off which plot it comes, where a household has several of the crop: those not free after a spray say from when on they are. */
export function WhichPlot({
  id,
  title,
  plots,
  back,
  onChoose,
}: {
  id: string;
  title: string;
  plots: Plots;
  back: string;
  /** null: none is named */
  onChoose: (plot: string | null) => void;
}) {
  const { t, locale } = useWords();
  const blocked = plots.some(standing);
  return (
    <div className="station buy">
      <PageHeader
        title={`${title} · ${t('weigh.plot')}`}
        about={<Whose id={id} />}
        back={{ to: back, label: t('weigh.otherCrop') }}
      />
      <ul className="plain-list press-list">
        {plots.map((one) => {
          const until = standing(one);
          return (
            <li key={one.id}>
              <button type="button" className="list-row" disabled={Boolean(until)} onClick={() => onChoose(one.id)}>
                <span>
                  <b>{one.name}</b>
                  {until ? (
                    <span className="bad">
                      {until.product} · {t('plot.until', { day: shortDay(until.freeOn, locale) })}
                    </span>
                  ) : (
                    <span className="mute">{one.number}</span>
                  )}
                </span>
                {until ? null : <Icon name="next" />}
              </button>
            </li>
          );
        })}
        {blocked ? null : (
          <li>
            <button type="button" className="list-row" onClick={() => onChoose(null)}>
              <b>{t('weigh.anyPlot')}</b>
              <Icon name="next" />
            </button>
          </li>
        )}
      </ul>
      {blocked ? <p className="buy-say bad">{t('weigh.choosePlot')}</p> : null}
    </div>
  );
}

/** Said before anything is weighed, where there is only the one plot. */
export function BlockedPlot({ plots, chosen }: { plots: Plots; chosen: string | undefined }) {
  const { t, locale } = useWords();
  const against = standsAgainst(plots, chosen);
  const blocked = against && standing(against);
  if (!blocked) return null;
  const day = shortDay(blocked.freeOn, locale);
  return (
    <p className="buy-say bad" role="alert">
      {t('plot.blockedWords', { plot: against.name, product: blocked.product, day })}
    </p>
  );
}
