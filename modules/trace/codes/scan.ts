import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type Gather, gather, type Outcome } from '#platform/gather.ts';
import type { County } from '#platform/ids.ts';
import { regionNames } from '#registry';
import { refuse } from '../refuse.ts';
import { alertsOf, type Raised, raiseAlerts } from './alerts.queries.ts';
import { readStanding } from './codes.queries.ts';
import type { FalseCodes } from './false-codes.ts';
import { brokenRules, scanRuleOf } from './scan-rules.ts';
import {
  countLooks,
  countPlaces,
  type Look,
  type PackStanding,
  type PlaceOf,
  placesOf,
  standingsOf,
} from './scans.queries.ts';

export const warnings = ['copied', 'often', 'not-on-sale', 'recalled'] as const;
export type Warning = (typeof warnings)[number];

/** What a look at a pack tells whoever looks. */
export interface Seen {
  pack: number;
  scans: number;
  firstAt: Date | null;
  warnings: Warning[];
  /** by province, the most looks first; only where anybody said where they were */
  places: { province: string; name: string; scans: number }[];
}

/** A look on its way into the books; `counted` is false where it was counted before and only its place is told. */
type Told = Look & { county: County; counted: boolean };

/** Counts looks that come together in one go. */
export type LookCounter = Gather<Told, Seen>;

// While one batch is in the database the next one gathers; a page waits for one of them.
const MOST = 256;
const WAITING = 5_000;
const PATIENCE_MS = 5_000;

/** The counter of one process. */
export const lookCounter = (at: Context): LookCounter =>
  gather<Told, Seen>({
    most: MOST,
    atOnce: 2,
    waiting: WAITING,
    patience: PATIENCE_MS,
    full: () => refusePlatform('too-many-requests', { retryAfter: 1 }),
    work: (batch) => countBatch(at, batch),
  });

/** Who looks at a code, and from where. */
export interface Looker {
  /** of the network, for counting false codes in memory; never written */
  address: string;
  visitor: string;
  province: string | null;
  /** works in these counties: whoever packs and checks labels is no buyer and is not counted */
  counties: readonly number[];
}

/**
 * Looks a pack's code up: counted, unless the same phone looked today or somebody of the county checks a label. What the
 * rules find wrong becomes an alert to the county, and a warning to whoever looks.
 *
 * @param input.province where the visitor says to be; then the look is not counted again, only its place
 * @throws Refusal `code-false` | `too-many-requests` after too many false codes
 */
export async function scanCode(
  at: Context,
  { looks, falseCodes }: { looks: LookCounter; falseCodes: FalseCodes },
  by: Looker,
  input: { gtin: string; lot: string; serial: string; province?: string },
): Promise<Seen> {
  if (falseCodes.blocked(by.address)) throw refusePlatform('too-many-requests', { retryAfter: 60 });
  const read = await readStanding(at.db, at.sealer, input.gtin, input.lot, input.serial);
  const now = at.clock.now();
  const province = input.province ?? by.province;
  if (read === null || read.standing === 'false') {
    if (falseCodes.note(by.address) && read) {
      await tell(
        at,
        read.range.county,
        [{ kind: 'guessed', lot: read.range.lot, pack: 0, scans: 1, adds: true, provinces: [] }],
        now,
      );
    }
    throw refuse('code-false');
  }
  const { county, lot } = read.range;
  const staff = by.counties.includes(county);
  if (read.standing !== 'genuine') {
    const provinces = province ? [province] : [];
    if (!staff)
      await tell(at, county, [{ kind: read.standing, lot, pack: read.pack, scans: 1, adds: true, provinces }], now);
    throw refuse('code-false');
  }
  const look = { county, lot, pack: read.pack, at: now, visitor: by.visitor };
  if (staff) return lookWithout(at, look);
  return looks.take({ ...look, province, counted: input.province === undefined });
}

const tell = (at: Context, county: County, raised: readonly Raised[], now: Date): Promise<void> =>
  transact(at.db, (tx) => raiseAlerts(tx, county, raised, now));

async function countBatch(at: Context, batch: readonly Told[]): Promise<Outcome<Seen>[]> {
  const seen = new Map<string, Seen>();
  for (const [county, told] of Map.groupBy(batch, (look) => look.county)) {
    for (const [pack, one] of await countOfCounty(at, county, told)) seen.set(`${county} ${pack}`, one);
  }
  return batch.map((look) => ({ value: seen.get(`${look.county} ${keyOf(look)}`) as Seen }));
}

const keyOf = ({ lot, pack }: { lot: string; pack: number }): string => `${lot}/${pack}`;

/** Counts, looks at the rules, tells the county. @returns by pack what to say of it */
async function countOfCounty(at: Context, county: County, told: readonly Told[]): Promise<Map<string, Seen>> {
  const now = new Date(Math.max(...told.map((look) => look.at.getTime())));
  // Each of these is true by itself, so none waits for a transaction: a look is counted whatever comes of the rest.
  const looks = told.filter((look) => look.counted);
  const fresh = looks.length === 0 ? [] : await countLooks(at.db, county, looks);
  // Whoever tells the place has looked before; their pack's row is there.
  const keys = new Set(fresh.map(keyOf));
  const known = await standingsOf(
    at.db,
    county,
    told.filter((look) => !keys.has(keyOf(look))),
  );
  await countPlaces(at.db, county, told);
  const counted = [...fresh, ...known];
  // Of a pack that was never looked at before no rule can be broken, and there is nothing to tell.
  const again = [...fresh.filter((one) => one.scans > 1), ...known];
  const places = await placesOf(at.db, county, again);
  const alerts = again.length === 0 ? [] : await alertsOf(at.db, county, again);
  const rule = places.length === 0 && counted.every((one) => one.scans < 3) ? null : await scanRuleOf(at.db, county);
  const placesBy = Map.groupBy(places, keyOf);
  const alertsBy = Map.groupBy(alerts, keyOf);
  const raised: Raised[] = [];
  const seen = new Map<string, Seen>();
  const names = await provinceNames(at, places);
  for (const one of counted) {
    const own = placesBy.get(keyOf(one)) ?? [];
    const known = alertsBy.get(keyOf(one)) ?? [];
    const harmless = known.findLast((alert) => alert.harmlessAt !== null);
    const since = harmless?.harmlessAt ? { at: harmless.harmlessAt, scans: harmless.scans } : null;
    const broken = rule ? brokenRules(rule, { scans: one.scans, places: own }, now, since) : [];
    const provinces = own.map((place) => place.province);
    for (const kind of broken) raised.push({ kind, lot: one.lot, pack: one.pack, scans: one.scans, provinces });
    if (one.state === 'recalled')
      raised.push({ kind: 'recalled', lot: one.lot, pack: 0, scans: 1, adds: true, provinces });
    if (one.gramsOnHand > 0)
      raised.push({ kind: 'not_stocked', lot: one.lot, pack: 0, scans: 1, adds: true, provinces });
    seen.set(
      keyOf(one),
      viewOf(one, own, names, [
        ...broken,
        ...known.filter((alert) => alert.harmlessAt === null).map((alert) => alert.kind),
      ]),
    );
  }
  if (raised.length > 0) await tell(at, county, raised, now);
  return seen;
}

/** Names of the provinces that were seen. */
async function provinceNames(at: Context, places: readonly PlaceOf[]): Promise<Map<string, string>> {
  const codes = [...new Set(places.map((place) => place.province))];
  const names =
    codes.length === 0
      ? new Map()
      : await regionNames(
          at.db,
          codes.map((code) => code.padEnd(12, '0')),
        );
  return new Map(codes.map((code) => [code, names.get(code.padEnd(12, '0'))?.name ?? code]));
}

const viewOf = (
  one: PackStanding,
  places: readonly PlaceOf[],
  names: ReadonlyMap<string, string>,
  kinds: readonly string[],
): Seen => ({
  pack: one.pack,
  scans: one.scans,
  firstAt: one.firstAt,
  warnings: warnings.filter(
    (warning) =>
      kinds.includes(warning) ||
      (warning === 'recalled' && one.state === 'recalled') ||
      (warning === 'not-on-sale' && one.gramsOnHand > 0),
  ),
  places: places.map(({ province, scans }) => ({ province, name: names.get(province) ?? province, scans })),
});

/** A look that is not counted, of staff or of a program: all is told that others' looks say. */
export async function lookWithout(at: Context, look: { county: County; lot: string; pack: number }): Promise<Seen> {
  const [one] = await standingsOf(at.db, look.county, [look]);
  const places = await placesOf(at.db, look.county, [look]);
  const alerts = await alertsOf(at.db, look.county, [look]);
  const kinds = alerts.filter((alert) => alert.harmlessAt === null).map((alert) => alert.kind);
  return viewOf(one as PackStanding, places, await provinceNames(at, places), kinds);
}
