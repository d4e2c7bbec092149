import type { growingZh } from './growing.zh.ts';
import { plural } from './plural.ts';

export const growingEn: typeof growingZh = {
  title: 'How it was grown',
  plots: (plots) => `From ${plural(plots, 'registered plot')}.`,
  covered: (percent) => `Plots with records gave ${percent}% of this lot.`,
  times: (times) => plural(times, 'time'),
  sprays: 'Sprays',
  none: 'No spray on record in the year before the harvest.',
  spray: (times, last, days, waited) =>
    `${plural(times, 'time')}, last on ${last}; the label asks for ${days} days, ${waited} were waited`,
  kept: 'Safe interval kept',
  notKept: 'Safe interval not kept',
  ofWhom: 'Written down by the station and the village cadre; never whose land it is.',
  mine: 'My land',
  size: (mu, trees) => [mu && `${mu} mu`, trees > 0 && plural(trees, 'tree')].filter(Boolean).join(' · '),
  blocked: (product, day) => `Sprayed with ${product}; may be harvested from ${day}`,
  free: 'May be harvested',
  ended: (day) => `Given up on ${day}`,
  recent: 'Recent work',
  struck: 'struck',
};
