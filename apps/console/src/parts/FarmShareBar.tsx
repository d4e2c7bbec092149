import type { pockets } from '#benefit/contract';
import { perHundred } from '../format.ts';
import { useWords } from '../i18n/index.tsx';

type Pocket = (typeof pockets)[number];
export type SharePart = { pocket: Pocket; fen: number; label: string };

/**
 * The one data picture of the house: of what a buyer paid, in whose pocket each part ended. It shows
 * parts of 100 yuan. Without a figure nobody knows yet, and it says so.
 */
export function FarmShareBar({ parts, bp }: { parts: readonly SharePart[]; bp: number | null }) {
  const { t } = useWords();
  const total = parts.reduce((sum, part) => sum + part.fen, 0);
  if (bp === null || total <= 0) return <p className="share-unknown">{t('share.unknown')}</p>;
  // A part below nothing (a merchant who paid out more than came in) has no width, but keeps its line.
  const wide = parts.filter((part) => part.fen > 0);
  const figures = perHundred(
    parts.map((part) => part.fen),
    total,
  );
  return (
    <figure className="share share-full">
      <figcaption className="share-title">{t('share.sentence', { share: (bp / 100).toFixed(1) })}</figcaption>
      <span className="share-bar" aria-hidden="true">
        {wide.map((part) => {
          const figure = figures[parts.indexOf(part)] ?? 0;
          return (
            <span key={part.pocket} className={`share-part share-${part.pocket}`} style={{ flexGrow: part.fen }}>
              {figure >= 10 ? figure.toFixed(1) : ''}
            </span>
          );
        })}
      </span>
      <ul className="share-legend">
        {parts.map((part, i) => (
          <li key={part.pocket}>
            <span className={`share-dot share-${part.pocket}`} aria-hidden="true" />
            {part.label} <span className="num">{figures[i]?.toFixed(1)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

/** The thin bar of rows and cards: the farms' part and the rest. `permille` of what buyers paid. */
export function FarmShareThin({ permille }: { permille: number | null | undefined }) {
  const { t } = useWords();
  if (permille === null || permille === undefined) return <span className="mute">{t('share.unknownShort')}</span>;
  const figure = (permille / 10).toFixed(1);
  return (
    <span className="share share-thin">
      <span className="share-bar" aria-hidden="true">
        <span className="share-part share-purchase" style={{ flexGrow: permille }} />
        <span className="share-part share-fund" style={{ flexGrow: Math.max(0, 1000 - permille) }} />
      </span>
      <span className="num share-figure" aria-hidden="true">
        {figure}
      </span>
      <span className="visually-hidden">{t('share.sentence', { share: figure })}</span>
    </span>
  );
}
