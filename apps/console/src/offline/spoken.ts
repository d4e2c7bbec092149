/** What is read aloud before a note is written, so that the household hears what the keeper sees. */
import { type Mechanism, mechanismWords } from '#benefit/contract';
import { type WeightUnit, weightNumber } from '../format.ts';

export interface Spoken {
  headMasked: string;
  cropName: string;
  variety?: string;
  grade: string;
  grams: number;
  fenPerKg: number;
  amountFen: number;
  paid: 'cash' | 'transfer' | 'later';
}

const PAID: Record<Spoken['paid'], string> = { cash: '现金当面付清', transfer: '转账付', later: '先记账，以后付' };

/** 「张家，核桃，一级。21.2斤，每斤10元，一共212元。现金当面付清。」 The voice reads figures itself. */
export function spokenNote(note: Spoken, unit: WeightUnit): string {
  const inJin = unit === 'jin';
  const weight = `${weightNumber(note.grams, inJin ? 'jin' : 'kg').replaceAll(',', '')}${inJin ? '斤' : '公斤'}`;
  const price = money(inJin ? note.fenPerKg / 2 : note.fenPerKg);
  const family = [...note.headMasked][0] ?? '';
  return (
    `${family}家，${note.cropName}，${note.variety ? `${note.variety}，` : ''}${note.grade}。${weight}，每${inJin ? '斤' : '公斤'}${price}，` +
    `一共${money(note.amountFen)}。${PAID[note.paid]}。`
  );
}

/** A household's account as its station reads it out: 「一共挣了212元，已经付了200元，还欠12元。9月，产业收购，212元。」 */
export function spokenStatement(of: {
  earnedFen: number;
  paidFen: number;
  owedFen: number;
  months: readonly { month: string; mechanism: Mechanism; fen: number }[];
}): string {
  const months = of.months
    .slice(0, 6)
    .map((row) => `${Number(row.month.slice(5))}月，${mechanismWords[row.mechanism].zh}，${signed(row.fen)}。`);
  return `一共挣了${signed(of.earnedFen)}，已经付了${signed(of.paidFen)}，还欠${signed(of.owedFen)}。${months.join('')}`;
}

const signed = (fen: number) => (fen < 0 ? `负${money(-fen)}` : money(fen));

/** 「212元」, 「9元5角」, 「3元零5分」: as people say it. */
export function money(fen: number): string {
  const whole = Math.round(fen);
  const [yuan, jiao, rest] = [Math.floor(whole / 100), Math.floor((whole % 100) / 10), whole % 10];
  const small = `${jiao ? `${jiao}角` : rest && yuan ? '零' : ''}${rest ? `${rest}分` : ''}`;
  return yuan || !small ? `${yuan}元${small}` : small;
}

/** Reads a text aloud in Chinese where the browser has a voice; whatever it was saying before stops. */
export function speak(text: string): void {
  if (!canSpeak()) return;
  speechSynthesis.cancel();
  const said = new SpeechSynthesisUtterance(text);
  said.lang = 'zh-CN';
  said.rate = 0.9;
  speechSynthesis.speak(said);
}

export const canSpeak = (): boolean => 'speechSynthesis' in globalThis;
