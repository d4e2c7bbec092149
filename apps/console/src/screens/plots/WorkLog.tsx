import { Button } from 'antd';
import { Link } from 'react-router';
import { urlOf } from '#platform/http/client.ts';
import { trace, workKindWords } from '#trace/contract';
import type { Work } from '../../api/answers.ts';
import { shortDay, weight } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';

/** What was done on a plot, the newest first, with its photos; struck entries stay, crossed out. */
export function WorkLog({
  county,
  plot,
  works,
  onStrike,
  strikesSprays = false,
}: {
  county: number;
  plot: string;
  works: readonly Work[];
  onStrike?: (work: Work) => void;
  /** the county only: a spray may stand in a keeper's way */
  strikesSprays?: boolean;
}) {
  const { t, say, locale } = useWords();
  if (works.length === 0) return <EmptyState title={t('plot.noWork')}>{t('plot.noWorkWords')}</EmptyState>;
  return (
    <ol className="timeline">
      {works.map((work) => (
        <li key={work.id} className={work.struck ? 'work-struck' : undefined}>
          <div className="work-line">
            <span>
              <b>{say(workKindWords[work.kind])}</b> <span className="mute num">{shortDay(work.onDay, locale)}</span>
            </span>
            {onStrike && !work.struck && !work.purchase && (work.kind !== 'spray' || strikesSprays) ? (
              <Button size="small" type="text" onClick={() => onStrike(work)}>
                {t('work.strike')}
              </Button>
            ) : null}
          </div>
          <WorkWords work={work} />
          {work.purchase ? (
            <Link to={paths.note(county, work.purchase)}>
              {t('work.byPurchase', { number: work.purchaseNumber ?? '' })}
            </Link>
          ) : null}
          {work.note ? <p>{work.note}</p> : null}
          {work.struck ? <p className="warn">{t('work.struck', { reason: work.struck.reason })}</p> : null}
          <WorkPhotos county={county} plot={plot} photos={work.photos} />
          <small className="mute">{t('work.by', { name: work.byName, day: shortDay(work.at, locale) })}</small>
        </li>
      ))}
    </ol>
  );
}

function WorkWords({ work }: { work: Work }) {
  const { t, locale } = useWords();
  const amount = [
    work.grams === null ? '' : weight(work.grams, locale, work.grams < 1000 ? 'g' : 'kg'),
    work.millilitres === null ? '' : `${work.millilitres} ${t('work.millilitres')}`,
  ];
  const said = [work.product, ...amount].filter(Boolean).join(' · ');
  if (!said && !work.freeOn) return null;
  return (
    <p>
      {said}
      {work.freeOn ? <span className="mute"> {t('work.freeOn', { day: shortDay(work.freeOn, locale) })}</span> : null}
    </p>
  );
}

/** Photos of an entry, for those who may see the plot. */
export function WorkPhotos({ county, plot, photos }: { county: number; plot: string; photos: Work['photos'] }) {
  const { t } = useWords();
  if (photos.length === 0) return null;
  const src = (photo: string, width: '320' | '1600') =>
    urlOf(trace.workPhoto, { params: { county, id: plot, photo }, query: { width } });
  return (
    <ul className="case-photos">
      {photos.map((photo, i) => (
        <li key={photo.id}>
          <a href={src(photo.id, '1600')} target="_blank" rel="noreferrer">
            <img src={src(photo.id, '320')} alt={t('work.photoOf', { n: i + 1 })} loading="lazy" />
          </a>
        </li>
      ))}
    </ul>
  );
}
