export const sampleUnits = ['entry', 'household'] as const;
export const sampleUnitWords = {
  entry: { zh: '按带动明细', en: 'By entry' },
  household: { zh: '按农户', en: 'By household' },
} as const;

export const outcomes = ['received', 'not_received', 'different', 'unreachable'] as const;
export type Outcome = (typeof outcomes)[number];
export const outcomeWords = {
  received: { zh: '收到', en: 'Received' },
  not_received: { zh: '没收到', en: 'Not received' },
  different: { zh: '金额不同', en: 'Different amount' },
  unreachable: { zh: '联系不上', en: 'Could not be reached' },
} as const;

/** Who may be handed a list. */
export const checkerRoles = ['cadre', 'keeper', 'auditor'] as const;
/** With fewer to draw from, the published figures would show who they are. */
export const FEWEST_TO_DRAW_FROM = 10;

/** Levels of confidence, in basis points. */
export const confidences = [9_000, 9_500, 9_900] as const;
export type Confidence = (typeof confidences)[number];
