import type { Answers } from '../../contracts.ts';
import type { Lang, Messages } from '../i18n/index.ts';
import { showDay, showMoment, weight, yuan } from './format.ts';
import { say } from './say.ts';

type Lot = Answers['trace']['publicLot'];
type Journey = Answers['fulfilment']['journey'];
type Step = { title: string; when?: string; text?: string; now?: boolean };
type Fact = Step & { at: string | Date };

/** The road of a pack (or, without a journey, of its lot) from the harvest on; the last thing that happened is "now". */
export function roadOf(lot: Lot, journey: Journey | null, t: Messages, lang: Lang): Step[] {
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
  if (journey?.packedAt)
    facts.push({
      at: journey.packedAt,
      title: t.trace.boxed,
      when: showMoment(journey.packedAt, lang),
      text: journey.packedIn ?? undefined,
    });
  if (journey?.sentAt)
    facts.push({
      at: journey.sentAt,
      title: t.trace.sent,
      when: showMoment(journey.sentAt, lang),
      text: t.trace.sentText(journey.carrier, journey.toProvince),
    });
  if (journey?.receivedAt)
    facts.push({ at: journey.receivedAt, title: t.trace.received, when: showMoment(journey.receivedAt, lang) });
  const byDay = (fact: Fact) => new Date(fact.at).getTime();
  return facts
    .sort((a, b) => byDay(a) - byDay(b))
    .map(({ at: _, ...step }, place) => ({ ...step, now: place === facts.length - 1 }));
}

/** Share of the bought grams lost in grading and packing, in percent with one decimal. */
function loss(lot: Lot): string {
  const whole = lot.packs * lot.packGrams + lot.lossGrams;
  return whole > 0 ? ((lot.lossGrams / whole) * 100).toFixed(1) : '0';
}
