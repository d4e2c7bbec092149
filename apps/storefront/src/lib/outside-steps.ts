import { bizStepWords } from '#trace/contract';
import type { Answers } from '../../contracts.ts';
import type { Lang, Messages } from '../i18n/index.ts';
import { showMoment } from './format.ts';

type Events = Answers['trace']['outsideEvents'];

/** What others report of a lot, as steps of a road; each says whose word it is. */
export function outsideSteps(events: Events, t: Messages, lang: Lang) {
  return events.map(({ bizStep, at, place, byOrg }) => ({
    title: bizStep === null ? t.trace.outside : (bizStepWords[bizStep]?.[lang] ?? lastPart(bizStep)),
    when: showMoment(at, lang),
    text: t.trace.outsideBy(byOrg, place && placeText(place)),
  }));
}

/** A place by its number, or by where its address leads. */
function placeText(uri: string): string {
  const gln = /^https:\/\/id\.gs1\.org\/414\/(\d{13})/.exec(uri)?.[1];
  return gln ? `GLN ${gln}` : uri.replace(/^https?:\/\//, '').slice(0, 60);
}

const lastPart = (uri: string): string => uri.split(/[/#:]/).at(-1) || uri;
