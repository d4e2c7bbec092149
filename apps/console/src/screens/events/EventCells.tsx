import { bizStepWords, eventTypeWords } from '#trace/contract';
import type { TraceEvent } from '../../api/answers.ts';
import { useWords } from '../../i18n/index.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';

/** What was done, in the standard's words; a step of somebody's own by its name. */
export function useStepName(): (event: Pick<TraceEvent, 'bizStep'>) => string {
  const { t, say } = useWords();
  return ({ bizStep }) => {
    if (bizStep === null) return t('event.noStep');
    const words = bizStepWords[bizStep];
    return words ? say(words) : shortName(bizStep);
  };
}

export function TypeName({ type }: { type: string }) {
  const { say } = useWords();
  const words = eventTypeWords[type];
  return <>{words ? say(words) : shortName(type)}</>;
}

/** Whose word it is, and whether it still stands. */
export function SourceTags({ event }: { event: Pick<TraceEvent, 'outside' | 'declaredWrong'> }) {
  const { t } = useWords();
  return (
    <span className="tags">
      <StatusTag tone={event.outside ? 'gold' : 'good'}>
        {event.outside ? t('event.outside') : t('event.ours')}
      </StatusTag>
      {event.declaredWrong ? <StatusTag tone="stop">{t('event.wrong')}</StatusTag> : null}
    </span>
  );
}

/** The first thing an event is about, and how many there are besides. */
export function ThingsCell({ things }: { things: TraceEvent['things'] }) {
  const { t } = useWords();
  const [first] = things.toReversed();
  if (!first) return <>—</>;
  return (
    <span className="num">
      {shortUri(first.uri)}
      {first.quantity === null ? null : <span className="mute"> × {amountOf(first)}</span>}
      {things.length > 1 ? <span className="mute"> {t('event.more', { n: things.length })}</span> : null}
    </span>
  );
}

export const amountOf = ({ quantity, unit }: Pick<TraceEvent['things'][number], 'quantity' | 'unit'>): string =>
  quantity === null ? '—' : `${quantity}${unit === 'KGM' ? ' kg' : unit ? ` ${unit}` : ''}`;

/** A place by its name, its number, or where its address leads. */
export const placeText = (place: string | null): string => {
  const gln = /^https:\/\/id\.gs1\.org\/414\/(\d{13})/.exec(place ?? '')?.[1];
  return gln ? `GLN ${gln}` : (place ?? '—').replace(/^https?:\/\//, '');
};

/** An address without its host, which is the same on most and tells least. */
export const shortUri = (uri: string): string => uri.replace(/^https?:\/\/[^/]+\//, '');
const shortName = (uri: string): string => uri.split(/[/#:]/).at(-1) || uri;
