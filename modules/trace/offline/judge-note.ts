import type { RefusalDetail } from '#platform/errors.ts';
import { type Fen, type Grams, priceOf, yuan } from '#platform/money.ts';
import { sprayDetail } from '../plots/harvest-plot.ts';
import type { Spray } from '../plots/spray-interval.ts';
import type { NoteTime } from './note-time.ts';
import type { ConflictKind, NoticeKind } from './offline-states.ts';

/** A purchase as the paper says it. */
export interface SaidPurchase {
  household: string;
  village: string;
  crop: string;
  grade: string;
  grams: Grams;
  fenPerKg: Fen;
  amountFen: Fen;
  /** what the device showed beside the price; null when it had none */
  referenceFenPerKg: Fen | null;
  buyer: string;
}

/** What is known when a note arrives. */
export interface Known {
  /** the file that stands for the household now */
  household?: { id: string; village: string; state: 'active' | 'left' | 'merged'; inRegion: boolean };
  /** undefined: there is no such crop */
  /** mostGrams: what its notes may come to before the county is asked (yields/yield-room.ts) */
  crop?: { limitGrams: Grams | null; mostGrams: Grams; boughtGrams: Grams };
  /** the spray that stood against the harvest */
  spray: Spray | null;
  reference: { fenPerKg: Fen; floorFenPerKg: Fen | null } | null;
  station: { active: boolean; buyer: string | null };
  /** whether the buyer on the paper is an organisation that may buy at all, and is in use */
  buyer: 'active' | 'closed' | 'none';
  keeper: { has: boolean; takenAt: Date | null };
  device: { revokedAt: Date | null };
  time: NoteTime;
}

type Judged =
  | { refused: string; detail: RefusalDetail }
  | { refused?: undefined; conflicts: Map<ConflictKind, RefusalDetail>; notices: NoticeKind[] };

/**
 * Whether anything can be written for a note, which rules it breaks, and what its keeper is told. Pure: the rules of
 * docs/decisions/offline-notes.md as one function.
 */
export function judgePurchase(said: SaidPurchase, known: Known): Judged {
  const barred = judgeWriter(known);
  if (barred) return barred;
  const { household, crop, reference, station, time } = known;
  if (!household) return refusal('household-not-found');
  if (!crop) return refusal('crop-unknown');
  if (known.buyer === 'none') return refusal('buyer-unknown');
  if (said.fenPerKg === 0) return refusal('price-zero');
  const amount = priceOf(said.grams, said.fenPerKg);
  if (amount === 0) return refusal('amount-zero');
  if (amount !== said.amountFen) return refusal('amount-wrong', { said: yuan(said.amountFen), right: yuan(amount) });

  const conflicts = writerConflicts(known);
  const { limitGrams: limit, mostGrams: most, boughtGrams: bought } = crop;
  if (limit === null) conflicts.set('crop-not-grown', {});
  else if (bought + said.grams > most) {
    conflicts.set('grams-above-yield', { boughtGrams: bought, limitGrams: limit });
  }
  if (known.spray) conflicts.set('spray-interval', sprayDetail(known.spray));
  if (household.state === 'left') conflicts.set('household-left', {});
  if (!household.inRegion) conflicts.set('household-outside-region', {});
  if (reference?.floorFenPerKg && said.fenPerKg < reference.floorFenPerKg) {
    conflicts.set('price-under-floor', { floorFenPerKg: reference.floorFenPerKg });
  }
  if (reference && (said.fenPerKg >= 10 * reference.fenPerKg || 10 * said.fenPerKg <= reference.fenPerKg)) {
    conflicts.set('price-far-from-reference', { referenceFenPerKg: reference.fenPerKg });
  }
  if (!station.active) conflicts.set('station-closed', {});
  if (station.buyer !== said.buyer || known.buyer === 'closed') conflicts.set('buyer-changed', { now: station.buyer });

  const notices: NoticeKind[] = [];
  if (household.id !== said.household) notices.push('household-merged');
  if (household.village !== said.village) notices.push('household-moved');
  if (said.referenceFenPerKg !== (reference?.fenPerKg ?? null)) notices.push('price-changed');
  if (time.corrected) notices.push('clock-corrected');
  return { conflicts, notices };
}

/** As `judgePurchase`, for who writes and when: all that a reversal is judged by. */
export function judgeWriter({ keeper, device, time }: Pick<Known, 'keeper' | 'device' | 'time'>) {
  // Who lost the right or the device writes nothing any more; what was written before is for the county to look at.
  if (device.revokedAt && time.at >= device.revokedAt) return refusal('device-revoked');
  if (!keeper.has && (keeper.takenAt === null || time.at >= keeper.takenAt)) return refusal('rights-withdrawn');
}

/** The conflicts that come from who wrote and when. */
export function writerConflicts({ keeper, device, time }: Pick<Known, 'keeper' | 'device' | 'time'>) {
  const conflicts = new Map<ConflictKind, RefusalDetail>();
  if (time.doubtful) conflicts.set('clock-doubtful', {});
  if (time.late) conflicts.set('late', {});
  if (!keeper.has) conflicts.set('rights-withdrawn', { since: keeper.takenAt?.toISOString() ?? null });
  if (device.revokedAt) conflicts.set('device-revoked', { since: device.revokedAt.toISOString() });
  return conflicts;
}

const refusal = (refused: string, detail: RefusalDetail = {}) => ({ refused, detail });
