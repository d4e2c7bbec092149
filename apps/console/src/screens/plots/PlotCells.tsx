import { workKindWords } from '#trace/contract';
import type { Plot } from '../../api/answers.ts';
import { shortDay, today, weightRound } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import type { Column } from '../../parts/DataTable.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { mu } from '../households/words.ts';

/** Whether it may be harvested, in a word. */
export function PlotState({ plot }: { plot: Pick<Plot, 'to' | 'blocked'> }) {
  const { t, locale } = useWords();
  if (plot.to !== null && plot.to < today()) return <StatusTag tone="quiet">{t('plot.ended')}</StatusTag>;
  if (plot.blocked) {
    return <StatusTag tone="stop">{t('plot.until', { day: shortDay(plot.blocked.freeOn, locale) })}</StatusTag>;
  }
  return <StatusTag tone="good">{t('plot.free')}</StatusTag>;
}

/** 2.5 mu · 30 trees. */
export function usePlotSize(): (plot: Pick<Plot, 'areaCentimu' | 'trees'>) => string {
  const { t } = useWords();
  return ({ areaCentimu, trees }) =>
    [areaCentimu && t('plot.muOf', { n: mu(areaCentimu) }), trees && t('plot.treesOf', { n: trees })]
      .filter(Boolean)
      .join(' · ');
}

/** The columns of every list of plots; whose they are is said where that is not known already. */
export function usePlotColumns(withOwner: boolean): Column<Plot>[] {
  const { t, say, locale } = useWords();
  const size = usePlotSize();
  return [
    {
      key: 'name',
      title: t('plot.name'),
      card: 'title',
      render: (p) => (
        <span>
          {p.name} <span className="mute num">{p.number}</span>
        </span>
      ),
    },
    ...(withOwner
      ? [
          { key: 'owner', title: t('plot.owner'), render: (p: Plot) => p.ownerName || (p.householdCode ?? '—') },
          { key: 'village', title: t('note.village'), render: (p: Plot) => p.villageName },
        ]
      : []),
    { key: 'crop', title: t('household.crop'), render: (p) => p.cropName },
    { key: 'size', title: t('plot.size'), align: 'right', render: (p) => <span className="num">{size(p)}</span> },
    {
      key: 'yield',
      title: t('plot.yield'),
      align: 'right',
      render: (p) => <span className="num">{weightRound(p.yieldGrams, locale, 'kg')}</span>,
    },
    {
      key: 'last',
      title: t('plot.lastWork'),
      render: (p) =>
        p.lastWork ? (
          <span>
            {say(workKindWords[p.lastWork.kind])} <span className="mute num">{shortDay(p.lastWork.onDay, locale)}</span>
          </span>
        ) : (
          '—'
        ),
    },
    { key: 'state', title: t('plot.state'), card: 'corner', render: (p) => <PlotState plot={p} /> },
  ];
}
