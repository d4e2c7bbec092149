import type { Role } from '#platform/actor.ts';

type Words = Record<'zh' | 'en', string>;

/** What may be done with lots, as data: the acts' checks, the buttons and what is told to others read this one table. */
export interface OperationKind {
  words: Words;
  /** who may ask; that the lots are theirs the act sees */
  who: readonly Role[];
  /** which lots it takes */
  takes: readonly ('raw' | 'packed')[];
  /** whether the lots taken must bear their certificate */
  needsCertificate: boolean;
  /** whether what comes out is the same produce, and what of its grade */
  crop: 'same' | 'other';
  grade: 'same' | 'may-change';
  /**
   * The certificate of what comes out. anew: mixed or worked on, so it is issued again (with the act where its basis is
   * told, else before it is packed). carried: the same goods in another heap or place, on the basis they had.
   */
  certificate: 'anew' | 'carried' | 'none';
  /** whether a recalled lot may be taken: only to get rid of it */
  ofRecalled: boolean;
  /** CBV 2.0 business step that tells others what was done; none where nothing new is to be told */
  bizStep: string | null;
}

const handlers: readonly Role[] = ['keeper', 'merchant', 'operator'];
const usual = { who: handlers, takes: ['raw'], needsCertificate: false, crop: 'same', ofRecalled: false } as const;

export const operationKinds = {
  grade: {
    ...usual,
    words: { zh: '分级', en: 'Grade' },
    grade: 'may-change',
    certificate: 'anew',
    bizStep: 'creating_class_instance',
  },
  mix: {
    ...usual,
    words: { zh: '并批', en: 'Mix' },
    grade: 'may-change',
    certificate: 'anew',
    bizStep: 'creating_class_instance',
  },
  split: {
    ...usual,
    words: { zh: '分批', en: 'Split' },
    grade: 'same',
    certificate: 'carried',
    bizStep: 'creating_class_instance',
  },
  process: {
    ...usual,
    words: { zh: '加工', en: 'Process' },
    crop: 'other',
    grade: 'may-change',
    certificate: 'anew',
    bizStep: 'creating_class_instance',
  },
  move: {
    ...usual,
    words: { zh: '调出', en: 'Send' },
    grade: 'same',
    certificate: 'carried',
    bizStep: 'departing',
  },
  receive: {
    ...usual,
    words: { zh: '调入', en: 'Receive' },
    grade: 'same',
    certificate: 'none',
    bizStep: 'arriving',
  },
  lose: {
    ...usual,
    words: { zh: '报损', en: 'Declare lost' },
    takes: ['raw', 'packed'],
    grade: 'same',
    certificate: 'none',
    ofRecalled: true,
    bizStep: 'destroying',
  },
  pack: {
    ...usual,
    words: { zh: '分级装袋', en: 'Pack' },
    needsCertificate: true,
    grade: 'may-change',
    certificate: 'anew',
    bizStep: 'packing',
  },
  undo: {
    ...usual,
    words: { zh: '撤销', en: 'Undo' },
    takes: ['raw', 'packed'],
    grade: 'same',
    certificate: 'none',
    bizStep: null,
  },
} as const satisfies Record<string, OperationKind>;

export type OperationName = keyof typeof operationKinds;
export const operationNames = Object.keys(operationKinds) as OperationName[];

/** Most photos of one loss. */
export const MOST_LOSS_PHOTOS = 6;
