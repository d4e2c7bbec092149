/**
 * The twenty-four solar terms: the moments at which the sun's apparent longitude passes a multiple of 15°.
 * Low-precision solar position (Meeus, Astronomical Algorithms, ch. 25): within 0.01°, that is a quarter of an hour,
 * enough for the calendar day except for a term that falls on midnight itself.
 */
const termNames = [
  'vernal-equinox',
  'clear-bright',
  'grain-rain',
  'summer-begins',
  'grain-full',
  'grain-in-ear',
  'summer-solstice',
  'lesser-heat',
  'greater-heat',
  'autumn-begins',
  'heat-ends',
  'white-dew',
  'autumn-equinox',
  'cold-dew',
  'frost-descends',
  'winter-begins',
  'lesser-snow',
  'greater-snow',
  'winter-solstice',
  'lesser-cold',
  'greater-cold',
  'spring-begins',
  'rain-water',
  'insects-wake',
] as const;

export type SolarTerm = (typeof termNames)[number];

/** A term and which day of it this is; the day it begins, in Shanghai, is day 1. */
export type TermDay = { term: SolarTerm; day: number };

const dayMs = 86_400_000;
const shanghaiMs = 8 * 3_600_000;
const radians = Math.PI / 180;
const turn = (degrees: number) => ((degrees % 360) + 360) % 360;

/** The sun's apparent longitude in degrees at a moment. */
function sunLongitude(at: number): number {
  // 69 seconds from clock time to the uniform time of the formula, right for these decades.
  const century = ((at + 69_000) / dayMs + 2_440_587.5 - 2_451_545) / 36_525;
  const mean = 280.46646 + 36_000.76983 * century + 0.0003032 * century ** 2;
  const anomaly = (357.52911 + 35_999.05029 * century - 0.0001537 * century ** 2) * radians;
  const centre =
    (1.914602 - 0.004817 * century) * Math.sin(anomaly) +
    (0.019993 - 0.000101 * century) * Math.sin(2 * anomaly) +
    0.000289 * Math.sin(3 * anomaly);
  const node = (125.04 - 1934.136 * century) * radians;
  return turn(mean + centre - 0.00569 - 0.00478 * Math.sin(node));
}

const termAt = (at: number) => Math.floor(sunLongitude(at) / 15) % 24;
const shanghaiDay = (at: number) => Math.floor((at + shanghaiMs) / dayMs);
const endOfShanghaiDay = (day: number) => (day + 1) * dayMs - shanghaiMs - 1;

/** The solar term a Shanghai calendar day lies in, and how many days of it have begun. */
export function solarTermOf(at: Date): TermDay {
  const today = shanghaiDay(at.getTime());
  const term = termAt(endOfShanghaiDay(today));
  let first = today;
  while (termAt(endOfShanghaiDay(first - 1)) === term) first -= 1;
  return { term: termNames[term] as SolarTerm, day: today - first + 1 };
}
