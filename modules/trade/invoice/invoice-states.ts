import { defineMoves } from '#platform/moves.ts';

export const invoiceStates = ['asked', 'issued', 'void', 'refused', 'withdrawn'] as const;
export type InvoiceState = (typeof invoiceStates)[number];

/**
 * An invoice's life. What is wrong after a refund is taken back by a red-letter paper and issued anew for what was paid
 * in the end (回到「已开具」); with nothing left to be paid it is only taken back.
 */
export const invoiceMoves = defineMoves<InvoiceState>(
  'asked',
  {
    asked: { zh: '待开票', en: 'Asked for' },
    issued: { zh: '已开具', en: 'Issued' },
    void: { zh: '已红冲', en: 'Taken back' },
    refused: { zh: '未开具', en: 'Refused' },
    withdrawn: { zh: '已撤销', en: 'Withdrawn' },
  },
  [
    { from: 'asked', to: 'issued', act: 'issue', label: { zh: '开具', en: 'Issue' } },
    { from: 'asked', to: 'refused', act: 'refuse', label: { zh: '不能开具', en: 'Refuse' } },
    { from: 'asked', to: 'withdrawn', act: 'withdraw', label: { zh: '撤销', en: 'Withdraw' } },
    { from: 'issued', to: 'issued', act: 'correct', label: { zh: '红冲重开', en: 'Take back and issue anew' } },
    { from: 'issued', to: 'void', act: 'void', label: { zh: '红冲', en: 'Take back' } },
  ],
);
