/** A way of processing: what goes in, what comes out, and how much of it can. */
export interface Process {
  words: Record<'zh' | 'en', string>;
  /** crop code of what goes in and of what comes out */
  from: string;
  to: string;
  /** grams out of grams in, in basis points: the least and the most that is believed */
  yieldBp: readonly [least: number, most: number];
}

/**
 * The ways of processing. The bounds are set by us, wide around what mills and handbooks call usual: they stop a slipped
 * decimal point and produce that came from elsewhere, they do not judge a mill. What is not in the output (shells, cake,
 * water) is the operation's declared loss.
 */
export const processes = {
  shell_walnut: process('去壳', 'Shell', 'walnut', 'walnut_kernel', [3000, 6500]),
  press_walnut: process('榨油', 'Press', 'walnut', 'walnut_oil', [1000, 4000]),
  press_kernel: process('榨油', 'Press', 'walnut_kernel', 'walnut_oil', [3500, 7000]),
  press_tea_oil: process('榨油', 'Press', 'tea_oil_seed', 'tea_oil', [1200, 3800]),
  mill_rice: process('碾米', 'Mill', 'rice', 'milled_rice', [5000, 8000]),
  make_tea: process('制茶', 'Make tea', 'tea', 'made_tea', [1500, 3000]),
  dry_chilli: process('烘干', 'Dry', 'chilli', 'dried_chilli', [1000, 3500]),
  dry_mushroom: process('烘干', 'Dry', 'mushroom', 'dried_mushroom', [500, 2000]),
  starch: process('制粉', 'Make starch', 'sweet_potato', 'sweet_potato_starch', [800, 3000]),
} as const satisfies Record<string, Process>;

export type ProcessName = keyof typeof processes;
export const processNames = Object.keys(processes) as ProcessName[];

/** Whether so much can come out of so much. */
export const isPlausible = (of: Process, gramsIn: number, gramsOut: number): boolean =>
  gramsOut * 10_000 >= gramsIn * of.yieldBp[0] && gramsOut * 10_000 <= gramsIn * of.yieldBp[1];

function process(zh: string, en: string, from: string, to: string, yieldBp: Process['yieldBp']): Process {
  return { words: { zh, en }, from, to, yieldBp };
}
