import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Purchase } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { shortDay, today, weightRound, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { Icon } from '../../parts/icons.tsx';
import { MoneyCell, PricePerWeight, WeightCell } from '../../parts/money.tsx';
import { Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { Answer, EmptyState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { NoteTag } from '../notes/NoteTag.tsx';
import { useStations } from './stations.ts';

const prices = (county: number) => ask('catalog', 'referencePrices', { params: { county }, query: { day: today() } });
const todays = (county: number, station: string | undefined) =>
  ask('trace', 'purchases', { params: { county }, query: { day: today(), station, size: 100 } });

export const loader = ahead((county) => [prices(county)]);

/** The keeper's day: one thing to press, what was weighed in today, and today's prices. */
export function Component() {
  const { t, locale } = useWords();
  const { county } = useCounty();
  const { chosen } = useStations();
  const notes = useQuery(todays(county, chosen?.id));
  const priceList = useQuery(prices(county));
  if (!chosen) return <EmptyState title={t('station.none')}>{t('station.noneWords')}</EmptyState>;
  return (
    <div className="station">
      <PageHeader title={chosen.name} about={`${chosen.regionName} · ${shortDay(today(), locale)}`} />
      <Link className="big-press" to={paths.weighIn(county, { station: chosen.id })}>
        <Icon name="scale" size={32} />
        {t('station.weigh')}
      </Link>
      <Answer query={notes}>
        {({ rows }) => (
          <>
            <div className="figures figures-three">
              <Figure label={t('station.todayNotes')} value={rows.filter((n) => !n.reverses).length} />
              <Figure
                label={t('station.todayWeight')}
                value={weightRound(
                  sum(rows, (n) => n.grams),
                  locale,
                )}
              />
              <Figure label={t('station.todayMoney')} value={yuan(sum(rows, (n) => n.amountFen))} tone="pine" />
            </div>
            <Part title={t('station.todayList')} more={<Link to={paths.notes(county)}>{t('station.allNotes')}</Link>}>
              {rows.length === 0 ? (
                <p className="mute">{t('station.nothingYet')}</p>
              ) : (
                <ul className="plain-list">
                  {rows.map((note) => (
                    <li key={note.id}>
                      <Link className="list-row" to={paths.note(county, note.id)}>
                        <span>
                          <b>
                            {note.headMasked} · {note.cropName}
                          </b>
                          <span className="mute">
                            {note.number} · <WeightCell grams={note.grams} />
                          </span>
                        </span>
                        <span className="list-row-end">
                          <MoneyCell fen={note.amountFen} tone="strong" />
                          <NoteTag note={note} />
                        </span>
                      </Link>
                    </li>
                  ))}
                </ul>
              )}
            </Part>
          </>
        )}
      </Answer>
      <Part title={t('station.prices')}>
        <Answer query={priceList} rows={2}>
          {(list) =>
            list.length === 0 ? (
              <p className="mute">{t('station.noPrices')}</p>
            ) : (
              <ul className="plain-list">
                {list.map((price) => (
                  <li key={`${price.crop}-${price.grade}`} className="list-row">
                    <span>
                      {price.cropName} <span className="mute">{price.grade}</span>
                    </span>
                    <PricePerWeight fenPerKg={price.fenPerKg} />
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </Part>
    </div>
  );
}

const sum = (notes: readonly Purchase[], of: (note: Purchase) => number) =>
  notes.reduce((all, note) => all + of(note), 0);
