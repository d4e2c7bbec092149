/** What is done on a plot, in the order of the year. */
export const workKinds = ['sow', 'fertilise', 'spray', 'irrigate', 'prune', 'harvest', 'other'] as const;
export type WorkKind = (typeof workKinds)[number];

export const workKindWords = {
  sow: { zh: '播种', en: 'Sowing' },
  fertilise: { zh: '施肥', en: 'Fertilising' },
  spray: { zh: '打药', en: 'Spraying' },
  irrigate: { zh: '浇水', en: 'Watering' },
  prune: { zh: '修剪', en: 'Pruning' },
  harvest: { zh: '采收', en: 'Harvest' },
  other: { zh: '其他', en: 'Other' },
} as const satisfies Record<WorkKind, { zh: string; en: string }>;

/** Most photos of one entry. */
export const MOST_WORK_PHOTOS = 6;
/** An entry may be written so many days later: a book kept in the drawer over the winter is brought in once. */
export const WORK_DAYS_BACK = 400;
