import type { recallsZh, salesZh } from './recalls.zh.ts';

/** Words of recalls and of sales in a household's name. */
export const recallsEn: typeof recallsZh = {
  title: 'Goods you bought are recalled',
  over: 'The recall is lifted',
  overText: 'It was a mistake; nothing is wrong with the goods.',
  lots: (numbers) => `Lot ${numbers}`,
  reason: (text) => `Reason: ${text}`,
  states: {
    held: 'What was not sent yet is held; the seller is seeing to it.',
    told: 'It has left. Please do as said above; for your money back, open an after-sale case.',
    cancelled: 'The order is cancelled; nothing was charged.',
    refunded: 'It was not sent; your money goes back the way it came.',
    replaced: 'It will come of another lot.',
    lifted: 'The recall is lifted; all goes on as before.',
  },
  seen: 'I have read this',
  seenAt: (when) => `Read ${when}`,
  badge: 'Goods recalled',
};

export const salesEn: typeof salesZh = {
  title: 'Sold in my household’s name',
  about:
    'Every sale a station wrote down. If one is not yours or its weight is wrong, say so; the county answers in seven days.',
  empty: 'Nothing was sold yet.',
  line: (crop, grade, weight) => `${crop} ${grade} ${weight}`,
  at: (station, by) => `${station} · weighed by ${by}`,
  reversed: 'Reversed',
  dispute: 'This is not right',
  kind: 'What is wrong',
  claimed: 'Kilograms it should be',
  words: 'In your words',
  wordsHint: 'For example: nobody of us went that day',
  send: 'Send to the county',
  sent: 'Sent to the county; you will have an answer in seven days',
  withdraw: 'Take it back',
  withdrawn: 'Taken back',
  withdrawReason: 'Taken back by the household',
  due: (day) => `Answer by ${day}`,
  said: (who, text) => `${who}: ${text}`,
  upheldReversed: 'It was wrong, and the sale is reversed.',
  upheldStands: 'It was wrong. The goods have moved on, so the note stays with a remark; please see the station.',
};
