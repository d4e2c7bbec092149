import type { Answers } from '../../contracts.ts';
import type { Lang, Messages } from '../i18n/index.ts';
import { showDay, showMoment, weight, yuan } from './format.ts';
import { say } from './say.ts';

type Lot = Answers['trace']['publicLot'];
type Journey = Answers['fulfilment']['journey'];
type Step = { title: string; when?: string; text?: string; now?: boolean };
type Fact = Step & { at: string | Date };

/** What happened to one pack, when it did, in words. */
export type PackStep = { at: string | Date; title: string; when: string; text?: string };

/** The road of a pack (or, without steps of its own, of its lot) from the harvest on; the last thing that happened is "now". */
export function roadOf(lot: Lot, pack: readonly PackStep[], t: Messages, lang: Lang): Step[] {
  const jin = (fenPerKg: number) => yuan(Math.round(fenPerKg / 2));
  const harvest = [lot.harvestedFrom, lot.harvestedTo].map((day) => showDay(day, lang));
  const facts: Fact[] = [
    {
      at: lot.harvestedFrom,
      title: t.trace.harvested,
      when: [...new Set(harvest)].join(' – '),
      text: t.trace.harvestedText(lot.households, say(lang, lot.cropName, lot.cropNameEn)),
    },
    {
      at: lot.harvestedTo,
      title: t.trace.purchased,
      when: harvest[1],
      text: t.trace.purchasedText(
        lot.stationName,
        weight(lot.boughtGrams),
        jin(lot.boughtFenPerKg),
        lot.referenceFenPerKg === null ? null : jin(lot.referenceFenPerKg),
      ),
    },
    {
      at: lot.packedOn,
      title: t.trace.packed,
      when: showDay(lot.packedOn, lang),
      text: t.trace.packedText(lot.packedAt, lot.grade, lot.packs, weight(lot.packGrams), loss(lot)),
    },
  ];
  if (lot.certificate)
    facts.push({
      at: lot.certificate.issuedOn,
      title: t.trace.certified,
      when: showDay(lot.certificate.issuedOn, lang),
      text: `${lot.certificate.issuerName} ${lot.certificate.number}`,
    });
  facts.push(...pack);
  const byDay = (fact: Fact) => new Date(fact.at).getTime();
  return facts
    .sort((a, b) => byDay(a) - byDay(b))
    .map(({ at: _, ...step }, place) => ({ ...step, now: place === facts.length - 1 }));
}

/** When what is on the road of all packs of a lot happened. */
export const lotDays = (lot: Lot): string[] => [
  lot.harvestedFrom,
  lot.harvestedTo,
  lot.packedOn,
  ...(lot.certificate ? [lot.certificate.issuedOn] : []),
];

/** What a pack has on its road beyond its lot. */
export function packSteps(journey: Journey, t: Messages, lang: Lang): PackStep[] {
  const { packedAt, packedIn, sentAt, carrier, toProvince, receivedAt } = journey;
  const steps: PackStep[] = [];
  if (packedAt)
    steps.push({ at: packedAt, title: t.trace.boxed, when: showMoment(packedAt, lang), text: packedIn ?? undefined });
  if (sentAt) {
    const text = t.trace.sentText(carrier, toProvince);
    steps.push({ at: sentAt, title: t.trace.sent, when: showMoment(sentAt, lang), text });
  }
  if (receivedAt) steps.push({ at: receivedAt, title: t.trace.received, when: showMoment(receivedAt, lang) });
  return steps;
}

/** Share of the bought grams lost in grading and packing, in percent with one decimal. */
function loss(lot: Lot): string {
  const whole = lot.packs * lot.packGrams + lot.lossGrams;
  return whole > 0 ? ((lot.lossGrams / whole) * 100).toFixed(1) : '0';
}
